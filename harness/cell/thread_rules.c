#include "cell/thread_rules.h"

#include "allocators/layers/layer.h"
#include "mallocs/foreign.h"
#include "replay/crew.h"

/* How many threads may use a heap of the policy at once. */
static unsigned most_threads(const struct policy_spec *spec)
{
    return foreign_of(spec->policy) ? THREADS_MOST
                                    : policy_threads(spec->policy, spec->values.number);
}

bool thread_rules_sound(const struct policy_spec *spec, unsigned threads, struct problem *problem)
{
    if (threads > THREADS_MOST) {
        return problem_set(problem, "%u threads are too many: give at most %d", threads,
                           THREADS_MOST);
    }
    return threads <= most_threads(spec) ||
           problem_set(problem,
                       "%s is not made for %u threads at once: put a layer before it that is, such "
                       "as lock+%s",
                       spec->label, threads, spec->label);
}

bool thread_rules_fit(unsigned threads, const char *unless, struct problem *problem)
{
    unsigned processors = crew_processors();
    return threads <= processors ||
           problem_set(problem,
                       "%u threads on %u processor%s would take turns, and their times say nothing "
                       "of scaling: give at most %u, or %s",
                       threads, processors, processors == 1 ? "" : "s", processors, unless);
}
