#include "present/lessons/worksheet.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "present/lessons/mersenne.h"

struct exercise {
    struct ostep_options options;
    struct lesson lesson;
};

/* ---- what is asked ---- */

static void draw_options(struct mersenne *m, struct ostep_options *o)
{
    static const int64_t sizes[] = {64, 100, 128, 160}, headers[] = {0, 4, 8}, aligns[] = {1, 4, 8};
    static const int64_t bases[] = {1000, 4096, 16384};
    static const char *const fits[] = {"first", "best", "worst"};
    static const char *const orders[] = {"address", "address", "lifo", "fifo", "size-ascending"};
    *o = ostep_defaults;
    o->size = sizes[mersenne_below(m, 4)];
    o->header = headers[mersenne_below(m, 3)];
    o->align = aligns[mersenne_below(m, 3)];
    o->base = bases[mersenne_below(m, 3)];
    o->fit = fits[mersenne_below(m, 3)];
    o->order = orders[mersenne_below(m, 5)];
    o->coalesce = mersenne_below(m, 2);
    o->operations = 8 + (int64_t)mersenne_below(m, 3);
    o->range = o->size / 4;
    o->percent = 60;
    o->seed = (int64_t)mersenne_below(m, 1000000);
}

/* The options that were drawn, for the simulator and for --ostep. */
static void options_text(const struct ostep_options *o, char *out, size_t size)
{
    char fit[16];
    size_t i = 0;
    for (; o->fit[i] && i < sizeof fit - 1; i++) {
        fit[i] = (char)(o->fit[i] - 'a' + 'A');
    }
    fit[i] = '\0';
    snprintf(out, size,
             "-s %" PRId64 " -n %" PRId64 " -S %" PRId64 " -b %" PRId64 " -H %" PRId64
             " -a %" PRId64 " -r %" PRId64 " -P %" PRId64 " -p %s -l %s%s%s%s",
             o->seed, o->operations, o->size, o->base, o->header, o->align, o->range, o->percent,
             fit, ostep_order_word(o->order), o->coalesce ? " -C" : "", o->list[0] ? " -A " : "",
             o->list);
}

static void describe(const struct ostep_options *o, FILE *out)
{
    static const char *const orders[][2] = {{"address", "by address"},
                                            {"size-ascending", "by size, the smallest first"},
                                            {"size-descending", "by size, the largest first"},
                                            {"lifo", "with the hole freed last in front"},
                                            {"fifo", "with the hole freed last at its end"}};
    const char *order = "";
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        order = strcmp(o->order, orders[i][0]) ? order : orders[i][1];
    }
    fprintf(out, "A heap of %" PRId64 " bytes begins at address %" PRId64 ". ", o->size, o->base);
    if (o->header) {
        fprintf(out, "Each block has a header of %" PRId64 " bytes. ", o->header);
    } else {
        fputs("Blocks have no header. ", out);
    }
    if (o->align > 1) {
        fprintf(out, "Sizes are rounded up to a multiple of %" PRId64 ". ", o->align);
    }
    fprintf(out, "The search is %s-fit. The free list is kept %s. %s", o->fit, order,
            o->coalesce ? "After a free, holes that follow one another on the list are joined."
                        : "Holes are not joined.");
}

static const char task[] = "Write down what each operation returns, how many holes the search "
                           "looks at, and the free list.";

/* ---- text ---- */

static void text_exercise(const struct exercise *e, size_t number, bool answers, FILE *out)
{
    fprintf(out, "%s %zu\n\n", answers ? "Solution of exercise" : "Exercise", number);
    if (!answers) {
        describe(&e->options, out);
        fprintf(out, "\n%s\n\n", task);
    }
    for (size_t i = 0; i < e->lesson.steps; i++) {
        const struct lesson_step *s = &e->lesson.step[i];
        if (answers || s->kind == LESSON_SKIPPED) {
            lesson_print_step(s, true, out);
            continue;
        }
        fprintf(out, "%s\n%s  free list ____________________________________\n\n", s->call,
                s->kind == LESSON_ALLOC ? "  returned ______  searched ____" : "");
    }
    if (answers) {
        char options[5000];
        options_text(&e->options, options, sizeof options);
        fprintf(out, "See it happen: fitlab step --ostep '%s -c'\n\n", options);
    }
}

/* ---- HTML ---- */

static const char html_head[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>Free-space management: exercises</title>\n<style>\n"
    "body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 "
    "1rem;"
    " color: #1a1a1a; background: #fff }\n"
    "table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem }\n"
    "th, td { border: 1px solid #888; padding: .35rem .6rem; text-align: left; vertical-align: top "
    "}\n"
    "th:last-child, td:last-child { width: 50% }\n"
    "td { height: 1.6rem; font-family: ui-monospace, monospace; font-size: .9rem }\n"
    "td:first-child { white-space: nowrap }\n"
    "td.none { color: #767676; text-align: center }\n"
    "section { break-inside: avoid } h2, h2 + p { break-after: avoid }\n"
    ".solutions { break-before: page } .name { display: none }\n"
    "code { overflow-wrap: anywhere }\n"
    "@media (max-width: 34rem) { h1 { font-size: 1.5rem } h2 { font-size: 1.2rem }"
    " th, td { padding: .25rem .3rem; font-size: .75rem; overflow-wrap: anywhere }"
    " th { font-size: .68rem } th, td:first-child { overflow-wrap: normal; white-space: normal }"
    " th:last-child, td:last-child { width: 34% } }\n"
    "@page { margin: 14mm }\n"
    "@media print { body { font-size: 10.5pt; margin: 0; max-width: none }"
    " h1 { font-size: 18pt; margin-top: 0 } h2 { font-size: 13pt; margin: 0 } th { font-size: 10pt "
    "}"
    " td { height: 1.6rem; font-size: 10pt } .solutions ~ section td { height: auto; padding: "
    ".1rem .6rem } table { margin-bottom: 1rem }"
    " .name { display: block; border-bottom: 1px solid #888; margin: 0 0 1.5rem } }\n"
    "@media (prefers-color-scheme: dark) { @media screen { body { color: #eee; background: #181818 "
    "} } }\n"
    "</style></head><body>\n";

static void html_list(const struct lesson_step *s, FILE *out)
{
    for (size_t i = 0; i < s->holes; i++) {
        fprintf(out, "%s%" PRId64 ": %" PRIu64, i ? ", " : "", s->hole[i].at, s->hole[i].bytes);
    }
    fputs(s->holes ? "" : "empty", out);
}

/* A free searches nothing. */
static const char no_search[] = "<td class=\"none\">&ndash;</td>";

static void html_row(const struct lesson_step *s, bool answers, FILE *out)
{
    fprintf(out, "<tr><td>%s</td>", s->call);
    if (!answers || s->kind == LESSON_SKIPPED) {
        bool search = s->kind == LESSON_ALLOC;
        fprintf(out, "<td></td>%s<td></td></tr>\n", search ? "<td></td>" : no_search);
        return;
    }
    if (s->kind == LESSON_ALLOC) {
        fprintf(out, "<td>%" PRId64 "</td><td>%" PRIu64 "</td><td>", s->returned, s->searched);
    } else {
        fprintf(out, "<td>%" PRId64 "</td>%s<td>", s->returned, no_search);
    }
    html_list(s, out);
    fputs("</td></tr>\n", out);
}

static void html_exercise(const struct exercise *e, size_t number, bool answers, FILE *out)
{
    fprintf(out, "<section>\n<h2>%s %zu</h2>\n<p>", answers ? "Solution of exercise" : "Exercise",
            number);
    describe(&e->options, out);
    fprintf(out, "%s%s</p>\n", answers ? "" : " ", answers ? "" : task);
    fputs("<table><thead><tr><th scope=\"col\">Operation</th><th scope=\"col\">Returned</th>"
          "<th scope=\"col\">Searched</th><th scope=\"col\">Free list (address: "
          "size)</th></tr></thead>"
          "<tbody>\n",
          out);
    for (size_t i = 0; i < e->lesson.steps; i++) {
        html_row(&e->lesson.step[i], answers, out);
    }
    fputs("</tbody></table>\n", out);
    if (answers) {
        char options[5000];
        options_text(&e->options, options, sizeof options);
        fprintf(out, "<p>See it happen: <code>fitlab step --ostep '%s -c'</code></p>\n", options);
    }
    fputs("</section>\n", out);
}

/* ---- the sheet ---- */

static void write_sheet(const struct worksheet *w, const struct exercise *e, FILE *out)
{
    bool html = w->format == WORKSHEET_HTML;
    if (html) {
        fprintf(out, "%s<p class=\"name\">Name:</p>\n<h1>Free-space management: exercises</h1>\n",
                html_head);
    } else {
        fputs("Free-space management: exercises\n\n", out);
    }
    for (int answers = 0; answers < 2; answers++) {
        if (answers) {
            fputs(html ? "<h1 class=\"solutions\">Solutions</h1>\n" : "\fSolutions\n\n", out);
        }
        for (size_t i = 0; i < w->exercises; i++) {
            (html ? html_exercise : text_exercise)(&e[i], i + 1, answers, out);
        }
    }
    fputs(html ? "</body></html>\n" : "", out);
}

bool worksheet_write(const struct worksheet *w, FILE *out, struct problem *problem)
{
    struct exercise *e = calloc(w->exercises, sizeof *e);
    struct mersenne m;
    bool done = e || problem_set(problem, "no memory for %zu exercises", w->exercises);
    mersenne_seed(&m, w->seed);
    for (size_t i = 0; i < w->exercises && done; i++) {
        if (w->options) {
            e[i].options = *w->options;
            e[i].options.seed = w->seed + (int64_t)i;
        } else {
            draw_options(&m, &e[i].options);
        }
        done = ostep_play(&e[i].options, &e[i].lesson, problem);
    }
    if (done) {
        write_sheet(w, e, out);
    }
    for (size_t i = 0; e && i < w->exercises; i++) {
        lesson_close(&e[i].lesson);
    }
    free(e);
    return done;
}
