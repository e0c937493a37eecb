#include "cli/attack_schedule.h"

#include <inttypes.h>
#include <stdio.h>

enum { WINDOW = 1 << 16 };

static void print_found(const struct policy_spec *policy, const struct workload_spec *workload,
                        const struct schedule_search *f)
{
    printf("%s on %s, %" PRIu64 " events of %u threads: peak footprint over peak live bytes\n\n",
           policy->label, workload->label, f->events, f->threads);
    printf("order          of live\n");
    printf("recorded       %7.3f\n", f->blow_up[ORDER_RECORDED]);
    printf("round-robin    %7.3f\n", f->blow_up[ORDER_ROUND_ROBIN]);
    printf("random         %7.3f   from %.3f to %.3f in %d draws\n",
           f->random[SCHEDULE_RANDOMS / 2], f->random[0], f->random[SCHEDULE_RANDOMS - 1],
           SCHEDULE_RANDOMS);
    printf("adversarial    %7.3f\n", f->blow_up[ORDER_ADVERSARIAL]);
    printf("found          %7.3f   the worst, after %" PRIu64 " changes of a stretch\n", f->worst,
           f->rounds);
}

static bool write_found(const struct schedule_search *f, const struct policy_spec *policy,
                        const struct workload_spec *workload, const struct schedule_plan *plan,
                        const char *output, struct problem *problem)
{
    struct provenance provenance = {.text = ""};
    provenance_add(&provenance, "generator", "fitlab attack");
    provenance_add(&provenance, "policy", "%s", policy->full);
    provenance_add(&provenance, "schedule", "%s", workload->full);
    struct trace_writer *w = trace_create(output, &provenance, 0, problem);
    if (!w || !schedule_write(f, workload, plan->window, w, problem)) {
        trace_abort(w);
        return false;
    }
    return trace_finish(w, NULL, problem);
}

bool attack_schedule(const char *policy, const char *workload, struct schedule_plan plan,
                     const char *output, struct problem *problem)
{
    static struct policy_spec policy_spec;
    static struct workload_spec workload_spec;
    struct schedule_search found;
    plan.window = WINDOW;
    if (!policy_spec_parse(policy, &policy_spec, problem) ||
        !workload_spec_parse(workload, &workload_spec, problem) ||
        !schedule_attack(&found, &policy_spec, &workload_spec, &plan, problem)) {
        return false;
    }
    print_found(&policy_spec, &workload_spec, &found);
    return !output || write_found(&found, &policy_spec, &workload_spec, &plan, output, problem);
}
