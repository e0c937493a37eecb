/* valgrind.c - what `valgrind --trace-malloc=yes` prints.
 *
 * Lines `--PID-- CALL(ARGUMENTS) = 0xRESULT` among the program's own output:
 *   malloc(SIZE), _Znwm(SIZE) and its kin, calloc(N,SIZE), realloc(0xOLD,SIZE),
 *   memalign(al ALIGN, size SIZE), aligned_alloc(al ALIGN, size SIZE),
 *   _ZnwmSt11align_val_t(size SIZE, al ALIGN), posix_memalign(al ALIGN, size SIZE),
 *   free(0xADDRESS), _ZdlPv(0xADDRESS) and its kin
 * A realloc that is a malloc or a free is followed by that call on the same line. The result of
 * posix_memalign is on a line of its own, `--PID--  = 0xRESULT`. valgrind 3.19 writes memalign for
 * the other two; 3.24 writes no line for valloc. Lines of another process than the first are
 * skipped.
 */
#include <inttypes.h>
#include <string.h>

#include "workloads/formats/address_log.h"

enum { MOST_NUMBERS = 2 };

struct call {
    char name[48];
    uint64_t number[MOST_NUMBERS];
    size_t numbers;
    uint64_t align;
    bool has_result;
    uint64_t result;
};

/* Reads "WORD NUMBER" or "NUMBER" up to a comma or the closing parenthesis. */
static bool read_argument(const char **at, struct call *c)
{
    uint64_t n;
    bool is_align = !strncmp(*at, "al ", 3), is_size = !strncmp(*at, "size ", 5);
    *at += is_align ? 3 : is_size ? 5 : 0;
    if (!import_number(at, ",)", &n) || (!is_align && c->numbers == MOST_NUMBERS)) {
        return false;
    }
    if (is_align) {
        c->align = n;
    } else {
        c->number[c->numbers++] = n;
    }
    *at += **at == ',';
    *at += **at == ' ';
    return true;
}

static bool read_result(const char *text, struct call *c)
{
    if (strncmp(text, " = ", 3) != 0) {
        return false;
    }
    text += 3;
    c->has_result = import_number(&text, " ", &c->result);
    return c->has_result;
}

/* Takes "NAME(ARGUMENTS)... = RESULT" apart. False: it is something else. */
static bool read_call(const char *text, struct call *c)
{
    size_t n = strcspn(text, "(");
    *c = (struct call){.numbers = 0};
    if (!text[n] || n == 0 || n >= sizeof c->name || memchr(text, ' ', n)) {
        return false;
    }
    memcpy(c->name, text, n);
    const char *at = text + n + 1;
    while (*at != ')') {
        if (!read_argument(&at, c)) {
            return false;
        }
    }
    const char *equals = strstr(at, " = ");
    if (equals) {
        read_result(equals, c);
    }
    return true;
}

/* The result of a call of an earlier line. */
static bool read_late_result(const char *text, struct call *c)
{
    return !c->has_result && !strcmp(c->name, "posix_memalign") && read_result(text, c);
}

static bool allocates(const char *name)
{
    static const char *const names[] = {"malloc", "memalign", "aligned_alloc", "posix_memalign"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!strcmp(name, names[i])) {
            return true;
        }
    }
    return !strncmp(name, "_Zn", 3);
}

static bool apply(struct address_log *l, const struct call *c)
{
    bool one = c->numbers == 1, two = c->numbers == 2, frees = !strncmp(c->name, "_Zd", 3);
    uint64_t size;
    if (one && (frees || !strcmp(c->name, "free") || !strcmp(c->name, "cfree"))) {
        return address_free(l, c->number[0]);
    }
    if (two && !strcmp(c->name, "realloc") && (c->has_result || c->number[1] == 0)) {
        return address_resize(l, c->number[0], c->result, c->number[1]);
    }
    if (!c->has_result) {
        return true; /* malloc_usable_size and the like */
    }
    if (two && !strcmp(c->name, "calloc")) {
        return __builtin_mul_overflow(c->number[0], c->number[1], &size)
                   ? c->result == 0 || source_bad_line(l->in, l->problem, l->line,
                                                       "a calloc of more than 2^64 bytes succeeds")
                   : address_allocate(l, EVENT_CALLOC, c->result, size, 0);
    }
    if (one && allocates(c->name)) {
        return address_allocate(l, EVENT_MALLOC, c->result, c->number[0], c->align);
    }
    return true;
}

/* What follows "--PID-- ", or NULL. */
static const char *after_pid(const char *line, uint64_t *pid)
{
    if (strncmp(line, "--", 2) != 0) {
        return NULL;
    }
    const char *at = line + 2;
    return import_number(&at, "-", pid) && !strncmp(at, "-- ", 3) ? at + 3 : NULL;
}

static bool valgrind_import(struct source *in, struct sink *out, struct problem *problem)
{
    struct address_log l = {.in = in, .out = out, .problem = problem};
    uint64_t first = 0, pid, calls = 0, skipped = 0;
    struct call c, previous = {.name = ""};
    const char *line;
    for (; l.line = in->line, (line = source_line(in));) {
        const char *text = after_pid(line, &pid);
        if (text && calls > 0 && pid == first && read_late_result(text, &previous)) {
            c = previous;
        } else if (!text || !read_call(text, &c)) {
            continue;
        } else if (calls > 0 && pid != first) {
            skipped++;
            continue;
        } else {
            first = pid;
            calls++;
        }
        previous = c;
        if (!apply(&l, &c)) {
            return problem_prefix(problem, "%s: line %" PRIu64, in->name, l.line);
        }
    }
    if (source_failed(in, problem)) {
        return false;
    }
    if (calls == 0) {
        return problem_set(
            problem,
            "%s: there is no line such as '--PID-- malloc(8) = 0x4a5a040': record it "
            "with valgrind --trace-malloc=yes, standard error included",
            in->name);
    }
    if (skipped) {
        sink_warn(out, "%s: only process %" PRIu64 " was read: %" PRIu64 " calls of others skipped",
                  in->name, first, skipped);
    }
    return sink_flush(out, problem);
}

static bool is_call(const unsigned char *head, size_t bytes)
{
    static const char *const names[] = {"malloc(", "calloc(", "realloc(", "free(", "_Zn"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t n = strlen(names[i]);
        if (bytes >= n && !memcmp(head, names[i], n)) {
            return true;
        }
    }
    return false;
}

/* valgrind's banner, or such a line somewhere. */
static bool valgrind_recognise(const unsigned char *head, size_t bytes, bool all)
{
    (void)all;
    for (size_t i = 0; i + 3 < bytes; i++) {
        if (!memcmp(head + i, "-- ", 3) && i > 0 && head[i - 1] >= '0' && head[i - 1] <= '9' &&
            is_call(head + i + 3, bytes - i - 3)) {
            return true;
        }
    }
    return false;
}

const struct importer import_valgrind = {
    .name = "valgrind",
    .summary = "the output of valgrind --trace-malloc=yes",
    .lost = "threads, times",
    .recognise = valgrind_recognise,
    .import = valgrind_import,
};
