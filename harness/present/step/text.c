#include "present/step/text.h"

#include <inttypes.h>
#include <string.h>

#include "present/step/bar.h"
#include "present/step/text_parts.h"

enum { INDENT = 2, TOPIC = 11 /* columns */ };

struct printing {
    FILE *out;
    const struct text_setup *setup;
    size_t indent;
};

static void print_topic(const struct printing *p, const char *topic)
{
    fprintf(p->out, "%*s%-*s ", (int)p->indent, "", TOPIC, topic);
}

/* A line with its topic, wrapped at blanks below itself. */
static void print_line(const struct printing *p, const char *topic, const char *text)
{
    size_t left = p->indent + TOPIC + 1, column = left;
    print_topic(p, topic);
    while (*text) {
        size_t word = strcspn(text, " ");
        if (column > left && column + 1 + word > p->setup->width) {
            fprintf(p->out, "\n%*s", (int)left, "");
            column = left;
        }
        if (column > left) {
            fputc(' ', p->out);
            column++;
        }
        fwrite(text, 1, word, p->out);
        column += word;
        text += word + strspn(text + word, " ");
    }
    fputc('\n', p->out);
}

static void print_story(const struct printing *p, const struct story *s)
{
    for (size_t i = 0; i < s->lines; i++) {
        print_line(p, s->line[i].topic, s->line[i].text);
    }
}

/* ---- the bar ---- */

static const char *const colour[] = {
    [BAR_PLAIN] = "\033[0m",      [BAR_META] = "\033[0;35m",    [BAR_HEADER] = "\033[0;36m",
    [BAR_PAYLOAD] = "\033[0;32m", [BAR_PADDING] = "\033[0;33m", [BAR_HOLE] = "\033[0;7m",
    [BAR_SLACK] = "\033[0;34m",
};

static void print_bar_text(const struct printing *p, const struct bar *b)
{
    fprintf(p->out, "%*s", (int)p->indent, "");
    int now = BAR_PLAIN;
    for (size_t i = 0; b->text[i]; i++) {
        if (p->setup->colour && b->paint[i] != now) {
            now = b->paint[i];
            fputs(colour[now], p->out);
        }
        fputc(b->text[i], p->out);
    }
    fputs(now != BAR_PLAIN ? "\033[0m\n" : "\n", p->out);
}

static void print_row(const struct printing *p, const char *text)
{
    if (*text) {
        fprintf(p->out, "%*s%s\n", (int)p->indent, "", text);
    }
}

static void print_told(const char *topic, const char *text, void *ctx)
{
    print_line(ctx, topic, text);
}

/* In columns, so it is not wrapped. */
static void print_bytes(const char *topic, const char *text, void *ctx)
{
    const struct printing *p = ctx;
    print_topic(p, topic);
    fprintf(p->out, "%s\n", text);
}

/* The bar, what the policy explains of its lists and, of the spans that the bar shows, of their
 * bytes. */
static void print_picture(struct printing *p, const struct step_view *v)
{
    struct bar bar;
    const struct picture *after = v->step->after;
    const struct bar_setup setup = {.timeline = v->stepper->timeline,
                                    .width = p->setup->width - p->indent,
                                    .base = p->setup->base,
                                    .focus = v->story->changed};
    bar_draw(&bar, after, &setup);
    print_bar_text(p, &bar);
    print_row(p, bar.ruler);
    print_row(p, bar.mark);
    if (bar.before || bar.after) {
        fprintf(p->out, "%*s%zu spans to the left, %zu to the right; the whole heap:\n",
                (int)p->indent, "", bar.before, bar.after);
        print_row(p, bar.overview);
        print_row(p, bar.window);
    }
    text_lists(after, p->setup->base, print_told, p);
    if (p->setup->hex) {
        text_bytes(after, bar.before, after->spans - bar.after, v->stepper->map.region.base,
                   p->setup->base, print_bytes, p);
    }
}

/* ---- figures ---- */

static void print_heap(const struct printing *p, const struct picture *h)
{
    char text[256];
    if (!h->walked) {
        snprintf(text, sizeof text,
                 "%" PRIu64 " bytes: %" PRIu64 " live in %" PRIu64
                 " blocks; the policy does not show what the rest is",
                 h->footprint_bytes, h->live_bytes, h->live_blocks);
        print_line(p, "heap", text);
        return;
    }
    uint64_t used = h->footprint_bytes - h->holes_bytes - h->slack_bytes;
    int n =
        snprintf(text, sizeof text,
                 "%" PRIu64 " bytes: %" PRIu64 " live in %" PRIu64 " block%s, %" PRIu64
                 " around them, %" PRIu64 " in %" PRIu64 " hole%s",
                 h->footprint_bytes, h->live_bytes, h->live_blocks, h->live_blocks == 1 ? "" : "s",
                 used - h->live_bytes, h->holes_bytes, h->holes, h->holes == 1 ? "" : "s");
    if (h->slack_bytes) {
        n += snprintf(text + n, sizeof text - (size_t)n, ", %" PRIu64 " kept", h->slack_bytes);
    }
    if (h->holes > 1) {
        snprintf(text + n, sizeof text - (size_t)n, "; external fragmentation %.1f %%",
                 picture_external_pct(h));
    }
    print_line(p, "heap", text);
}

static void print_counters(const struct printing *p, const struct picture *before,
                           const struct picture *after)
{
    char text[256] = "";
    size_t n = 0;
#define X(name, help)                                                                              \
    if (after->count.name != before->count.name) {                                                 \
        n += (size_t)snprintf(text + n, sizeof text - n, "%s" #name " +%" PRIu64, n ? ", " : "",   \
                              after->count.name - before->count.name);                             \
    }
    FITLAB_COUNTERS(X)
#undef X
    if (n) {
        print_line(p, "counters", text);
    }
}

static void print_view(struct printing *p, const struct step_view *v)
{
    print_story(p, v->story);
    print_picture(p, v);
    print_heap(p, v->step->after);
    print_counters(p, v->step->before, v->step->after);
    if (v->step->after->broken) {
        print_line(p, "BROKEN", v->step->after->broken);
    }
}

/* ---- several policies ---- */

/* Where the block lies, counted from the first one; NOWHERE if there is none. */
static uint64_t place_of(const struct step_view *v)
{
    return v->step->payload == NOWHERE ? NOWHERE : v->step->payload - v->stepper->origin;
}

/* How the views differ from the first, or "". Addresses are compared as counted from the first
 * block, since headers and tables differ anyway. */
static const char *difference(const struct step_view *v, size_t views)
{
    for (size_t i = 1; i < views; i++) {
        if (v[i].step->outcome != v[0].step->outcome) {
            return "the outcomes differ";
        }
        if (place_of(&v[i]) != place_of(&v[0])) {
            return "the addresses differ";
        }
    }
    return "";
}

void text_print(FILE *out, const struct text_setup *setup, const struct step_view *v, size_t views)
{
    struct printing p = {.out = out, .setup = setup, .indent = INDENT};
    const struct story *s = v[0].story;
    fprintf(out, "step %" PRIu64 ": %s", v[0].step->number, s->operation);
    if (views == 1) {
        fprintf(out, "%s%s\n", s->result[0] ? "  " : "", s->result);
        print_view(&p, v);
        return;
    }
    const char *differ = v[0].step->number ? difference(v, views) : "";
    fprintf(out, "%s%s\n", *differ ? "  * " : "", differ);
    p.indent = 2 * INDENT;
    for (size_t i = 0; i < views; i++) {
        fprintf(out, "%*s%s%s%s\n", INDENT, "", v[i].stepper->spec->label,
                v[i].story->result[0] ? ": " : "", v[i].story->result);
        print_view(&p, &v[i]);
    }
}
