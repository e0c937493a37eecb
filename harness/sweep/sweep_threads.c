/* sweep_threads.c - the keys of a sweep's spec that say how many threads replay. */
#include "cell/thread_rules.h"
#include "sweep/sweep_reading.h"
#include "workloads/array.h"

static bool read_one_threads(struct yaml_tree *tree, yaml_node_t *item, void *out)
{
    struct reading *reading = out;
    struct sweep_spec *s = reading->spec;
    long n;
    if (!yaml_number(tree, item, "threads", 1, THREADS_MOST, &n)) {
        return false;
    }
    unsigned *grown =
        array_reserve(s->threads, &reading->threads_room, s->threads_count + 1, sizeof *grown);
    if (!grown) {
        return problem_set(tree->problem, "out of memory");
    }
    s->threads = grown;
    s->threads[s->threads_count++] = (unsigned)n;
    return true;
}

bool sweep_read_threads(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    return yaml_each_item(tree, value, "threads", read_one_threads, out);
}

bool sweep_read_oversubscribe(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    static const char *const words[] = {"false", "true"};
    size_t choice;
    if (!yaml_choice(tree, value, "oversubscribe", words, 2, &choice)) {
        return false;
    }
    ((struct reading *)out)->spec->oversubscribe = choice == 1;
    return true;
}

bool sweep_threads_fit(const struct sweep_spec *spec, struct problem *problem)
{
    for (size_t i = 0; i < spec->threads_count && !spec->oversubscribe; i++) {
        if (!thread_rules_fit(spec->threads[i], "add 'oversubscribe: true'", problem)) {
            return problem_prefix(problem, "%s", spec->path);
        }
    }
    return true;
}
