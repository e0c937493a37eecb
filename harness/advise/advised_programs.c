#include "advise/advised_programs.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/temporary.h"
#include "workloads/trace/trace_store.h"
#include "workloads/transform/interleave.h"
#include "workloads/transform/rewrite.h"

const char *const likeness_names[LIKENESSES] = {
    [LIKE_EVENT] = "other order and sizes",
    [LIKE_SIZE] = "other order and other sizes throughout",
    [LIKE_PHASES] = "models that keep the phases",
    [LIKE_TURNS] = "other turns of the traces",
};

static bool spec_of(const char *path, struct workload_spec *spec, struct problem *problem)
{
    return workload_spec_parse(path, spec, problem);
}

/* Whether the spec is a trace file whose name can stand in another spec. */
static bool is_plain_trace(const struct workload_spec *spec, char *path, size_t size)
{
    const char *name = spec->values.text[0];
    if (strcmp(spec->kind->name, "trace") != 0 || !name || strpbrk(name, ",:") ||
        !strchr(name, '/')) {
        return false;
    }
    return (size_t)snprintf(path, size, "%s", name) < size;
}

static bool store(const struct workload_spec *spec, const char *path, struct problem *problem)
{
    const struct provenance p = {.text = ""};
    struct workload *w = workload_spec_open(spec, problem);
    struct trace_writer *out = w ? trace_create(path, &p, 0, problem) : NULL;
    bool stored = out && trace_store(out, w, problem);
    if (stored) {
        stored = trace_finish(out, NULL, problem);
    } else {
        trace_abort(out);
    }
    if (w) {
        workload_close(w);
    }
    return stored;
}

/* The path of a trace file of the workload, which is written if it is not one. */
static bool trace_of(struct programs *p, const char *word, size_t i, char *path,
                     struct workload_spec *spec, struct problem *problem)
{
    if (!workload_spec_parse(word, spec, problem)) {
        return false;
    }
    if (is_plain_trace(spec, path, sizeof p->path[0])) {
        return true;
    }
    snprintf(path, sizeof p->path[0], "%.4000s/whole-%zu.fltrace", p->folder, i);
    return store(spec, path, problem);
}

static bool count_events(const char *path, uint64_t *events, struct problem *problem)
{
    struct trace_reader *in = trace_open(path, TORN_REFUSE, problem);
    if (!in) {
        return false;
    }
    *events = trace_totals(in)->drain;
    trace_close(in);
    return *events > 0 || problem_set(problem, "%s: it has no events: record a longer run", path);
}

static bool interleave(struct programs *p, unsigned turn, const char *path, struct problem *problem)
{
    const struct provenance empty = {.text = ""};
    struct trace_reader *in[PROGRAMS_MOST] = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < p->parts; i++) {
        in[i] = trace_open(p->part[i], TORN_REFUSE, problem);
        ok = in[i] != NULL;
    }
    struct trace_writer *out = ok ? trace_create(path, &empty, 0, problem) : NULL;
    ok = out && trace_interleave(in, p->parts, turn, out, problem);
    if (ok) {
        ok = trace_finish(out, NULL, problem);
    } else {
        trace_abort(out);
    }
    for (size_t i = 0; i < p->parts; i++) {
        trace_close(in[i]);
    }
    return ok;
}

/* Several as one. */
static bool put_together(struct programs *p, struct problem *problem)
{
    p->parts = p->count;
    memcpy(p->part, p->path, p->count * sizeof *p->path);
    p->count = 1;
    p->together = true;
    snprintf(p->path[0], sizeof p->path[0], "%.4000s/together.fltrace", p->folder);
    return interleave(p, 1, p->path[0], problem) && spec_of(p->path[0], &p->whole[0], problem) &&
           count_events(p->path[0], &p->events[0], problem);
}

bool programs_open(struct programs *p, const char *const *words, size_t n, bool together,
                   struct problem *problem)
{
    *p = (struct programs){.whole = calloc(n + 1, sizeof *p->whole),
                           .path = calloc(n + 1, sizeof *p->path),
                           .part = calloc(n + 1, sizeof *p->part),
                           .events = calloc(n + 1, sizeof *p->events)};
    if (!p->whole || !p->path || !p->part || !p->events) {
        return problem_set(problem, "out of memory");
    }
    if (!temporary_folder("advise", p->folder, problem)) {
        p->folder[0] = '\0';
        return false;
    }
    for (; p->count < n; p->count++) {
        size_t i = p->count;
        if (!trace_of(p, words[i], i, p->path[i], &p->whole[i], problem) ||
            !count_events(p->path[i], &p->events[i], problem)) {
            return false;
        }
    }
    return !together || n < 2 || put_together(p, problem);
}

uint64_t programs_events(const struct programs *p)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < p->count; i++) {
        sum += p->events[i];
    }
    return sum;
}

static bool cut(const char *from, const char *to, uint64_t events, struct problem *problem)
{
    const struct provenance empty = {.text = ""};
    struct rewrite how;
    rewrite_init(&how);
    how.to = events;
    struct trace_reader *in = trace_open(from, TORN_REFUSE, problem);
    struct trace_writer *out = in ? trace_create(to, &empty, trace_columns(in), problem) : NULL;
    bool ok = out && trace_rewrite(in, out, &how, problem);
    if (ok) {
        ok = trace_finish(out, NULL, problem);
    } else {
        trace_abort(out);
    }
    trace_close(in);
    return ok;
}

bool programs_begin(struct programs *p, double share, struct workload_spec *out,
                    struct problem *problem)
{
    for (size_t i = 0; i < p->count; i++) {
        char path[4096];
        uint64_t events = (uint64_t)((double)p->events[i] * share) + 1;
        if (share >= 1) {
            out[i] = p->whole[i];
            continue;
        }
        snprintf(path, sizeof path, "%.4000s/begin-%zu-%" PRIu64 ".fltrace", p->folder, i, events);
        if (!cut(p->path[i], path, events, problem) || !spec_of(path, &out[i], problem)) {
            return false;
        }
    }
    return true;
}

bool programs_like(struct programs *p, size_t which, enum likeness like, unsigned draw,
                   struct workload_spec *out, struct problem *problem)
{
    static const unsigned windows[] = {16, 64, 4};
    char text[SPEC_MAX_TEXT + 4096];
    const char *trace = p->path[which];
    if (like == LIKE_TURNS) {
        snprintf(text, sizeof text, "%.4000s/turns-%u.fltrace", p->folder, draw + 1);
        return interleave(p, draw + 1, text, problem) && spec_of(text, out, problem);
    }
    if (like == LIKE_EVENT || like == LIKE_SIZE) {
        snprintf(text, sizeof text, "perturbed:trace=%s,window=%u,sizes=3,resize=%s,seed=%u", trace,
                 windows[draw % 3], like == LIKE_EVENT ? "event" : "size", draw);
    } else {
        snprintf(text, sizeof text, "model:kind=phases,trace=%s,seed=%u", trace, draw);
    }
    return workload_spec_parse(text, out, problem);
}

void programs_close(struct programs *p)
{
    DIR *folder = p->folder[0] ? opendir(p->folder) : NULL;
    for (struct dirent *e; folder && (e = readdir(folder));) {
        char path[8192];
        snprintf(path, sizeof path, "%s/%s", p->folder, e->d_name);
        if (e->d_name[0] != '.') {
            unlink(path);
        }
    }
    if (folder) {
        closedir(folder);
        rmdir(p->folder);
    }
    free(p->whole);
    free(p->path);
    free(p->part);
    free(p->events);
    *p = (struct programs){.folder = ""};
}
