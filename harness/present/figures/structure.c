/* structure.c - recorded programs beside their models: how much the order of events changes
 * fragmentation. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "present/figures/drawing.h"
#include "results/results_reader.h"
#include "results/spread.h"

/* A workload's part in the picture: a program as it was, or a model of one. */
struct part {
    const char *program; /* the spec of the trace; NULL: neither */
    const char *kind;
};

enum { PROGRAM_BYTES = 256, KIND_BYTES = 16 };

struct parts {
    struct part *part;
    char (*program)[PROGRAM_BYTES];
    char (*kind)[KIND_BYTES];
};

static void find_part(struct parts *parts, const struct subject *workload, size_t w)
{
    struct part *part = &parts->part[w];
    *part = (struct part){NULL, "actual"};
    if (strncmp(workload->spec, "model:", 6) != 0) {
        part->program = workload->recorded ? workload->spec : NULL;
    } else if (spec_setting(workload->spec, "trace", parts->program[w], PROGRAM_BYTES)) {
        part->program = parts->program[w];
        part->kind = spec_setting(workload->spec, "kind", parts->kind[w], KIND_BYTES)
                         ? parts->kind[w]
                         : "shuffled";
    }
}

static bool has_models(const struct parts *parts, size_t workloads, const char *program)
{
    for (size_t w = 0; w < workloads; w++) {
        if (parts->part[w].program && !strcmp(parts->part[w].program, program) &&
            strcmp(parts->part[w].kind, "actual") != 0) {
            return true;
        }
    }
    return false;
}

/* A program's bare name, as a trace's label is. */
static const char *name_of(const char *program, char *name, size_t size)
{
    const char *slash = strrchr(program, '/');
    const char *base = slash ? slash + 1 : program, *dot = strstr(base, ".fltrace");
    snprintf(name, size, "%.*s", dot ? (int)(dot - base) : (int)strlen(base), base);
    return name;
}

static void write_rows(struct drawing *drawing, const struct parts *parts, const struct spread *pct)
{
    const struct roster *policies = reader_policies(drawing->reader);
    const struct roster *workloads = reader_workloads(drawing->reader);
    char name[PROGRAM_BYTES];
    for (size_t w = 0; w < workloads->count; w++) {
        const struct part *part = &parts->part[w];
        if (!part->program || !has_models(parts, workloads->count, part->program)) {
            continue;
        }
        for (size_t p = 0; p < policies->count; p++) {
            const struct spread *s = &pct[w * policies->count + p];
            csv_text(&drawing->row, policies->subject[p].label);
            csv_whole(&drawing->row, p + 1);
            csv_text(&drawing->row, name_of(part->program, name, sizeof name));
            csv_text(&drawing->row, part->kind);
            csv_real(&drawing->row, s->median);
            csv_real(&drawing->row, s->least);
            csv_real(&drawing->row, s->most);
            drawing_end_row(drawing);
        }
    }
}

static bool draw(const struct figure *figure, struct results_reader *reader,
                 const struct parts *parts, const struct spread *pct, struct plot_options *options,
                 struct problem *problem)
{
    static const char *const header[] = {"label",          "style",     "program",  "model",
                                         "jw4_policy_pct", "least_pct", "most_pct", NULL};
    struct drawing drawing;
    if (!drawing_open(&drawing, figure, reader, options, NULL, problem)) {
        return false;
    }
    drawing_header(&drawing, header);
    write_rows(&drawing, parts, pct);
    return drawing_close(&drawing, problem);
}

static bool prepare(const struct figure *figure, struct results_reader *reader,
                    struct plot_options *options, struct problem *problem)
{
    const struct roster *workloads = reader_workloads(reader);
    size_t n = workloads->count;
    struct spread *pct = spread_of(reader, "memory", "jw4_policy_pct", problem);
    struct parts parts = {
        .part = calloc(n + 1, sizeof *parts.part),
        .program = calloc(n + 1, sizeof *parts.program),
        .kind = calloc(n + 1, sizeof *parts.kind),
    };
    bool ok = pct && parts.part && parts.program && parts.kind;
    for (size_t w = 0; ok && w < n; w++) {
        find_part(&parts, &workloads->subject[w], w);
    }
    ok = ok && draw(figure, reader, &parts, pct, options, problem);
    free(pct);
    free(parts.part);
    free(parts.program);
    free(parts.kind);
    return ok;
}

const struct figure figure_structure = {
    .name = "structure",
    .summary = "recorded programs beside their models: what the order of events is worth",
    .source = "summary.csv",
    .caption = "Fragmentation by placement alone (peak footprint over peak live bytes, less one, "
               "without headers and rounding) of recorded programs and of models made from them: "
               "with the same (size, lifetime) pairs in random order (shuffled, phases), and with "
               "less and less of their distributions (markov, cdf, mean). The distance from the "
               "program to its models is what the order of its events is worth to a policy, for "
               "better or worse (Zorn and Grunwald 1994; Wilson et al. 1995).",
    .prepare = prepare,
};
