/* cmd_offline.c - `fitlab offline`: how little memory could any allocator have used? */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "base/text_table.h"
#include "cell/cell.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "spec/policy_spec.h"
#include "spec/spec.h"
#include "spec/workload_spec.h"
#include "theory/offline/fit.h"
#include "theory/offline/optimum.h"

enum { MOST_POLICIES = 32, OWN_MAPPING = 1 << 20 };

struct options {
    const char *input, *output;
    const char *policy[MOST_POLICIES];
    size_t policies;
    long align;
    uint64_t capacity; /* 0: look for the least height instead */
    double budget;
    unsigned threads;
    struct effort effort;
};

enum { KEY_ALIGN = 256, KEY_SEED, KEY_MOVES, KEY_BUDGET, KEY_THREADS, KEY_PAGES };

static const struct argp_option option_table[] = {
    {"policy", 'p', "POLICY", 0, "Also replay it online, and certify how far it is from the best",
     0},
    {"capacity", 'c', "BYTES", 0,
     "Only ask whether everything fits into so much memory: exit status 0 yes, 1 no, 3 not known",
     0},
    {"budget", KEY_BUDGET, "SECONDS", 0, "Search for the answer for so long (default 60)", 0},
    {"threads", KEY_THREADS, "1|2", 0, "Of the exact search (default: 2 if there are two cores)",
     0},
    {"search", 's', "SECONDS", 0, "Search for better orders for so long (default 1; 0: not)", 0},
    {"exact", 'x', "SECONDS", 0, "Then search exactly for so long (default 0: not)", 0},
    {"moves", KEY_MOVES, "N", 0, "End the order search after N moves: the same result every time",
     0},
    {"seed", KEY_SEED, "N", 0, "Of the order search (default 1)", 0},
    {"align", KEY_ALIGN, "BYTES", 0, "Sizes are rounded up to this (default 16; 1 for a CSV)", 0},
    {"pages", KEY_PAGES, 0, 0,
     "Choose the packing with the fewest resident pages on the mean, not the lowest one", 0},
    {"output", 'o', "CSV", 0, "Write the best packing: id, lower, upper, size, offset", 0},
    {0},
};

/* The options that say how hard to look for a good packing. */
static error_t parse_effort(int key, char *arg, struct argp_state *state, struct effort *e)
{
    switch (key) {
    case 's':
        e->search_seconds = argument_seconds(state, "search", arg, 0);
        return 0;
    case 'x':
        e->exact_seconds = argument_seconds(state, "exact", arg, 0);
        return 0;
    case KEY_MOVES:
        e->search_rounds = (uint64_t)argument_number(state, "moves", arg, 1, LONG_MAX);
        return 0;
    case KEY_PAGES:
        e->pages = true;
        return 0;
    case KEY_SEED:
        e->seed = (uint64_t)argument_number(state, "seed", arg, 0, LONG_MAX);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case 'p':
        argument_append(state, "policies", o->policy, &o->policies, MOST_POLICIES, arg);
        return 0;
    case 'c':
        o->capacity = (uint64_t)argument_number(state, "capacity", arg, 1, LONG_MAX);
        return 0;
    case KEY_BUDGET:
        o->budget = argument_seconds(state, "budget", arg, 0);
        return 0;
    case KEY_THREADS:
        o->threads = (unsigned)argument_number(state, "threads", arg, 1, 2);
        return 0;
    case KEY_ALIGN:
        o->align = argument_number(state, "align", arg, 1, LONG_MAX);
        return 0;
    case 'o':
        o->output = arg;
        return 0;
    case ARGP_KEY_ARG:
        o->input = argument_only(state, "workload", o->input, arg);
        return 0;
    case ARGP_KEY_END:
        if (o->capacity && (o->policies || o->effort.pages)) {
            argument_wrong(state, "--capacity asks whether a packing exists: leave out --%s",
                           o->policies ? "policy" : "pages");
        }
        if (!o->input) {
            argument_wrong(state, "say what to pack: a workload, a trace or a CSV");
        }
        return 0;
    default:
        return parse_effort(key, arg, state, &o->effort);
    }
}

static bool is_csv(const char *text)
{
    size_t n = strlen(text);
    return n > 4 && !strcmp(text + n - 4, ".csv");
}

/* The table is kept, because its ids and times are in the output. */
static bool read_csv(struct packing *p, const struct options *o, struct table **t,
                     struct problem *problem)
{
    *t = table_read(o->input, problem);
    return *t && packing_from_table(p, *t, o->align ? (uint64_t)o->align : 1, problem);
}

static bool read_workload(struct packing *p, const struct options *o, struct workload_spec *spec,
                          struct problem *problem)
{
    struct workload *w =
        workload_spec_parse(o->input, spec, problem) ? workload_spec_open(spec, problem) : NULL;
    bool ok = w && packing_from_workload(p, w, o->align ? (uint64_t)o->align : 16, problem);
    workload_close(w);
    return ok;
}

static double over_pct(uint64_t height, uint64_t bound)
{
    return 100 * ((double)height / (double)bound - 1);
}

static void print_attempts(const struct packing *p, const struct optimum *o)
{
    static const bool left[] = {true, false, false, false, false, false, true};
    struct text_table t;
    text_table_open(&t, 7, left);
    text_table_add(&t, "packing");
    text_table_add(&t, "height bytes");
    text_table_add(&t, "over load %%");
    text_table_add(&t, "peak pages");
    text_table_add(&t, "mean pages");
    text_table_add(&t, "seconds");
    text_table_add(&t, " ");
    text_table_add(&t, "peak load (lower bound)");
    text_table_add(&t, "%" PRIu64, p->load);
    text_table_add(&t, "0");
    text_table_add(&t, "%" PRIu64, o->pages_bound.peak);
    text_table_add(&t, "%.1f", o->pages_bound.mean);
    text_table_add(&t, " ");
    text_table_add(&t, " ");
    for (size_t i = 0; i < o->attempts; i++) {
        const struct attempt *a = &o->attempt[i];
        text_table_add(&t, "%s", a->name);
        text_table_add(&t, a->height ? "%" PRIu64 : "-", a->height);
        text_table_add(&t, a->height ? "%.3f" : "-", over_pct(a->height, p->load));
        text_table_add(&t, a->height ? "%" PRIu64 : "-", a->pages.peak);
        text_table_add(&t, a->height ? "%.1f" : "-", a->pages.mean);
        text_table_add(&t, "%.2f", a->seconds);
        text_table_add(&t, "%s", a->note[0] ? a->note : " ");
    }
    text_table_print(&t, stdout);
    text_table_close(&t);
}

static void print_verdict(const struct packing *p, const struct optimum *o)
{
    printf("\n%zu blocks over %" PRIu32 " births. ", p->count, p->sections);
    if (o->best == o->bound) {
        printf("The optimum is %" PRIu64 " bytes.\n", o->best);
    } else {
        printf("The optimum is between %" PRIu64 " and %" PRIu64 " bytes (%.3f %%).\n", o->bound,
               o->best, over_pct(o->best, o->bound));
    }
}

/* Replays one policy online and says how far any allocator could be below it. */
static bool certify(const struct optimum *o, const char *policy, const struct workload_spec *w,
                    struct problem *problem)
{
    struct policy_spec spec;
    struct cell cell;
    struct cell_process process;
    if (!policy_spec_parse(policy, &spec, problem)) {
        return false;
    }
    cell_init(&cell, &spec, w);
    cell.samples = 1;
    if (!cell_sound(&cell, problem) || !cell_start(&cell, &process, problem)) {
        return false;
    }
    cell_wait(&process);
    const struct metrics *m = &process.result.metrics;
    if (process.result.status != CELL_OK || !m->known[METRIC_peak_footprint_bytes]) {
        printf("%s: %s %s\n", spec.label, cell_status_name(process.result.status),
               process.result.detail[0] ? process.result.detail : "(its footprint is not known)");
    } else {
        uint64_t footprint = m->value[METRIC_peak_footprint_bytes].count;
        printf("%s takes %" PRIu64 " bytes online: it is within %.2f %% of any allocator, offline "
               "ones included.\n",
               spec.label, footprint, over_pct(footprint, o->bound));
    }
    cell_release(&process);
    return true;
}

static void write_block(struct csv_row *row, const struct packing_block *b)
{
    csv_whole(row, b->id);
    csv_whole(row, b->lower);
    csv_whole(row, b->upper);
    csv_whole(row, b->size);
}

static void write_given(struct csv_row *row, const struct table *given, size_t i,
                        const char *const *columns)
{
    for (; *columns; columns++) {
        struct problem none;
        size_t column;
        if (table_column(given, *columns, &column, &none)) {
            csv_text(row, table_cell(given, i, column));
        } else {
            csv_whole(row, i); /* the id may be missing */
        }
    }
}

/* `given` is the problem as it was read, or NULL if the blocks come from a workload. */
static bool write_packing(const struct packing *p, const struct table *given,
                          const uint64_t *offset, const char *path, struct problem *problem)
{
    FILE *out = !strcmp(path, "-") ? stdout : fopen(path, "w");
    if (!out) {
        return problem_set(problem, "%s: cannot write: %s", path, strerror(errno));
    }
    struct csv_row row = {.out = out};
    static const char *const head[] = {"id", "lower", "upper", "size", NULL};
    for (size_t i = 0; head[i]; i++) {
        csv_text(&row, head[i]);
    }
    csv_text(&row, "offset");
    csv_end_row(&row);
    for (size_t i = 0; i < p->count; i++) {
        if (given) {
            write_given(&row, given, p->block[i].id, head);
        } else {
            write_block(&row, &p->block[i]);
        }
        csv_whole(&row, offset[i]);
        csv_end_row(&row);
    }
    bool ok = !ferror(out) && fflush(out) == 0;
    if (out != stdout) {
        ok &= fclose(out) == 0;
    }
    return ok || problem_set(problem, "%s: cannot write it whole: %s", path, strerror(errno));
}

static void print_answer(const struct packing *p, const struct options *o, const struct fit *f,
                         const struct packing_decision *how)
{
    if (f->proof == FIT_LOAD) {
        printf("no: %" PRIu64 " bytes are alive at once, more than %" PRIu64 "\n", p->load,
               o->capacity);
    } else if (f->verdict == PACKING_CANNOT) {
        printf("no: the exact search went through all packings of %zu blocks (%" PRIu64
               " nodes, %.2f s), and none stays within %" PRIu64 " bytes\n",
               p->count, how->nodes, f->seconds, o->capacity);
    } else if (f->verdict == PACKING_UNKNOWN) {
        printf("not known: no packing within %" PRIu64 " bytes found in %.1f s, and no proof that "
               "there is none; the lowest found has %" PRIu64 "\n",
               o->capacity, f->seconds, f->height);
    } else {
        printf("yes: %zu blocks fit into %" PRIu64 " bytes; the packing of height %" PRIu64
               " was checked (%" PRIu64 " nodes, %.2f s)\n",
               p->count, o->capacity, f->height, how->nodes, f->seconds);
    }
}

/* Answers --capacity. */
static bool ask(const struct packing *p, const struct table *given, const struct options *o,
                enum exit_status *status, struct problem *problem)
{
    static const enum exit_status status_of[] = {
        [PACKING_FITS] = EXIT_DONE, [PACKING_CANNOT] = EXIT_NO, [PACKING_UNKNOWN] = EXIT_UNKNOWN};
    struct packing_decision how = {.seconds = o->budget, .threads = o->threads};
    struct fit fit;
    if (!fit_find(&fit, p, o->capacity, &how, problem)) {
        return false;
    }
    *status = status_of[fit.verdict];
    print_answer(p, o, &fit, &how);
    bool ok = !o->output || fit.verdict != PACKING_FITS ||
              write_packing(p, given, fit.offset, o->output, problem);
    fit_release(&fit);
    return ok;
}

static bool report(const struct packing *p, const struct table *given,
                   const struct workload_spec *workload, const struct options *o,
                   struct problem *problem)
{
    struct optimum optimum;
    if (!optimum_find(&optimum, p, &o->effort, problem)) {
        return false;
    }
    print_attempts(p, &optimum);
    print_verdict(p, &optimum);
    if (o->effort.pages) {
        printf("The packing chosen keeps %.1f pages of 4 KiB resident on the mean and %" PRIu64
               " at the peak; no packing has fewer than %.1f and %" PRIu64 ".\n",
               optimum.pages.mean, optimum.pages.peak, optimum.pages_bound.mean,
               optimum.pages_bound.peak);
    }
    bool ok = true;
    for (size_t i = 0; ok && i < o->policies; i++) {
        ok = certify(&optimum, o->policy[i], workload, problem);
    }
    ok = ok && (!o->output || write_packing(p, given, optimum.offset, o->output, problem));
    optimum_release(&optimum);
    return ok;
}

static bool offline(const struct options *o, enum exit_status *status, struct problem *problem)
{
    struct packing packing;
    struct workload_spec workload;
    struct table *given = NULL;
    bool csv = is_csv(o->input);
    if (csv && o->policies) {
        return problem_set(problem,
                           "%s: a policy replays workloads, and this is a CSV: import it "
                           "as a trace first (fitlab import minimalloc)",
                           o->input);
    }
    if (!(csv ? read_csv(&packing, o, &given, problem)
              : read_workload(&packing, o, &workload, problem))) {
        table_free(given);
        return false;
    }
    bool ok = o->capacity ? ask(&packing, given, o, status, problem)
                          : report(&packing, given, &workload, o, problem);
    packing_release(&packing);
    table_free(given);
    return ok;
}

static int run(int argc, char **argv)
{
    struct options o = {.budget = 60, .effort = {.search_seconds = 1, .seed = 1}};
    struct problem problem = {""};
    const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .args_doc = "WORKLOAD|PROBLEM.csv",
        .doc = "Pack the blocks of a workload as an allocator could that knows the future: the "
               "height of the best packing is what no allocator can beat.\v"
               "A PROBLEM.csv has the columns id, lower, upper and size (MiniMalloc's form): "
               "buffers that live in [lower, upper). The output has its ids and times again; those "
               "of a "
               "workload count births. Pages are of 4 KiB and count as resident while a live block "
               "lies in "
               "them. With --capacity the command answers in one line whether "
               "everything fits: yes, with a packing that was checked; no, with the reason; or not "
               "known after the budget.\n\nExamples:\n"
               "  fitlab offline perl -p best-fit -p first-fit\n"
               "  fitlab export minimalloc uniform:events=400 problem.csv\n"
               "  fitlab offline problem.csv --capacity 256K --budget 20 -o packed.csv\n"
               "  fitlab offline problem.csv --search 8 --exact 60 -o packed.csv"};
    arguments_parse(&argp, argc, argv, 0, &o);
    if (!o.policies) {
        /* Large arrays go back to the system as soon as they are freed. A policy that is replayed
         * may be this malloc itself, which then has to be as it is. */
        mallopt(M_MMAP_THRESHOLD, OWN_MAPPING);
    }
    enum exit_status status = EXIT_DONE;
    return offline(&o, &status, &problem) ? (int)status : command_fail(&problem);
}

const struct command command_offline = {
    .name = "offline",
    .group = GROUP_THEORY,
    .summary = "the least memory that any allocator could have used",
    .run = run,
};
