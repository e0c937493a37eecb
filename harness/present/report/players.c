#include "present/report/players.h"

#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/folders.h"
#include "present/figures/markup.h"
#include "results/results_reader.h"

enum {
    STEPS = 300, /* of a player: enough to see why they part, and some hundred KB a workload */
    WORK_MOST = 10000000 /* events and probes that are replayed for one page: some seconds */
};

/* ---- who is played ---- */

struct columns {
    struct identity id;
    size_t status, policy, workload, footprint, events, probes;
};

static bool find_columns(struct results_reader *reader, struct columns *c, struct problem *problem)
{
    return reader_identity(reader, "summary.csv", &c->id, problem) &&
           table_column(c->id.table, "status", &c->status, problem) &&
           table_column(c->id.table, "policy_spec", &c->policy, problem) &&
           table_column(c->id.table, "workload_spec", &c->workload, problem) &&
           table_column(c->id.table, "peak_footprint_bytes", &c->footprint, problem) &&
           table_column(c->id.table, "events", &c->events, problem) &&
           table_column(c->id.table, "probes", &c->probes, problem);
}

/* The heap of a policy without a walk cannot be drawn, and bump, the baseline that never reuses
 * memory, would be the largest everywhere. */
static bool can_be_played(const char *spec)
{
    struct policy_spec policy;
    struct problem ignored;
    return policy_spec_parse(spec, &policy, &ignored) && policy.policy->walk &&
           !(policy.policy->traits & POLICY_ELSEWHERE) && strcmp(policy.policy->name, "bump") != 0;
}

static struct report_player *player_of(struct report_players *all, size_t subject,
                                       const char *workload)
{
    for (size_t i = 0; i < all->count; i++) {
        if (all->player[i].subject == subject) {
            return !strcmp(all->player[i].workload, workload) ? &all->player[i] : NULL;
        }
    }
    all->player[all->count] = (struct report_player){.subject = subject, .workload = workload};
    return &all->player[all->count++];
}

/* Of each workload the first seed and the first region in which the footprint can differ. */
static bool add_row(struct report_players *all, const struct columns *c, size_t row,
                    struct problem *problem)
{
    const struct table *t = c->id.table;
    const struct roster *policies = reader_policies(c->id.reader);
    size_t policy, subject;
    double bytes, events, probes;
    if (strcmp(table_cell(t, row, c->id.pass), "memory") != 0 ||
        strcmp(table_cell(t, row, c->status), "ok") != 0 ||
        !identity_row(&c->id, row, &policy, &subject) || policies->subject[policy].fixed ||
        !table_cell(t, row, c->probes)[0] || !can_be_played(table_cell(t, row, c->policy))) {
        return true;
    }
    if (!table_number(t, row, c->footprint, &bytes, problem) ||
        !table_number(t, row, c->events, &events, problem) ||
        !table_number(t, row, c->probes, &probes, problem)) {
        return false;
    }
    const struct report_rival rival = {table_cell(t, row, c->policy),
                                       table_cell(t, row, c->id.region), bytes, events + probes};
    struct report_player *p = player_of(all, subject, table_cell(t, row, c->workload));
    if (!p || (p->low.policy && strcmp(p->low.region, rival.region) != 0)) {
        return true;
    }
    p->low = !p->low.policy || bytes < p->low.footprint_bytes ? rival : p->low;
    p->high = !p->high.policy || bytes > p->high.footprint_bytes ? rival : p->high;
    return true;
}

static bool find_rivals(struct results_reader *reader, struct report_players *all,
                        struct problem *problem)
{
    struct columns c;
    all->player = calloc(reader_workloads(reader)->count + 1, sizeof *all->player);
    if (!all->player) {
        return problem_set(problem, "out of memory for the players");
    }
    if (!find_columns(reader, &c, problem)) {
        return false;
    }
    for (size_t row = 0; row < c.id.table->rows; row++) {
        if (!add_row(all, &c, row, problem)) {
            return false;
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (all->player[i].high.footprint_bytes > all->player[i].low.footprint_bytes) {
            all->player[kept++] = all->player[i];
        }
    }
    all->count = kept;
    return true;
}

/* ---- playing ---- */

/* What a process tells its parent. */
struct outcome {
    bool done;
    struct player_window window;
    struct problem problem;
};

static void play(const struct report_player *p, const char *path, struct outcome *out)
{
    const char *policy[] = {p->low.policy, p->high.policy};
    struct region_spec region;
    const struct step_group_setup setup = {.policy = policy, .policies = 2, .region = &region};
    out->done = region_spec_parse(p->low.region, &region, &out->problem) &&
                player_write_window(path, p->workload, &setup, STEPS, &out->window, &out->problem);
}

static double work_of(const struct report_player *p)
{
    return p->low.work + p->high.work;
}

/* Whether a workload is played: those with the least work are, as far as a report can wait. */
static bool is_within(const struct report_players *all, const struct report_player *p)
{
    double work = work_of(p);
    for (size_t i = 0; i < all->count; i++) {
        const struct report_player *other = &all->player[i];
        bool before = work_of(other) < work_of(p) || (work_of(other) == work_of(p) && other < p);
        work += before ? work_of(other) : 0;
    }
    return work <= WORK_MOST;
}

/* Starts to play; the outcome is what the process leaves, or says why there is none. Returns
 * whether there is a process. */
static bool start(const struct report_players *all, const struct report_player *p, const char *path,
                  struct outcome *out)
{
    if (!is_within(all, p)) {
        return problem_set(&out->problem, "it takes long beside the others");
    }
    problem_set(&out->problem, "a policy crashed");
    pid_t child = fork();
    if (child == 0) {
        play(p, path, out);
        _exit(0);
    } else if (child < 0) {
        problem_set(&out->problem, "no process can be started: %s", strerror(errno));
    }
    return child > 0;
}

static char *path_of(const char *folder, const struct results_reader *reader,
                     const struct report_player *p)
{
    char *path;
    if (asprintf(&path, "%s/%s.html", folder, reader_workloads(reader)->subject[p->subject].slug) <
        0) {
        abort();
    }
    return path;
}

/* As many at once as there are processors. */
static void play_all(const char *folder, const struct results_reader *reader,
                     struct report_players *all, struct outcome *outcome)
{
    long most = sysconf(_SC_NPROCESSORS_ONLN), running = 0;
    for (size_t i = 0; i < all->count; i++) {
        char *path = path_of(folder, reader, &all->player[i]);
        if (running >= most && wait(NULL) > 0) {
            running--;
        }
        running += start(all, &all->player[i], path, &outcome[i]);
        free(path);
    }
    while (wait(NULL) > 0) {
    }
    for (size_t i = 0; i < all->count; i++) {
        struct report_player *p = &all->player[i];
        p->window = outcome[i].window;
        p->why = outcome[i].problem;
        if (outcome[i].done && p->window.parting.bytes) {
            char *path = path_of(folder, reader, p);
            p->file = strdup(basename(path));
            free(path);
        }
    }
}

bool report_players_write(const char *page, struct results_reader *reader,
                          struct report_players *all, struct problem *problem)
{
    const char *dot = strrchr(page, '.');
    int stem = (int)(dot && !strchr(dot, '/') ? (size_t)(dot - page) : strlen(page));
    char *folder;
    *all = (struct report_players){0};
    if (!find_rivals(reader, all, problem)) {
        return false;
    }
    if (!all->count) {
        return true;
    }
    if (asprintf(&folder, "%.*s-players", stem, page) < 0) {
        abort();
    }
    size_t bytes = all->count * sizeof(struct outcome);
    struct outcome *outcome =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bool ok = outcome != MAP_FAILED && folders_make(folder);
    if (ok) {
        play_all(folder, reader, all, outcome);
        all->folder = strdup(basename(folder));
    } else {
        problem_set(problem, "%s: cannot be made: %s", folder, strerror(errno));
    }
    if (outcome != MAP_FAILED) {
        munmap(outcome, bytes);
    }
    free(folder);
    return ok;
}

void report_players_free(struct report_players *all)
{
    for (size_t i = 0; i < all->count; i++) {
        free(all->player[i].file);
    }
    free(all->player);
    free(all->folder);
    *all = (struct report_players){0};
}

/* ---- links ---- */

/* A spec as people write it: without parameters that have their defaults. */
static void put_label(FILE *out, const char *spec)
{
    struct policy_spec policy;
    struct problem ignored;
    markup_text(out, policy_spec_parse(spec, &policy, &ignored) ? policy.label : spec);
}

static void put_link(const struct report_players *all, const struct report_player *p, FILE *out)
{
    const struct player_window *w = &p->window;
    fputs(": <a href=\"", out);
    markup_text(out, all->folder);
    fputc('/', out);
    markup_text(out, p->file);
    fprintf(out, "#step=%" PRIu64 "\">", w->parting.step);
    put_label(out, p->low.policy);
    fputs(" and ", out);
    put_label(out, p->high.policy);
    fprintf(out, " at step %" PRIu64 "</a>, %.4g MB apart", w->parting.step,
            (double)w->parting.bytes / 1e6);
}

/* The command that makes a player that there is not. */
static void put_command(const struct report_player *p, FILE *out)
{
    fputs(": none, as ", out);
    markup_text(out, p->why.text);
    fputs("; <code>fitlab step -p '", out);
    put_label(out, p->low.policy);
    fputs("' -p '", out);
    put_label(out, p->high.policy);
    fputs("' -w '", out);
    markup_text(out, p->workload);
    fputs("' --widest --html player.html</code> makes it", out);
}

void report_players_html(const struct report_players *all, const struct results_reader *reader,
                         FILE *out)
{
    if (!all->count) {
        return;
    }
    fprintf(
        out,
        "<h2 id=\"players\">The heaps, step by step</h2>\n<p>Of each workload %d events, played "
        "under the policies with the smallest and the largest footprint (without bump, which "
        "never reuses memory), around the event at which their footprints are furthest apart, "
        "as far as a page has room for the heaps.</p>\n<ul>\n",
        STEPS);
    for (size_t i = 0; i < all->count; i++) {
        const struct report_player *p = &all->player[i];
        fputs("<li>", out);
        markup_text(out, reader_workloads(reader)->subject[p->subject].label);
        p->file ? put_link(all, p, out) : put_command(p, out);
        fputs("</li>\n", out);
    }
    fputs("</ul>\n", out);
}
