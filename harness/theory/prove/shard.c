#include "theory/prove/shard.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "theory/prove/known.h"

void shard_path(char path[PATH_MAX], const char *folder, const char *format, ...)
{
    int n = snprintf(path, PATH_MAX, "%s/shards/", folder);
    va_list words;
    va_start(words, format);
    if (n > 0 && n < PATH_MAX) {
        vsnprintf(path + n, PATH_MAX - (size_t)n, format, words);
    }
    va_end(words);
}

static bool failed(const char *path, struct problem *problem)
{
    return problem_set(problem, "%s: %s", path, strerror(errno));
}

FILE *shard_file_begin(const char *path, char fresh[SHARD_FRESH_SIZE])
{
    snprintf(fresh, SHARD_FRESH_SIZE, "%s.%ld", path, (long)getpid());
    return fopen(fresh, "w");
}

bool shard_file_end(FILE *f, const char *fresh, const char *path, bool keep,
                    struct problem *problem)
{
    bool ok = f && !ferror(f) && fflush(f) == 0 && (!keep || fsync(fileno(f)) == 0);
    if (f) {
        ok &= fclose(f) == 0;
    }
    return (ok && rename(fresh, path) == 0) || failed(path, problem);
}

/* ---- the batch ---- */

bool shard_batch_write(const struct shard_batch *b, const char *folder, struct problem *problem)
{
    char path[PATH_MAX], fresh[SHARD_FRESH_SIZE];
    shard_path(path, folder, "batch");
    FILE *f = shard_file_begin(path, fresh);
    if (f) {
        fprintf(f,
                "phase %d first %" PRIu64 " count %" PRIu64 " depth %zu again %d shards %u runs %u "
                "known %" PRIu64 " before %" PRIu64 "\n",
                (int)b->phase, b->first, b->count, b->depth, b->again, b->shards, b->runs, b->known,
                b->before);
    }
    return shard_file_end(f, fresh, path, true, problem);
}

bool shard_batch_read(struct shard_batch *b, const char *folder, struct problem *problem)
{
    char path[PATH_MAX];
    int phase, again;
    shard_path(path, folder, "batch");
    FILE *f = fopen(path, "r");
    if (!f) {
        return failed(path, problem);
    }
    bool ok = fscanf(f,
                     "phase %d first %" SCNu64 " count %" SCNu64 " depth %zu again %d shards %u "
                     "runs %u known %" SCNu64 " before %" SCNu64,
                     &phase, &b->first, &b->count, &b->depth, &again, &b->shards, &b->runs,
                     &b->known, &b->before) == 9;
    fclose(f);
    b->phase = ok && phase == PHASE_ADD ? PHASE_ADD : PHASE_EXPAND;
    b->again = ok && again;
    return (ok && b->shards && b->shards <= SHARDS_MOST && b->runs && b->runs <= SHARDS_MOST) ||
           problem_set(problem, "%s is damaged", path);
}

void shard_clear(const struct shard_batch *b, const char *folder)
{
    char path[PATH_MAX];
    unsigned tasks = b->phase == PHASE_ADD ? b->shards : b->runs;
    for (unsigned i = 0; i < tasks; i++) {
        shard_path(path, folder, b->phase == PHASE_ADD ? "added-%u" : "expanded-%u", i);
        unlink(path);
    }
}

/* ---- the first phase ---- */

static void found_paths(const char *folder, unsigned run, unsigned shard, char path[PATH_MAX],
                        char fresh[PATH_MAX])
{
    shard_path(path, folder, "found-%u-%u", run, shard);
    shard_path(fresh, folder, "found-%u-%u.%ld", run, shard, (long)getpid());
}

static bool open_found(FILE **to, const struct shard_batch *b, const char *folder, unsigned run,
                       struct problem *problem)
{
    for (unsigned s = 0; s < b->shards; s++) {
        char path[PATH_MAX], fresh[PATH_MAX];
        found_paths(folder, run, s, path, fresh);
        to[s] = fopen(fresh, "w");
        if (!to[s]) {
            return failed(fresh, problem);
        }
    }
    return true;
}

static bool close_found(FILE **to, const struct shard_batch *b, const char *folder, unsigned run,
                        struct problem *problem)
{
    bool ok = true;
    for (unsigned s = 0; s < b->shards; s++) {
        char path[PATH_MAX], fresh[PATH_MAX];
        found_paths(folder, run, s, path, fresh);
        if (to[s]) {
            ok &= !ferror(to[s]) && fflush(to[s]) == 0;
            ok &= b->here || fsync(fileno(to[s])) == 0;
            ok &= fclose(to[s]) == 0 && rename(fresh, path) == 0;
        }
    }
    return ok || problem_set(problem, "what a task found cannot be written: %s", strerror(errno));
}

/* Expands some states and hands out what they lead to. */
static bool expand(struct search *s, struct position *position, const struct shard_batch *b,
                   FILE **to, struct problem *problem)
{
    s->batch.next = 0;
    batch_work(s, position, PHASE_EXPAND, 0);
    if (s->batch.failed) {
        return problem_set(problem, "not enough memory for the search");
    }
    uint32_t shift = (uint32_t)(s->batch.first - b->first);
    size_t n;
    for (uint64_t at = 0; at < batch_chunks(s); at++) {
        const struct candidate *c = batch_candidates(s, at, &n);
        for (size_t i = 0; i < n; i++) {
            struct candidate out = c[i];
            out.from += shift;
            fwrite(&out, sizeof out, 1, to[out.part % b->shards]);
        }
    }
    return true;
}

static bool expand_run(const struct shard_batch *b, const char *folder, unsigned run,
                       struct search *s, struct position *position, struct problem *problem)
{
    char path[PATH_MAX], fresh[SHARD_FRESH_SIZE];
    FILE *to[SHARDS_MOST] = {0};
    uint64_t at = b->first + b->count * run / b->runs;
    uint64_t end = b->first + b->count * (run + 1) / b->runs;
    bool ok = open_found(to, b, folder, run, problem);
    s->batch.tried = 0;
    s->batch.worst[0] = (struct worst){0};
    s->batch.depth = b->depth;
    s->batch.again = b->again;
    s->batch.failed = false;
    for (; ok && at < end; at += s->batch.count) {
        s->batch.first = at;
        s->batch.count = end - at < batch_most(s) ? end - at : batch_most(s);
        shared_area_take(&s->area, batch_bytes(s));
        ok = expand(s, position, b, to, problem);
    }
    if (!close_found(to, b, folder, run, problem) || !ok) {
        return false;
    }
    shard_path(path, folder, "expanded-%u", run);
    FILE *f = shard_file_begin(path, fresh);
    if (f) {
        const struct worst *w = &s->batch.worst[0];
        fprintf(f,
                "first %" PRIu64 " known %" PRIu64 " tried %llu worst %" PRIu64 " %" PRIu64 " %u\n",
                b->first, b->known, (unsigned long long)s->batch.tried, w->value, w->from, w->op);
    }
    return shard_file_end(f, fresh, path, !b->here, problem);
}

/* ---- the second phase ---- */

/* What a shard does not know yet, as it is found. */
struct adding {
    const struct shard_batch *batch;
    struct known known, here; /* up to the batch before; in this batch */
    FILE *out;
    uint64_t fresh;
};

static bool open_fresh(const char *folder, unsigned shard, struct shard_fresh *head, FILE **f)
{
    char path[PATH_MAX];
    shard_path(path, folder, "fresh-%u", shard);
    *f = fopen(path, "r");
    bool ok = *f && fread(head, sizeof *head, 1, *f) == 1;
    if (*f && !ok) {
        fclose(*f);
    }
    return ok;
}

/* Puts what was new in the batch before into the shard's table, unless that was done. */
static bool catch_up(struct adding *a, const char *folder, unsigned shard, struct problem *problem)
{
    const struct shard_batch *b = a->batch;
    struct shard_fresh head;
    struct candidate c;
    FILE *f;
    if (a->known.head->states == b->known) {
        return true;
    }
    if (a->known.head->states != b->before || !open_fresh(folder, shard, &head, &f)) {
        return problem_set(problem, "%s does not fit the proof: remove the folder of it",
                           a->known.path);
    }
    bool ok =
        head.known == b->before || problem_set(problem, "fresh-%u is of another batch", shard);
    for (uint64_t i = 0; ok && i < head.count; i++) {
        ok = fread(&c, sizeof c, 1, f) == 1 ? known_add(&a->known, c.part, c.key, problem)
                                            : problem_set(problem, "fresh-%u is too short", shard);
    }
    fclose(f);
    return ok && known_settle(&a->known, b->known, problem);
}

static bool add_found(struct adding *a, const char *folder, unsigned run, unsigned shard,
                      struct problem *problem)
{
    char path[PATH_MAX];
    struct candidate c;
    shard_path(path, folder, "found-%u-%u", run, shard);
    FILE *f = fopen(path, "r");
    if (!f) {
        return failed(path, problem);
    }
    bool ok = true;
    while (ok && fread(&c, sizeof c, 1, f) == 1) {
        if (!known_has(&a->known, c.part, c.key) && !known_has(&a->here, c.part, c.key)) {
            ok = known_add(&a->here, c.part, c.key, problem);
            fwrite(&c, sizeof c, 1, a->out);
            a->fresh++;
        }
    }
    ok = ok && (!ferror(f) || failed(path, problem));
    fclose(f);
    return ok;
}

/* The head is written last, over an empty one. */
static bool write_fresh(struct adding *a, const char *folder, unsigned shard,
                        struct problem *problem)
{
    char path[PATH_MAX], fresh[SHARD_FRESH_SIZE];
    struct shard_fresh head = {a->batch->first, a->batch->known, 0};
    shard_path(path, folder, "fresh-%u", shard);
    a->out = shard_file_begin(path, fresh);
    bool ok = a->out && fwrite(&head, sizeof head, 1, a->out) == 1;
    for (unsigned run = 0; ok && run < a->batch->runs; run++) {
        if (!add_found(a, folder, run, shard, problem)) {
            fclose(a->out);
            unlink(fresh);
            return false;
        }
    }
    head.count = a->fresh;
    ok = ok && fseek(a->out, 0, SEEK_SET) == 0 && fwrite(&head, sizeof head, 1, a->out) == 1;
    return shard_file_end(a->out, fresh, path, true, problem) && (ok || failed(path, problem));
}

static bool add_shard(const struct shard_batch *b, const char *folder, unsigned shard,
                      struct problem *problem)
{
    char path[PATH_MAX];
    struct adding a = {.batch = b};
    shard_path(path, folder, "known-%u", shard);
    if (!known_open(&a.known, path, b->shards, problem)) {
        return false;
    }
    bool ok = known_open(&a.here, NULL, b->shards, problem) &&
              catch_up(&a, folder, shard, problem) && write_fresh(&a, folder, shard, problem);
    known_close(&a.here);
    known_close(&a.known);
    char fresh[SHARD_FRESH_SIZE];
    shard_path(path, folder, "added-%u", shard);
    FILE *f = ok ? shard_file_begin(path, fresh) : NULL;
    return ok && shard_file_end(f, fresh, path, !b->here, problem);
}

bool shard_task(const struct shard_batch *b, const char *folder, unsigned task, struct search *s,
                struct position *position, struct problem *problem)
{
    return b->phase == PHASE_ADD ? add_shard(b, folder, task, problem)
                                 : expand_run(b, folder, task, s, position, problem);
}

/* ---- what has come of it ---- */

bool shard_task_done(const struct shard_batch *b, const char *folder, unsigned task,
                     struct shard_sum *sum)
{
    char path[PATH_MAX];
    shard_path(path, folder, b->phase == PHASE_ADD ? "added-%u" : "expanded-%u", task);
    FILE *f = fopen(path, "r");
    if (!f || b->phase == PHASE_ADD) {
        return f && !fclose(f);
    }
    uint64_t first, known, tried;
    struct worst w;
    bool ok = fscanf(f,
                     "first %" SCNu64 " known %" SCNu64 " tried %" SCNu64 " worst %" SCNu64
                     " %" SCNu64 " %" SCNu16,
                     &first, &known, &tried, &w.value, &w.from, &w.op) == 6 &&
              first == b->first && known == b->known;
    fclose(f);
    if (ok) {
        sum->tried += tried;
        sum->worst = w.value > sum->worst.value ? w : sum->worst; /* runs come in order */
    }
    return ok;
}

/* The next state of each shard. */
struct source {
    FILE *file;
    uint64_t left;
    struct candidate next;
};

/* Where a state stands among those that are new. */
static uint64_t place_of(const struct candidate *c)
{
    return state_entry(c->from, c->op);
}

static bool advance(struct source *s)
{
    return s->left == 0 || (fread(&s->next, sizeof s->next, 1, s->file) == 1);
}

static bool open_sources(struct source *source, const struct shard_batch *b, const char *folder,
                         uint64_t *fresh, struct problem *problem)
{
    *fresh = 0;
    for (unsigned s = 0; s < b->shards; s++) {
        struct shard_fresh head;
        if (!open_fresh(folder, s, &head, &source[s].file) || head.first != b->first ||
            head.known != b->known) {
            return problem_set(problem, "%s/shards/fresh-%u is not of this batch", folder, s);
        }
        source[s].left = head.count;
        *fresh += head.count;
        if (!advance(&source[s])) {
            return problem_set(problem, "%s/shards/fresh-%u is too short", folder, s);
        }
    }
    return true;
}

static bool append(struct source *source, const struct shard_batch *b, struct state_tree *tree,
                   uint64_t fresh, struct problem *problem)
{
    uint64_t *to = state_tree_entries(tree) + tree->count;
    for (uint64_t i = 0; i < fresh; i++) {
        struct source *first = NULL;
        for (unsigned s = 0; s < b->shards; s++) {
            bool earlier =
                source[s].left && (!first || place_of(&source[s].next) < place_of(&first->next));
            first = earlier ? &source[s] : first;
        }
        to[i] = state_entry(b->first + first->next.from, first->next.op);
        first->left--;
        if (!advance(first)) {
            return problem_set(problem, "a file of new states is too short");
        }
    }
    return true;
}

bool shard_merge(const struct shard_batch *b, const char *folder, struct state_tree *tree,
                 uint64_t *fresh, struct problem *problem)
{
    struct source source[SHARDS_MOST] = {0};
    bool ok = open_sources(source, b, folder, fresh, problem);
    if (ok && !b->again) {
        ok = shared_area_take(&tree->area, (tree->count + *fresh) * sizeof(uint64_t))
                 ? append(source, b, tree, *fresh, problem)
                 : problem_set(problem, "--memory or the disk is too small for more states");
    }
    for (unsigned s = 0; s < b->shards; s++) {
        if (source[s].file) {
            fclose(source[s].file);
        }
    }
    return ok;
}
