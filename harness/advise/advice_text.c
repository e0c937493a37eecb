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

static void print_pool(const struct advice *a, FILE *out)
{
    double exact = advice_best(a)->score.pool_bytes;
    fputs(a->study.resident ? "resident   " : "pool       ", out);
    print_bytes(out, a->pool_bytes);
    fprintf(out, ": %.0f %s, and a margin of %.1f %%\n", exact,
            a->study.resident ? "at the peak of the recording" : "complete the recording",
            over_pct(a->pool_bytes, exact));
}

static void print_margin(const struct advice *a, FILE *out)
{
    const struct margin *m = &best(a)->margin;
    fprintf(out,
            "margin     covers 99 %% of workloads like the %zu that were drawn (with 95 %% "
            "confidence), which need more by:",
            m->tried);
    for (size_t i = 0; i < m->families; i++) {
        const struct family *f = &m->family[i];
        fprintf(out, "%s %s %.1f %% (at most %.1f)", i ? ";" : "", likeness_names[f->likeness],
                100 * (f->mean - 1), 100 * (f->most - 1));
    }
    if (m->failed) {
        fprintf(out, "; for %zu no region was found, which no margin covers", m->failed);
    }
    fputs("\n", out);
    if (a->fresh) {
        fprintf(out, "tried      %zu of %zu fresh ones complete in this pool (seed %u)\n",
                a->fresh_served, a->fresh, a->seed);
    }
}

static void print_cost(const struct advice *a, FILE *out)
{
    const struct score *s = &advice_best(a)->score;
    if (isinf(s->accesses)) {
        fputs("cost       not known: only built-in policies report their accesses\n", out);
        return;
    }
    fprintf(out,
            "cost       %.1f accesses an operation; the costliest seen makes %.0f: event %" PRIu64
            ", a %s of %" PRIu64 " bytes\n",
            s->accesses, s->most_accesses, s->most_event,
            s->most_kind < EVENT_KINDS ? event_kind_names[s->most_kind] : "request", s->most_bytes);
}

static void print_runner_up(const struct advice *a, FILE *out)
{
    const struct candidate *c = &a->study.candidates.item[a->runner_up];
    if (a->runner_up == a->study.candidates.count) {
        return;
    }
    fprintf(out, "runner-up  %s: %.0f bytes without margin (%+.1f %%)", c->spec->label,
            c->score.pool_bytes, over_pct(c->score.pool_bytes, advice_best(a)->score.pool_bytes));
    if (isfinite(c->score.accesses)) {
        fprintf(out, ", %.1f accesses an operation, at most %.0f", c->score.accesses,
                c->score.most_accesses);
    }
    fputs("\n", out);
}

static void print_proven(const struct advice *a, FILE *out)
{
    double exact = advice_best(a)->score.pool_bytes;
    fprintf(
        out,
        "proven     %.0f bytes %s, by replay; no allocator needs less than the %.0f live bytes, "
        "%.1f %% below",
        exact, a->study.resident ? "are resident" : "complete the recording", a->peak_live_bytes,
        100 * (1 - a->peak_live_bytes / exact));
    if (a->bound_bytes > 0) {
        fprintf(out, "; no workload with such peaks needs more than %.0f (%s)", a->bound_bytes,
                a->bound_theorem);
    }
    if (a->cost.known) {
        fprintf(out,
                "; the costliest operation there can be makes %" PRIu64
                " accesses with %u units live and "
                "%" PRIu64 " with %u",
                a->cost.most[0], a->cost.live[0], a->cost.most[1], a->cost.live[1]);
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
        fputs(", as 'fitlab emit' writes it and gcc -Os compiles it\n", out);
    }
}

static void print_no(const struct advice *a, FILE *out)
{
    const struct wish *w = a->study.wish;
    const struct candidate *c = advice_best(a);
    fprintf(out, "no policy of %zu keeps to the limits", a->search.tried);
    if (w->budget_bytes > 0) {
        fprintf(out, ", a pool of %.0f bytes", w->budget_bytes);
    }
    if (w->max_accesses > 0) {
        fprintf(out, ", %.0f accesses in an operation", w->max_accesses);
    }
    fprintf(out, ".\nnearest    %s: %.0f bytes", c->spec->label, c->score.pool_bytes);
    if (best(a)->judged) {
        fprintf(out, ", %.0f with a margin", best(a)->advised_bytes);
    }
    fprintf(out, ", at most %.0f accesses in an operation\n", c->score.most_accesses);
}

void advice_print(const struct advice *a, FILE *out)
{
    if (!a->found) {
        print_no(a, out);
        return;
    }
    fprintf(out, "take       %s (of %zu policies and parameters, by %zu cells)\n",
            advice_best(a)->spec->label, a->search.tried, a->study.cells);
    print_pool(a, out);
    print_margin(a, out);
    print_cost(a, out);
    print_code(a, out);
    print_runner_up(a, out);
    print_proven(a, out);
    fprintf(
        out,
        "observed   costs and margin: of these workloads and those drawn like them, none worse; a "
        "worst case over all programs is what 'fitlab prove --cost' and 'attack --cost' look "
        "for\n");
    fprintf(
        out,
        "assumed    the product asks as the recording does, and what drawn workloads need is about "
        "normally distributed; headers are those of a %d-bit heap aligned to %d\n",
        advice_best(a)->spec->bits, advice_align(a));
}
