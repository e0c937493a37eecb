/* The command line of the chapter's simulator. */
#include "present/lessons/ostep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_WORD = 4096 };

const struct ostep_options ostep_defaults = {.size = 100,
                                             .base = 1000,
                                             .align = -1,
                                             .operations = 10,
                                             .range = 10,
                                             .percent = 50,
                                             .fit = "best",
                                             .order = "address"};

/* The simulator's word for a choice, and ours. */
struct choice {
    const char *theirs, *ours;
};

static const struct choice fits[] = {
    {"FIRST", "first"}, {"BEST", "best"}, {"WORST", "worst"}, {NULL, NULL}};
static const struct choice orders[] = {
    {"ADDRSORT", "address"},  {"SIZESORT+", "size-ascending"}, {"SIZESORT-", "size-descending"},
    {"INSERT-FRONT", "lifo"}, {"INSERT-BACK", "fifo"},         {NULL, NULL}};

enum value { NUMBER, CHOICE, FLAG, TEXT };

/* One option. `at` is the place of its value in struct ostep_options. */
struct option {
    char letter;
    const char *name, *help;
    enum value value;
    size_t at;
    int64_t least, most;
    const int64_t *only; /* a NUMBER that can be nothing else; ends with INT64_MAX */
    const struct choice *choices;
};

#define AT(field) offsetof(struct ostep_options, field)

static const int64_t headers[] = {0, 4, 8, 16, INT64_MAX};
static const int64_t aligns[] = {-1, 1, 4, 8, 16, INT64_MAX};

static const struct option table[] = {
    {'s', "seed", "of the random operations [0]", NUMBER, AT(seed), INT64_MIN + 1, INT64_MAX, 0, 0},
    {'S', "size", "bytes of the heap [100]", NUMBER, AT(size), 1, 1 << 30, 0, 0},
    {'b', "baseAddr", "the heap's address [1000]", NUMBER, AT(base), -(INT64_C(1) << 60),
     INT64_C(1) << 60, 0, 0},
    {'H', "headerSize", "0, 4, 8 or 16 bytes in front of each block [0]", NUMBER, AT(header), 0, 16,
     headers, 0},
    {'a', "alignment", "sizes become multiples of 1, 4, 8 or 16; -1: they stay [-1]", NUMBER,
     AT(align), -1, 16, aligns, 0},
    {'p', "policy", "FIRST, BEST or WORST [BEST]", CHOICE, AT(fit), 0, 0, 0, fits},
    {'l', "listOrder", "ADDRSORT, SIZESORT+, SIZESORT-, INSERT-FRONT or INSERT-BACK [ADDRSORT]",
     CHOICE, AT(order), 0, 0, 0, orders},
    {'C', "coalesce", "join holes that follow one another on the list", FLAG, AT(coalesce), 0, 0, 0,
     0},
    {'n', "numOps", "how many random operations [10]", NUMBER, AT(operations), 0, 10000000, 0, 0},
    {'r', "range", "the largest size of a request [10]", NUMBER, AT(range), 1, 1 << 30, 0, 0},
    {'P', "percentAlloc", "how many operations in 100 allocate [50]", NUMBER, AT(percent), 1, 100,
     0, 0},
    {'A', "allocList", "these operations instead: +10,-0,+20", TEXT, AT(list), 0, 0, 0, 0},
    {'c', "compute", "give the answers", FLAG, AT(answers), 0, 0, 0, 0},
};

enum { OPTIONS = sizeof table / sizeof *table };

void ostep_print_options(FILE *out)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        fprintf(out, "  -%c %-6s %s\n", table[i].letter, table[i].value == FLAG ? "" : "VALUE",
                table[i].help);
    }
}

const char *ostep_order_word(const char *order)
{
    const struct choice *c = orders;
    while (c->ours && strcmp(c->ours, order) != 0) {
        c++;
    }
    return c->theirs ? c->theirs : "";
}

/* Takes the next word off the text; false: there is none. */
static bool next_word(const char **text, char word[MOST_WORD])
{
    *text += strspn(*text, " \t\n");
    size_t n = strcspn(*text, " \t\n");
    n = n < MOST_WORD ? n : MOST_WORD - 1;
    memcpy(word, *text, n);
    word[n] = '\0';
    *text += n;
    return n > 0;
}

static bool refuse_only(const struct option *o, const char *text, struct problem *problem)
{
    return problem_set(problem, "--ostep: -%c %s: it is %s", o->letter, text, o->help);
}

static bool read_number(const struct option *o, const char *text, int64_t *out,
                        struct problem *problem)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (end == text || *end || errno || value < o->least || value > o->most) {
        return problem_set(problem, "--ostep: -%c %s: give a whole number from %lld to %lld",
                           o->letter, text, (long long)o->least, (long long)o->most);
    }
    for (const int64_t *only = o->only; only && *only != value; only++) {
        if (*only == INT64_MAX) {
            return refuse_only(o, text, problem);
        }
    }
    *out = value;
    return true;
}

static bool set_value(const struct option *o, const char *text, struct ostep_options *out,
                      struct problem *problem)
{
    char *field = (char *)out + o->at;
    if (o->value == NUMBER) {
        return read_number(o, text, (int64_t *)(void *)field, problem);
    }
    if (o->value == TEXT) {
        if (strlen(text) >= sizeof out->list - 1) {
            return problem_set(problem, "--ostep: -%c: the list is longer than %zu characters",
                               o->letter, sizeof out->list - 2);
        }
        memcpy(field, text, strlen(text) + 1);
        return true;
    }
    for (const struct choice *c = o->choices; c->theirs; c++) {
        if (!strcmp(c->theirs, text)) {
            memcpy(field, &c->ours, sizeof c->ours);
            return true;
        }
    }
    return refuse_only(o, text, problem);
}

static const struct option *by_letter(char letter)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        if (table[i].letter == letter) {
            return &table[i];
        }
    }
    return NULL;
}

static const struct option *by_name(const char *name, size_t length)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        if (strlen(table[i].name) == length && !strncmp(table[i].name, name, length)) {
            return &table[i];
        }
    }
    return NULL;
}

/* One word of options: "-S", "-S100", "-cC", "--size", "--size=100". Its value may be the next. */
static bool take_word(const char *word, const char **rest, struct ostep_options *out,
                      struct problem *problem)
{
    bool is_long = word[0] == '-' && word[1] == '-';
    const char *at = word + (is_long ? 2 : 1);
    do {
        size_t length = is_long ? strcspn(at, "=") : 1;
        const struct option *o = word[0] != '-' ? NULL
                                 : is_long      ? by_name(at, length)
                                                : by_letter(*at);
        if (!o) {
            return problem_set(problem, "--ostep: '%.60s' is none of the simulator's options",
                               word);
        }
        at += length;
        if (o->value == FLAG) {
            *(bool *)((char *)out + o->at) = true;
            continue;
        }
        char next[MOST_WORD];
        bool joined = *at != '\0';
        if (!joined && !next_word(rest, next)) {
            return problem_set(problem, "--ostep: -%c needs a value: it is %s", o->letter, o->help);
        }
        return set_value(o, joined ? at + (is_long && *at == '=') : next, out, problem);
    } while (*at);
    return true;
}

bool ostep_parse(const char *text, struct ostep_options *out, struct problem *problem)
{
    char word[MOST_WORD];
    *out = ostep_defaults;
    while (next_word(&text, word)) {
        if (!take_word(word, &text, out, problem)) {
            return false;
        }
    }
    return true;
}
