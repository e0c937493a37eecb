#include "present/report/opening.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "present/report/matrix.h"
#include "present/report/places.h"
#include "present/report/status.h"
#include "results/results_reader.h"
#include "results/spread.h"

enum { NAMES_MOST = 6, SMALL_HEAP = 16 << 20, FEW_WORKLOADS = 6 };

/* The folder's policies by memory and by time: means over the workloads of one kind, NAN unknown.
 */
struct standing {
    struct results_reader *reader;
    const struct contests *contests;
    size_t policies;
    bool recorded; /* the means are over recorded workloads, else over the others */
    double *memory, *time;
};

static const char *label(const struct standing *s, size_t policy)
{
    return reader_policies(s->reader)->subject[policy].label;
}

/* The policy that never reuses memory, which shows what the replay itself costs, is out of the
 * race. */
static bool is_floor(const struct standing *s, size_t policy)
{
    return !strcmp(reader_policies(s->reader)->subject[policy].spec, "bump");
}

/* "a, b and c" of those that are picked; of many, the first few and how many more there are. */
static void list(FILE *out, const struct standing *s, const bool *picked)
{
    size_t n = 0, told = 0;
    for (size_t p = 0; p < s->policies; p++) {
        n += picked[p];
    }
    for (size_t p = 0; p < s->policies && told < NAMES_MOST; p++) {
        if (picked[p]) {
            fprintf(out, "%s%s", !told ? "" : told + 1 == n ? " and " : ", ", label(s, p));
            told++;
        }
    }
    if (n > told) {
        fprintf(out, " and %zu more", n - told);
    }
}

/* ---- what was compared ---- */

static bool measured(struct results_reader *reader, FILE *out, struct problem *problem)
{
    struct identity id;
    const char *seen[16];
    size_t passes = 0;
    if (!reader_identity(reader, "summary.csv", &id, problem)) {
        return false;
    }
    for (size_t row = 0; row < id.table->rows; row++) {
        const char *pass = table_cell(id.table, row, id.pass);
        size_t i = 0;
        while (i < passes && strcmp(seen[i], pass) != 0) {
            i++;
        }
        if (i == passes && passes < sizeof seen / sizeof *seen) {
            seen[passes++] = pass;
        }
    }
    for (size_t i = 0; i < passes; i++) {
        fprintf(out, "%s%s", !i ? "" : i + 1 == passes ? " and " : ", ", seen[i]);
    }
    fputs(passes == 1 ? " pass" : " passes", out);
    return true;
}

static bool compared(const struct standing *s, FILE *out, struct problem *problem)
{
    const struct roster *workloads = reader_workloads(s->reader);
    size_t specs = roster_specs(reader_policies(s->reader));
    size_t recorded = matrix_recorded(workloads);
    bool *all = malloc(s->policies);
    if (!all) {
        abort();
    }
    memset(all, true, s->policies);
    fprintf(out, "This report compares %zu polic%s (", specs, specs == 1 ? "y" : "ies");
    list(out, s, all);
    fprintf(out, ") on %zu workload%s", workloads->count, workloads->count == 1 ? "" : "s");
    if (recorded == workloads->count) {
        fputs(recorded == 1 ? ", a recording of a real program"
                            : ", all recordings of real programs",
              out);
    } else if (!recorded) {
        fputs(", all made by generators", out);
    } else {
        fprintf(out, ", of which %zu are recordings of real programs", recorded);
    }
    fputs(", by the ", out);
    free(all);
    bool done = measured(s->reader, out, problem);
    fputc('.', out);
    return done;
}

/* ---- what came out ---- */

/* The policy with the least value but those that are picked already; `policies` if there is none.
 */
static size_t least(const struct standing *s, const double *value, const bool *picked)
{
    size_t best = s->policies;
    for (size_t p = 0; p < s->policies; p++) {
        if (!isnan(value[p]) && !picked[p] && (best == s->policies || value[p] < value[best])) {
            best = p;
        }
    }
    return best;
}

/* Picks the best and those that are within what cannot be told from it; returns the best. */
static size_t best_by_memory(const struct standing *s, bool *picked)
{
    size_t best = least(s, s->memory, picked);
    for (size_t p = 0; best < s->policies && p < s->policies; p++) {
        picked[p] = fabs(s->memory[p] - s->memory[best]) < .005; /* printed, it is the same */
    }
    return best;
}

static size_t best_by_time(const struct standing *s, bool *picked)
{
    size_t best = least(s, s->time, picked);
    for (size_t p = 0; best < s->policies && p < s->policies; p++) {
        picked[p] =
            !isnan(s->time[p]) && s->contests->count > 0 && !contests_part(s->contests, best, p);
    }
    if (best < s->policies) {
        picked[best] = true;
    }
    return best;
}

/* Picks those than which no other is better in one and at least as good in the other. */
static void front(const struct standing *s, bool *picked)
{
    for (size_t p = 0; p < s->policies; p++) {
        picked[p] = !isnan(s->memory[p]) && !isnan(s->time[p]);
        for (size_t q = 0; q < s->policies && picked[p]; q++) {
            picked[p] = !(s->memory[q] <= s->memory[p] && s->time[q] <= s->time[p] &&
                          (s->memory[q] < s->memory[p] || s->time[q] < s->time[p]));
        }
    }
}

static void say_memory(const struct standing *s, FILE *out)
{
    bool *picked = calloc(s->policies + 1, sizeof *picked);
    size_t best = picked ? best_by_memory(s, picked) : s->policies;
    bool pages = !strcmp(reader_memory(s->reader)->pass, "pages");
    if (best == s->policies) {
        fputs("No policy has a peak of memory on every workload", out);
    } else {
        fputs("The least memory is taken by ", out);
        list(out, s, picked);
        fprintf(out, " (peak %s %.3g %% above the peak of live bytes%s",
                pages ? "resident pages" : "footprint", s->memory[best],
                s->recorded ? ", mean of the recorded workloads)" : ", mean of the workloads)");
        size_t next = least(s, s->memory, picked);
        if (next < s->policies) {
            fprintf(out, ", then by %s (%.3g %%)", label(s, next), s->memory[next]);
        }
    }
    free(picked);
}

static void say_time(const struct standing *s, FILE *out)
{
    bool *picked = calloc(s->policies + 1, sizeof *picked);
    size_t best = picked ? best_by_time(s, picked) : s->policies;
    if (best == s->policies) {
        fputs("; nothing says which is the fastest", out);
        free(picked);
        return;
    }
    fprintf(out, "; the fastest is %s", label(s, best));
    picked[best] = false;
    if (least(s, s->time, picked) < s->policies && memchr(picked, true, s->policies)) {
        fputs(", from which the noise does not let one tell ", out);
        list(out, s, picked);
    } else if (!s->contests->count) {
        fputs(", as far as times without intervals say", out);
    }
    front(s, picked);
    fputs("; on the front, where no other is better in one of the two and as good in the other, ",
          out);
    fputs(memchr(picked, true, s->policies) ? "stand " : "stands none", out);
    list(out, s, picked);
    free(picked);
}

static void came_out(const struct standing *s, FILE *out)
{
    say_memory(s, out);
    say_time(s, out);
    fputc('.', out);
}

/* ---- what is unsure ---- */

static void say_noise(const struct standing *s, FILE *out)
{
    double most = 0;
    size_t timed = 0, untimed = 0;
    for (size_t i = 0; i < s->contests->count; i++) {
        most = fmax(most, s->contests->contest[i].noise_pct);
    }
    for (size_t p = 0; p < s->policies; p++) {
        timed += (size_t)!isnan(s->time[p]);
        untimed += isnan(s->time[p]) && !is_floor(s, p);
    }
    if (!timed) {
        fputs("no policy was timed on every workload", out);
        return;
    }
    if (s->contests->count) {
        fprintf(out, "differences of time below %.1f %% are noise on the worst workload", most);
    } else {
        fputs("times have too few repetitions, or too much noise, for an interval", out);
    }
    size_t without = reader_workloads(s->reader)->count - s->contests->count;
    if (s->contests->count && without) {
        fprintf(out, ", and on %zu of %zu workloads none can be told", without,
                reader_workloads(s->reader)->count);
    }
    if (untimed) {
        fprintf(out, "; %zu of the policies %s not timed on every workload", untimed,
                untimed == 1 ? "was" : "were");
    }
}

static bool unsure(const struct standing *s, FILE *out, struct problem *problem)
{
    size_t cells, failed;
    double smallest, largest;
    if (!status_count(s->reader, &cells, &failed, problem) ||
        !matrix_heaps(s->reader, &smallest, &largest, problem)) {
        return false;
    }
    fputs("Unsure is: ", out);
    say_noise(s, out);
    if (failed) {
        fprintf(out, "; %zu of %zu cells did not end well", failed, cells);
    }
    if (largest > 0 && largest < SMALL_HEAP) {
        fprintf(
            out,
            "; the heaps are small (%.2g MB live at most), and what is true of them need not be "
            "true of large ones",
            largest / 1e6);
    }
    if (reader_workloads(s->reader)->count < FEW_WORKLOADS) {
        fputs("; the workloads are few, so that others may give another order", out);
    } else {
        fputs("; a mean over these workloads need not be that of yours", out);
    }
    fputc('.', out);
    return true;
}

/* ---- together ---- */

static double *means(const struct standing *s, const struct matrix *m, size_t baseline,
                     struct problem *problem)
{
    struct spread *spread = matrix_spread(s->reader, m->pass, m->column, problem);
    double *mean = calloc(s->policies + 1, sizeof *mean);
    for (size_t p = 0; spread && mean && p < s->policies; p++) {
        mean[p] =
            is_floor(s, p) ? NAN : matrix_mean(s->reader, m, spread, p, baseline, s->recorded);
    }
    if (!spread) {
        free(mean);
        mean = NULL;
    }
    free(spread);
    return mean;
}

/* Relates times to a policy that was timed: an untimed baseline would leave none. */
static double *means_of_time(const struct standing *s, size_t baseline, struct problem *problem)
{
    for (size_t i = 0; i <= s->policies; i++) {
        size_t p = i ? i - 1 : baseline;
        double *time = means(s, &matrices[MATRIX_TIME], p, problem);
        if (!time || !isnan(time[p]) || i == s->policies) {
            return time;
        }
        free(time);
    }
    return NULL;
}

static bool write_sentences(const struct standing *s, struct opening *opening,
                            struct problem *problem)
{
    bool done = true;
    for (size_t i = 0; done && i < OPENING_SENTENCES; i++) {
        size_t size;
        FILE *out = open_memstream(&opening->sentence[i], &size);
        if (!out) {
            return problem_set(problem, "out of memory");
        }
        if (i == 0) {
            done = compared(s, out, problem);
        } else if (i == 1) {
            came_out(s, out);
        } else {
            done = unsure(s, out, problem);
        }
        fclose(out);
    }
    return done;
}

bool opening_make(struct results_reader *reader, size_t baseline, const struct contests *contests,
                  struct opening *opening, struct problem *problem)
{
    const struct roster *workloads = reader_workloads(reader);
    bool pages = !strcmp(reader_memory(reader)->pass, "pages");
    struct standing s = {.reader = reader,
                         .contests = contests,
                         .policies = reader_policies(reader)->count,
                         .recorded = matrix_recorded(workloads) > 0};
    *opening = (struct opening){0};
    s.memory =
        means(&s, &matrices[pages ? MATRIX_RESIDENT : MATRIX_FRAGMENTATION], baseline, problem);
    s.time = s.memory ? means_of_time(&s, baseline, problem) : NULL;
    bool done = s.time && write_sentences(&s, opening, problem);
    free(s.memory);
    free(s.time);
    return done;
}

void opening_free(struct opening *opening)
{
    for (size_t i = 0; i < OPENING_SENTENCES; i++) {
        free(opening->sentence[i]);
    }
}
