#include "kinds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "workloads/workload_kind.h"

enum { MOST_PARAMS = 32 };

const struct workload_kind *find_kind(const char *name)
{
    const struct workload_kind *kind = workload_kind_find(name);
    if (!kind) {
        fail_msg("no kind of workload is called %s", name);
    }
    return kind;
}

static size_t find_param(const struct workload_kind *kind, const char *name)
{
    for (size_t i = 0; kind->params[i].name; i++) {
        if (!strcmp(kind->params[i].name, name)) {
            return i;
        }
    }
    fail_msg("%s has no parameter %s", kind->name, name);
    return 0;
}

struct workload *open_kind_of(const char *name, const char *path, const struct setting *set,
                              struct problem *problem)
{
    const struct workload_kind *kind = find_kind(name);
    long number[MOST_PARAMS] = {0};
    const char *text[MOST_PARAMS] = {NULL};
    for (size_t i = 0; kind->params[i].name; i++) {
        number[i] = kind->params[i].init;
        if (kind->params[i].text) {
            text[i] = path;
        }
    }
    for (; set && set->name; set++) {
        number[find_param(kind, set->name)] = set->value;
    }
    struct workload_args args = {number, text};
    memset(problem, 'x', sizeof *problem - 1); /* open is given any, and may read none of it */
    return workload_open(kind, &args, problem);
}

struct workload *open_kind(const char *name, const struct setting *set, struct problem *problem)
{
    return open_kind_of(name, NULL, set, problem);
}

struct workload *open_trace(const char *path, const struct setting *set, struct problem *problem)
{
    return open_kind_of("trace", path, set, problem);
}

struct event *take_all(struct workload *w, size_t most, size_t *count)
{
    struct event *all = NULL;
    struct problem problem = {""};
    size_t room = 0;
    *count = 0;
    for (size_t n = 1; n > 0; *count += n) {
        if (room < *count + most) {
            room = 2 * (*count + most);
            all = realloc(all, room * sizeof *all);
            assert_non_null(all);
        }
        n = workload_next(w, all + *count, most, &problem);
        assert_string_equal(problem.text, "");
    }
    workload_close(w);
    return all;
}

struct event *generator_events(const char *name, const struct setting *set, size_t *count)
{
    struct problem problem;
    struct workload *w = open_kind(name, set, &problem);
    assert_non_null(w);
    return take_all(w, EVENT_CHUNK, count);
}

struct tally generator_tally(const struct event *events, size_t n)
{
    struct tally t;
    struct problem problem = {""};
    assert_true(tally_open(&t));
    if (!tally_add(&t, events, n, &problem)) {
        fail_msg("%s", problem.text);
    }
    return t;
}
