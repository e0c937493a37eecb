#include "cli/arguments.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "cli/command.h"
#include "spec/policy_spec.h"
#include "spec/spec.h"

enum { LONG_NAMES = 64 };

static const struct argp_option own_options[] = {
    {"help", '?', 0, 0, "", 0}, {"usage", 0, 0, 0, "", 0}, {0}};

static bool is_end(const struct argp_option *o)
{
    return !o->name && !o->key && !o->doc && !o->group;
}

/* The options that a word may name, those of argp itself among them. */
struct lookup {
    const char *names[LONG_NAMES];
    const struct argp_option *option[LONG_NAMES];
    size_t count;
};

static void look_up(struct lookup *l, const struct argp_option *options)
{
    for (const struct argp_option *o = options; o && !is_end(o) && l->count < LONG_NAMES; o++) {
        if (o->name || o->key) {
            l->names[l->count] = o->name ? o->name : "";
            l->option[l->count++] = o;
        }
    }
}

/* The option that a word of so many letters names or begins; NULL: none, or *several, of which
 * `list` then has the names. */
static const struct argp_option *find_long(const struct lookup *l, const char *word, size_t length,
                                           bool *several, char *list, size_t size)
{
    const struct argp_option *found = NULL;
    *several = false;
    *list = '\0';
    for (size_t i = 0; i < l->count; i++) {
        if (!*l->names[i] || strncmp(l->names[i], word, length) != 0) {
            continue;
        }
        if (strlen(l->names[i]) == length) {
            *several = false;
            return l->option[i];
        }
        size_t used = strlen(list);
        snprintf(list + used, size - used, "%s--%s", used ? ", " : "", l->names[i]);
        *several |= found != NULL;
        found = l->option[i];
    }
    return *several ? NULL : found;
}

static const struct argp_option *find_short(const struct lookup *l, char letter)
{
    for (size_t i = 0; i < l->count; i++) {
        if (l->option[i]->key == letter) {
            return l->option[i];
        }
    }
    return NULL;
}

/* Looks at "--name" or "--name=value"; whether the next word is its value. */
static bool look_at_long(const struct lookup *l, const char *command, const char *word,
                         bool is_last)
{
    char name[64], list[256];
    bool several;
    size_t length = strcspn(word, "=");
    snprintf(name, sizeof name, "%.*s", (int)length, word);
    const struct argp_option *o = find_long(l, word, length, &several, list, sizeof list);
    if (several) {
        fprintf(stderr, "%s: '--%s' may be %s: write it out\n", command, name, list);
    } else if (!o && !strcmp(name, "bits")) {
        fprintf(stderr, "%s: it takes no --bits: %s\n", command, policy_spec_narrow_place);
    } else if (!o) {
        const char *near = words_nearest(name, l->names, l->count);
        fprintf(stderr,
                near && *near ? "%s: unknown option '--%s': did you mean '--%s'?\n"
                              : "%s: unknown option '--%s': see '%s --help'\n",
                command, name, near && *near ? near : command);
    } else if (word[length] && !o->arg) {
        fprintf(stderr, "%s: '--%s' takes no value: leave out what follows the '='\n", command,
                name);
    } else if (!word[length] && o->arg && !(o->flags & OPTION_ARG_OPTIONAL) && is_last) {
        fprintf(stderr, "%s: '--%s' needs a value: --%s=%s\n", command, name, o->name, o->arg);
    } else {
        return !word[length] && o->arg && !(o->flags & OPTION_ARG_OPTIONAL);
    }
    exit(EXIT_USAGE);
}

/* The same of "-abc": letters, the last of which may have a value. */
static bool look_at_short(const struct lookup *l, const char *command, const char *letters,
                          bool is_last)
{
    for (; *letters; letters++) {
        const struct argp_option *o = find_short(l, *letters);
        if (!o) {
            fprintf(stderr, "%s: unknown option '-%c': see '%s --help'\n", command, *letters,
                    command);
            exit(EXIT_USAGE);
        }
        if (o->arg && !letters[1] && is_last && !(o->flags & OPTION_ARG_OPTIONAL)) {
            fprintf(stderr, "%s: '-%c' needs a value: -%c %s\n", command, *letters, *letters,
                    o->arg);
            exit(EXIT_USAGE);
        }
        if (o->arg) {
            return !letters[1] && !(o->flags & OPTION_ARG_OPTIONAL);
        }
    }
    return false;
}

/* Looks at the options up to a word "--", and to the word after so many that are no options. */
static void look_at(const struct argp *argp, int argc, char **argv, int words)
{
    struct lookup l = {.count = 0};
    look_up(&l, argp->options);
    for (const struct argp_child *c = argp->children; c && c->argp; c++) {
        look_up(&l, c->argp->options);
    }
    look_up(&l, own_options);
    for (int i = 1; i < argc && words >= 0 && strcmp(argv[i], "--") != 0; i++) {
        bool value = false;
        if (!strncmp(argv[i], "--", 2)) {
            value = look_at_long(&l, argv[0], argv[i] + 2, i + 1 == argc);
        } else if (argv[i][0] == '-') {
            value = look_at_short(&l, argv[0], argv[i] + 1, i + 1 == argc);
        } else {
            words--;
        }
        i += value;
    }
}

void arguments_parse(const struct argp *argp, int argc, char **argv, unsigned flags, void *input)
{
    look_at(argp, argc, argv, INT_MAX);
    argp_parse(argp, argc, argv, flags, NULL, input);
}

void arguments_parse_before(const struct argp *argp, int argc, char **argv, int words, void *input)
{
    look_at(argp, argc, argv, words);
    argp_parse(argp, argc, argv, ARGP_IN_ORDER, NULL, input);
}

void argument_wrong(const struct argp_state *state, const char *format, ...)
{
    va_list arguments;
    fprintf(stderr, "%s: ", state->name);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    putc('\n', stderr);
    exit(EXIT_USAGE);
}

long argument_number(struct argp_state *state, const char *option, const char *arg, long least,
                     long most)
{
    long value;
    if (!words_number(arg, &value) || value < least || value > most) {
        char to[32] = "up";
        if (most < LONG_MAX) {
            snprintf(to, sizeof to, "to %ld", most);
        }
        argument_wrong(state, "--%s=%s: give a whole number from %ld %s", option, arg, least, to);
    }
    return value;
}

unsigned argument_bits(struct argp_state *state, const char *arg)
{
    struct problem problem;
    unsigned set = POLICY_BITS_NONE;
    if (!policy_bits_parse(arg, &set, &problem)) {
        argument_wrong(state, "--bits=%s: %s", arg, problem.text);
    }
    return set;
}

unsigned argument_one_bits(struct argp_state *state, const char *arg)
{
    unsigned set = argument_bits(state, arg);
    if (set == (POLICY_BITS_32 | POLICY_BITS_64)) {
        argument_wrong(state, "--bits=%s: the answer is for one of them: ask twice", arg);
    }
    return set;
}

double argument_seconds(struct argp_state *state, const char *option, const char *arg, double least)
{
    char *end;
    double value = strtod(arg, &end);
    bool number = end != arg;
    value *= !strcmp(end, "m") ? 60 : !strcmp(end, "h") ? 3600 : 1;
    end += strcmp(end, "s") == 0 || strcmp(end, "m") == 0 || strcmp(end, "h") == 0;
    if (!number || *end || !(value >= least && value < 1e7)) {
        argument_wrong(state, "--%s=%s: give seconds from %g up, such as 90, 2m or 1h", option, arg,
                       least);
    }
    return value;
}

const char *argument_only(struct argp_state *state, const char *noun, const char *before,
                          const char *arg)
{
    if (before) {
        argument_wrong(state, "one %s at a time: '%s' is one too many", noun, arg);
    }
    return arg;
}

const char *argument_folder(struct argp_state *state, const char *before, const char *arg)
{
    if (!arg) {
        argument_wrong(state, "give the folder that 'fitlab run -o' or 'fitlab sweep' made");
    }
    return argument_only(state, "folder", before, arg);
}

char *argument_help_list(int key, const char *text, const char *heading, void (*list)(FILE *))
{
    char *filtered = NULL;
    size_t size;
    FILE *out = key == ARGP_KEY_HELP_POST_DOC ? open_memstream(&filtered, &size) : NULL;
    if (!out) {
        return (char *)text;
    }
    fprintf(out, "%s:\n", heading);
    list(out);
    fprintf(out, "\n%s", text ? text : "");
    fclose(out);
    return filtered;
}

void argument_units(const struct argp_state *state, long live, long largest)
{
    if (largest > live) {
        argument_wrong(state, "--largest=%ld: no block can be larger than --live=%ld", largest,
                       live);
    }
}

enum measure argument_cost(const struct argp_state *state, const char *arg)
{
    if (!strcmp(arg, "accesses")) {
        return MEASURE_ACCESSES;
    }
    if (strcmp(arg, "probes") != 0) {
        argument_wrong(state, "--cost=%s: say probes or accesses", arg);
    }
    return MEASURE_PROBES;
}

void argument_append(struct argp_state *state, const char *nouns, const char **list, size_t *count,
                     size_t most, const char *arg)
{
    if (*count == most) {
        argument_wrong(state, "more %s than %zu: '%s' is one too many", nouns, most, arg);
    }
    list[(*count)++] = arg;
}
