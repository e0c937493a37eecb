#include "theory/prove/checkpoint.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

enum { PRINT_STATES = 1000, TEXT_MOST = 4096 };

bool levels_add(struct levels *l, uint64_t first)
{
    if (l->count == l->room) {
        size_t room = 2 * l->room + 64;
        uint64_t *more = realloc(l->first, room * sizeof *more);
        if (!more) {
            return false;
        }
        l->first = more;
        l->room = room;
    }
    l->first[l->count++] = first;
    return true;
}

uint64_t checkpoint_print(const struct search *s, struct position *p, const struct levels *l,
                          uint64_t states)
{
    uint64_t print = 0;
    size_t depth = 0;
    for (uint64_t at = 0; at < states && at < PRINT_STATES; at++) {
        while (depth + 1 < l->count && l->first[depth + 1] <= at) {
            depth++;
        }
        if (!position_go(p, &s->tree, at, depth)) {
            return 0;
        }
        print = XXH3_64bits_withSeed(p->live, p->live_count * sizeof *p->live, print);
    }
    return print;
}

static const char *const measure_name[] = {
    [MEASURE_HEIGHT] = "height", [MEASURE_PROBES] = "probes", [MEASURE_ACCESSES] = "accesses"};

/* The lines that say which question it is. */
static void question_text(const struct question *q, const struct policy_spec *spec, char *text)
{
    snprintf(text, TEXT_MOST, "fitlab proof 1\npolicy %s\nlive %u\nlargest %u\nsizes %s\nof %s\n",
             spec->full, q->live, q->largest, q->powers ? "pow2" : "all", measure_name[q->measure]);
}

static void path_of(const struct question *q, const char *name, char *path)
{
    snprintf(path, PATH_MAX, "%s/%s", q->folder, name);
}

static bool write_text(FILE *f, const struct question *q, const struct policy_spec *spec,
                       const struct checkpoint *c, const struct levels *l)
{
    char text[TEXT_MOST];
    question_text(q, spec, text);
    fprintf(f, "%sprint %" PRIu64 "\ncomplete %d\nexpanded %" PRIu64 "\nstates %" PRIu64 "\n", text,
            c->print, c->complete, c->expanded, c->states);
    fprintf(f, "tried %" PRIu64 "\nworst %" PRIu64 " %" PRIu64 " %u\nseconds %.3f\nlevels %zu\n",
            c->tried, c->worst.value, c->worst.from, c->worst.op, c->seconds, l->count);
    for (size_t i = 0; i < l->count; i++) {
        fprintf(f, "%" PRIu64 "\n", l->first[i]);
    }
    return fflush(f) == 0 && fsync(fileno(f)) == 0;
}

bool checkpoint_write(const struct question *q, const struct policy_spec *spec,
                      const struct search *s, const struct checkpoint *c, const struct levels *l,
                      struct problem *problem)
{
    char path[PATH_MAX], fresh[PATH_MAX];
    path_of(q, "proof", path);
    path_of(q, "proof.new", fresh);
    /* first the states that it counts */
    bool ok = msync(s->tree.area.base, c->states * sizeof(uint64_t), MS_SYNC) == 0;
    FILE *f = ok ? fopen(fresh, "w") : NULL;
    ok = f && write_text(f, q, spec, c, l);
    if (f) {
        ok &= fclose(f) == 0;
    }
    return (ok && rename(fresh, path) == 0) ||
           problem_set(problem, "%s: cannot be written: %s", path, strerror(errno));
}

static bool read_text(FILE *f, struct checkpoint *c, struct levels *l)
{
    int complete;
    size_t levels;
    if (fscanf(f, "print %" SCNu64 " complete %d expanded %" SCNu64 " states %" SCNu64, &c->print,
               &complete, &c->expanded, &c->states) != 4 ||
        fscanf(f,
               " tried %" SCNu64 " worst %" SCNu64 " %" SCNu64 " %" SCNu16 " seconds %lf levels "
               "%zu",
               &c->tried, &c->worst.value, &c->worst.from, &c->worst.op, &c->seconds,
               &levels) != 6) {
        return false;
    }
    c->complete = complete == 1;
    for (size_t i = 0; i < levels; i++) {
        uint64_t first;
        if (fscanf(f, "%" SCNu64, &first) != 1 || first > c->states ||
            (i == 0 ? first != 0 : first <= l->first[i - 1]) || !levels_add(l, first)) {
            return false;
        }
    }
    return levels > 0 && c->expanded <= c->states && c->worst.from < c->states;
}

bool checkpoint_read(const struct question *q, const struct policy_spec *spec, struct checkpoint *c,
                     struct levels *l, bool *found, struct problem *problem)
{
    char path[PATH_MAX], wanted[TEXT_MOST], text[TEXT_MOST] = "";
    path_of(q, "proof", path);
    FILE *f = fopen(path, "r");
    *found = f != NULL;
    if (!f) {
        return errno == ENOENT || problem_set(problem, "%s: %s", path, strerror(errno));
    }
    question_text(q, spec, wanted);
    size_t n = fread(text, 1, strlen(wanted), f);
    bool ok = n == strlen(wanted) && !memcmp(text, wanted, n);
    if (!ok) {
        problem_set(problem,
                    "%s is of another policy or question: give each proof a folder of its own",
                    path);
    } else if (!read_text(f, c, l)) {
        ok = problem_set(problem, "%s is damaged: remove the folder and begin anew", path);
    }
    fclose(f);
    return ok;
}
