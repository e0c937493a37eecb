/* advice_text.c - advice in ten lines. */
#include <inttypes.h>
#include <math.h>

#include "advise/advice.h"
#include "workloads/event.h"

static const struct finalist *best(const struct advice *a)
{
    return &a->finalist[a->best];
}

/* "81264 bytes (79.4 KiB)" */
static void print_bytes(FILE *out, double bytes)
{
    fprintf(out, "%.0f bytes (%.1f KiB)", bytes, bytes / 1024);
}

static double over_pct(double more, double than)
{
    return 100 * (more / than - 1);
}

static void print_take(const struct advice *a, FILE *out)
{
    fprintf(out, "take       %s: the best of %zu combinations of policy and parameters\n",
            advice_best(a)->spec->label, a->search.tried);
}

static void print_pool(const struct advice *a, FILE *out)
{
    double exact = advice_best(a)->score.pool_bytes;
    fputs(a->study.resident ? "resident   " : "pool       ", out);
    print_bytes(out, a->pool_bytes);
    fprintf(out, ": %s %.0f, and a margin of %.1f %% is added\n",
            a->study.resident ? "at the peak of the recording" : "the recording needs", exact,
            over_pct(a->pool_bytes, exact));
}

static void print_margin(const struct advice *a, FILE *out)
{
    const struct margin *m = &best(a)->margin;
    fprintf(
        out,
        "margin     is enough, with 95 %% confidence, for 99 %% of workloads like the recording. "
        "%zu were drawn; on average, and at most, they need more by",
        m->tried);
    for (size_t i = 0; i < m->families; i++) {
        const struct family *f = &m->family[i];
        fprintf(out, "%s %.1f %% and %.1f %% (%s)", i ? "," : "", 100 * (f->mean - 1),
                100 * (f->most - 1), likeness_names[f->likeness]);
    }
    if (m->failed) {
        fprintf(out, "; %zu of them complete in no region, so that no margin is enough for them",
                m->failed);
    }
    fputs("\n", out);
    if (a->fresh) {
        fprintf(out,
                "tried      %zu of %zu more such workloads, on which the margin does not rest, "
                "complete in "
                "this pool (seed %u)\n",
                a->fresh_served, a->fresh, a->seed);
    }
}

static void print_cost(const struct advice *a, FILE *out)
{
    const struct score *s = &advice_best(a)->score;
    const struct programs *p = &a->study.programs;
    if (isinf(s->accesses)) {
        fputs("cost       not known: only built-in policies report their accesses\n", out);
        return;
    }
    fprintf(
        out,
        "cost       %.1f accesses to the pool in the mean operation; %.0f in the costliest one, "
        "event %" PRIu64,
        s->accesses, s->most_accesses, s->most_event);
    if (p->count > 1) {
        fprintf(out, " of %s", p->whole[s->most_workload].label);
    }
    fprintf(out, ", a %s of %" PRIu64 " bytes\n",
            s->most_kind < EVENT_KINDS ? event_kind_names[s->most_kind] : "request", s->most_bytes);
}

static void print_runner_up(const struct advice *a, FILE *out)
{
    const struct candidate *c = &a->study.candidates.item[a->runner_up];
    if (a->runner_up == a->study.candidates.count) {
        return;
    }
    double more = over_pct(c->score.pool_bytes, advice_best(a)->score.pool_bytes);
    fprintf(out, "runner-up  %s: the recording needs %.0f bytes (%.1f %% %s)", c->spec->label,
            c->score.pool_bytes, fabs(more), more < 0 ? "less" : "more");
    if (isfinite(c->score.accesses)) {
        fprintf(out, "; %.1f accesses in the mean operation, %.0f in the costliest one",
                c->score.accesses, c->score.most_accesses);
    }
    fputs("\n", out);
}

static void print_proven(const struct advice *a, FILE *out)
{
    double exact = advice_best(a)->score.pool_bytes;
    fprintf(out,
            "proven     by replay, that %.0f bytes %s; no allocator needs less than the %.0f live "
            "bytes, which are %.1f %% below",
            exact, a->study.resident ? "are resident" : "complete the recording",
            a->peak_live_bytes, 100 * (1 - a->peak_live_bytes / exact));
    if (a->bound_bytes > 0) {
        fprintf(
            out,
            "; no program with this peak of live bytes and this largest request needs more than "
            "%.0f (theorem: %s)",
            a->bound_bytes, a->bound_theorem);
    }
    const struct proven_cost *c = &a->cost;
    if (c->known) {
        fprintf(
            out,
            "; in small heaps, of blocks of at most %u units (of %zu bytes), no operation makes "
            "more than %" PRIu64 " accesses while %u units are live and %" PRIu64 " while %u are",
            c->largest, FITLAB_ALIGN, c->most[0], c->live[0], c->most[1], c->live[1]);
    }
    fputs("\n", out);
}

/* Where a policy cannot be shipped, nothing is known and nothing is said. */
static void print_code(const struct advice *a, FILE *out)
{
    const char *before = "code       ";
    for (const struct code_bytes *c = a->code; c < a->code + CODE_BYTES_MOST && c->processor; c++) {
        if (c->bytes) {
            fprintf(out, "%s%zu bytes for %s", before, c->bytes, c->processor);
            before = ", ";
        }
    }
    if (*before == ',') {
        fprintf(out, ", by gcc -Os from what 'fitlab emit %s --pool %.0f -o heap.c' writes\n",
                advice_best(a)->spec->label, a->pool_bytes);
    }
}

static void print_no(const struct advice *a, FILE *out)
{
    const struct wish *w = a->study.wish;
    const struct candidate *c = advice_best(a);
    const char *before = ": ";
    fprintf(out, "none of %zu combinations of policy and parameters keeps to the limits",
            a->search.tried);
    if (w->budget_bytes > 0) {
        fprintf(out, "%sa pool of at most %.0f bytes", before, w->budget_bytes);
        before = ", ";
    }
    if (w->max_accesses > 0) {
        fprintf(out, "%sat most %.0f accesses in an operation", before, w->max_accesses);
    }
    if (w->budget_bytes > 0 && a->peak_live_bytes > w->budget_bytes) {
        fprintf(out, ". No allocator can: %.0f bytes are live at once", a->peak_live_bytes);
    }
    fprintf(out, ".\nnearest    %s: the recording needs %.0f bytes", c->spec->label,
            c->score.pool_bytes);
    if (best(a)->judged) {
        fprintf(out, ", %.0f with a margin", best(a)->advised_bytes);
    }
    if (isfinite(c->score.most_accesses)) {
        fprintf(out, "; its costliest operation makes %.0f accesses", c->score.most_accesses);
    }
    fputs("\n", out);
}

static void print_assumed(const struct advice *a, FILE *out)
{
    const int bits = advice_best(a)->spec->bits;
    fputs("observed   the costs and the margin: by other workloads they can be exceeded; 'fitlab "
          "prove "
          "--cost' and 'fitlab attack --cost' look for the costliest operation of all programs\n",
          out);
    fprintf(
        out,
        "assumed    the product asks for memory as the recording does, what drawn workloads need "
        "is about normally distributed, and the device has pointers of %d bits%s\n",
        bits, bits == 64 ? " (--bits 32 is for those that have 32)" : "");
}

void advice_print(const struct advice *a, FILE *out)
{
    if (!a->found) {
        print_no(a, out);
        return;
    }
    print_take(a, out);
    print_pool(a, out);
    print_margin(a, out);
    print_cost(a, out);
    print_code(a, out);
    print_runner_up(a, out);
    print_proven(a, out);
    print_assumed(a, out);
}
