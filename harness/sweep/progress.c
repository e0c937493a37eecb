#include "sweep/progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sweep/estimate.h"

#define SECONDS_A_FRAME .1 /* of the bar */
#define SECONDS_A_LINE  30 /* on a pipe */

enum { LINE_MOST = 512, BAR_CELLS = 20 };

void progress_begin(struct progress *progress, size_t total, bool quiet)
{
    *progress = (struct progress){.quiet = quiet,
                                  .terminal = isatty(STDERR_FILENO),
                                  .total = total,
                                  .next_line = pool_clock() + SECONDS_A_LINE};
}

void progress_count(struct progress *progress, enum cell_status status)
{
    progress->of_status[status]++;
}

size_t progress_done(const struct progress *progress)
{
    size_t done = 0;
    for (size_t i = 0; i < CELL_STATUS_COUNT; i++) {
        done += progress->of_status[i];
    }
    return done;
}

void progress_summary(const struct progress *progress, char *out, size_t size)
{
    size_t used = (size_t)snprintf(out, size, "%zu cells", progress_done(progress));
    const char *before = ": ";
    for (size_t i = 0; i < CELL_STATUS_COUNT && used < size; i++) {
        if (progress->of_status[i]) {
            used += (size_t)snprintf(out + used, size - used, "%s%zu %s", before,
                                     progress->of_status[i], cell_status_name((enum cell_status)i));
            before = ", ";
        }
    }
}

/* "12 ok, 1 crash" without the number in front. */
static void describe(const struct progress *progress, struct remaining remaining, char *out,
                     size_t size)
{
    char summary[256], eta[32];
    progress_summary(progress, summary, sizeof summary);
    const char *statuses = strstr(summary, ": ");
    size_t done = progress_done(progress);
    snprintf(out, size, "%zu/%zu cells%s%s, %s%s left", done, progress->total, statuses ? ": " : "",
             statuses ? statuses + 2 : "", remaining.at_least ? "at least " : "",
             estimate_format(remaining.seconds, eta, sizeof eta));
}

static size_t terminal_columns(void)
{
    struct winsize window;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 20 ? window.ws_col
                                                                                : 80;
}

/* The cells that run now, as many as fit on the line. */
static void append_running(const struct pool *pool, char *line, size_t size)
{
    size_t used = strlen(line);
    FILE *out = fmemopen(line + used, size - used, "w");
    const char *before = "; now ";
    for (size_t i = 0; out && i < pool->workers; i++) {
        const struct grid_cell *running = pool->worker[i].cell;
        if (running) {
            fprintf(out, "%s%s x %s (%s)", before, running->cell.policy->label,
                    running->cell.workload->label, cell_pass_name(running->cell.pass));
            before = ", ";
        }
    }
    if (out) {
        fclose(out);
    }
}

static void draw_bar(const struct progress *progress, const struct pool *pool,
                     struct remaining remaining)
{
    char bar[BAR_CELLS + 1], line[LINE_MOST];
    size_t full = progress->total ? progress_done(progress) * BAR_CELLS / progress->total : 0;
    memset(bar, ' ', BAR_CELLS);
    memset(bar, '=', full);
    bar[BAR_CELLS] = '\0';
    int used = snprintf(line, sizeof line, "[%s] ", bar);
    describe(progress, remaining, line + used, sizeof line - (size_t)used);
    append_running(pool, line, sizeof line);
    /* One column less than the terminal has: some terminals wrap as soon as the last one is used.
     */
    fprintf(stderr, "\r%.*s\033[K", (int)terminal_columns() - 1, line);
    fflush(stderr);
}

bool progress_due(const struct progress *progress)
{
    double now = pool_clock();
    return !progress->quiet && (progress->terminal ? now - progress->drawn >= SECONDS_A_FRAME
                                                   : now >= progress->next_line);
}

void progress_draw(struct progress *progress, const struct pool *pool, struct remaining remaining)
{
    if (progress->terminal) {
        draw_bar(progress, pool, remaining);
        progress->drawn = pool_clock();
        return;
    }
    char line[LINE_MOST];
    describe(progress, remaining, line, sizeof line);
    fprintf(stderr, "fitlab: %s\n", line);
    progress->next_line = pool_clock() + SECONDS_A_LINE;
}

void progress_end(struct progress *progress)
{
    if (!progress->quiet && progress->terminal && progress->drawn > 0) {
        fputs("\r\033[K", stderr);
        progress->drawn = 0;
    }
}
