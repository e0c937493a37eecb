#include "present/step/bar.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LABEL = 64, LEFT_OUT = 4 /* columns for "... " at an end */ };

/* How much text a span gets that has only its least width. */
enum detail { DETAIL_PARTS, DETAIL_NAME_AND_SIZE, DETAIL_NAME, DETAILS };

/* The spans [from, to) of the picture, each with its columns. */
struct layout {
    const struct picture *picture;
    const struct bar_setup *setup;
    size_t from, to, focus;
    double scale; /* columns a byte */
    enum detail detail;
};

/* ---- labels ---- */

static void block_name(const struct layout *l, const struct picture_span *s, char *name)
{
    if (s->slot == PICTURE_NO_SLOT) {
        snprintf(name, OPERATION_NAME, "?");
    } else {
        timeline_name(l->setup->timeline, s->born - 1, s->slot, name);
    }
}

/* The text inside the brackets: what it is and, unless there is no room, its bytes. */
static void label_of(const struct layout *l, const struct picture_span *s, enum detail detail,
                     char label[LABEL])
{
    static const char *const word[] = {[SPAN_META] = "meta",
                                       [SPAN_FREE] = "hole",
                                       [SPAN_SLACK] = "kept",
                                       [SPAN_ABSENT] = "absent"};
    char name[OPERATION_NAME];
    if (s->kind == SPAN_USED) {
        block_name(l, s, name);
    } else if (detail == DETAIL_NAME) {
        snprintf(label, LABEL, "%s",
                 s->kind == SPAN_META    ? "m"
                 : s->kind == SPAN_SLACK ? "k"
                                         : " ");
        return;
    }
    const char *what = s->unknown ? "?" : s->kind == SPAN_USED ? name : word[s->kind];
    if (detail == DETAIL_NAME) {
        snprintf(label, LABEL, "%s", what);
    } else {
        snprintf(label, LABEL, "%s %" PRIu64, what, s->kind == SPAN_USED ? s->asked : s->bytes);
    }
}

static uint64_t header_bytes(const struct picture_span *s)
{
    return s->kind == SPAN_USED ? s->payload - s->at : 0;
}

static uint64_t padding_bytes(const struct picture_span *s)
{
    uint64_t end = s->payload + s->asked;
    return s->kind == SPAN_USED && end < s->at + s->bytes ? s->at + s->bytes - end : 0;
}

/* Columns that a span takes at least, its brackets included. */
static size_t least_columns(const struct layout *l, const struct picture_span *s)
{
    char label[LABEL];
    label_of(l, s, l->detail, label);
    size_t least = strlen(label) + 2;
    if (l->detail == DETAIL_PARTS) {
        least += (header_bytes(s) ? 2u : 0u) + (padding_bytes(s) ? 2u : 0u);
    }
    return least;
}

static size_t columns(const struct layout *l, const struct picture_span *s)
{
    size_t least = least_columns(l, s), scaled = (size_t)((double)s->bytes * l->scale);
    size_t broken = l->detail == DETAIL_PARTS ? strlen(" //") : 0;
    bool unscaled = (s->kind == SPAN_META && !s->unknown) || s->kind == SPAN_ABSENT;
    return unscaled ? least + broken : scaled > least ? scaled : least;
}

/* ---- which spans have room, and how wide they are ---- */

static size_t total(const struct layout *l)
{
    size_t sum = 0;
    for (size_t i = l->from; i < l->to; i++) {
        sum += columns(l, &l->picture->span[i]);
    }
    return sum;
}

/* Grows the window from the focus in both directions as long as it has room. */
static void choose_window(struct layout *l)
{
    const struct picture *p = l->picture;
    size_t room = l->setup->width - 2 * LEFT_OUT;
    l->from = l->focus;
    l->to = p->spans ? l->focus + 1 : l->focus;
    bool more = true;
    while (more) {
        more = false;
        if (l->to < p->spans && total(l) + columns(l, &p->span[l->to]) <= room) {
            l->to++;
            more = true;
        }
        if (l->from > 0 && total(l) + columns(l, &p->span[l->from - 1]) <= room) {
            l->from--;
            more = true;
        }
    }
}

/* The largest scale with which the window has room. */
static void choose_scale(struct layout *l)
{
    double low = 0, high = (double)l->setup->width;
    for (int i = 0; i < 60; i++) {
        l->scale = (low + high) / 2;
        if (total(l) <= l->setup->width - (l->from ? LEFT_OUT : 0) -
                            (l->to < l->picture->spans ? LEFT_OUT : 0)) {
            low = l->scale;
        } else {
            high = l->scale;
        }
    }
    l->scale = low;
}

static void choose_all(struct layout *l)
{
    l->from = 0;
    l->to = l->picture->spans;
    bool fits = false;
    for (int detail = 0; !fits && detail < DETAILS && l->to <= l->setup->width; detail++) {
        l->detail = (enum detail)detail;
        fits = total(l) <= l->setup->width;
    }
    if (!fits) {
        l->detail = DETAIL_NAME_AND_SIZE;
        choose_window(l);
    }
    choose_scale(l);
}

/* ---- drawing ---- */

static size_t put(struct bar *b, size_t at, const char *text, enum bar_paint paint)
{
    for (; *text && at < BAR_WIDTH_MOST; text++, at++) {
        b->text[at] = *text;
        b->paint[at] = (unsigned char)paint;
    }
    return at;
}

static size_t put_padded(struct bar *b, size_t at, const char *text, size_t width,
                         enum bar_paint paint)
{
    size_t end = at + width;
    at = put(b, at, text, paint);
    while (at < end && at < BAR_WIDTH_MOST) {
        at = put(b, at, " ", paint);
    }
    return at;
}

/* The inside of a used block. Its header and padding are shown if there is room. */
static size_t put_block(struct bar *b, size_t at, const char *label, const struct picture_span *s,
                        size_t inner)
{
    bool header = header_bytes(s) > 0, padding = padding_bytes(s) > 0;
    size_t length = strlen(label), marks = (header ? 1u : 0u) + (padding ? 1u : 0u);
    size_t around = inner >= length + 4 * marks ? 4 : inner >= length + 2 * marks ? 2 : 0;
    if (header && around) {
        at = put(b, at, around == 4 ? "hdr|" : "h|", BAR_HEADER);
    }
    at = put_padded(b, at, label, inner - marks * around, BAR_PAYLOAD);
    if (padding && around) {
        at = put(b, at, around == 4 ? "|pad" : "|p", BAR_PADDING);
    }
    return at;
}

static size_t put_span(struct bar *b, size_t at, const struct layout *l,
                       const struct picture_span *s)
{
    static const enum bar_paint paint[] = {[SPAN_META] = BAR_META,
                                           [SPAN_FREE] = BAR_HOLE,
                                           [SPAN_SLACK] = BAR_SLACK,
                                           [SPAN_USED] = BAR_PAYLOAD,
                                           [SPAN_ABSENT] = BAR_PLAIN};
    char label[LABEL];
    size_t inner = columns(l, s) - 2;
    label_of(l, s, l->detail, label);
    if (l->detail == DETAIL_NAME) { /* there may be room for more by now */
        char longer[LABEL];
        label_of(l, s, DETAIL_NAME_AND_SIZE, longer);
        memcpy(label, strlen(longer) <= inner ? longer : label, LABEL);
    }
    at = put(b, at, "[", BAR_PLAIN);
    if (s->kind == SPAN_USED) {
        at = put_block(b, at, label, s, inner);
    } else {
        bool shorter = (double)s->bytes * l->scale > (double)columns(l, s);
        if ((s->kind == SPAN_META || s->kind == SPAN_ABSENT) && shorter &&
            strlen(label) + 3 <= inner) {
            strcat(label, " //");
        }
        at = put_padded(b, at, label, inner, paint[s->kind]);
    }
    return put(b, at, "]", BAR_PLAIN);
}

/* Writes an address below its column, or further left if it has no room there, unless it would
 * touch the one before. */
static void put_address(struct bar *b, const struct layout *l, size_t column, uint64_t address)
{
    char number[32];
    size_t n = (size_t)snprintf(number, sizeof number, "%" PRIu64, address);
    size_t used = strlen(b->ruler);
    column = column + n > l->setup->width ? l->setup->width - n : column;
    if (used && column < used + 1) {
        return;
    }
    memset(b->ruler + used, ' ', column - used);
    memcpy(b->ruler + column, number, n + 1);
}

static void draw_spans(struct bar *b, const struct layout *l)
{
    const struct picture *p = l->picture;
    size_t at = 0;
    if (l->from) {
        at = put_padded(b, at, "...", LEFT_OUT, BAR_PLAIN);
    }
    for (size_t i = l->from; i < l->to; i++) {
        size_t start = at;
        at = put_span(b, at, l, &p->span[i]);
        put_address(b, l, start, l->setup->base + p->span[i].at);
        if (&p->span[i] == l->setup->focus) {
            memset(b->mark, ' ', start);
            memset(b->mark + start, '^', at - start);
            b->mark[at] = '\0';
        }
    }
    if (l->to < p->spans) {
        put(b, at, " ...", BAR_PLAIN);
    } else {
        put_address(b, l, at, l->setup->base + p->break_at);
    }
}

/* The share that span takes of the bytes [from, to). */
static uint64_t overlap(const struct picture_span *s, uint64_t from, uint64_t to)
{
    uint64_t low = s->at > from ? s->at : from;
    uint64_t end = s->at + s->bytes, high = end < to ? end : to;
    return high > low ? high - low : 0;
}

static char share_letter(const uint64_t held[SPAN_ABSENT + 1], uint64_t bytes)
{
    uint64_t vacant = held[SPAN_FREE] + held[SPAN_SLACK];
    return 2 * held[SPAN_ABSENT] > bytes ? ' '
           : 2 * held[SPAN_META] > bytes ? 'm'
           : 4 * vacant > 3 * bytes      ? '.'
           : 4 * vacant > bytes          ? '-'
                                         : '#';
}

static void draw_overview(struct bar *b, const struct layout *l)
{
    const struct picture *p = l->picture;
    const size_t width = l->setup->width;
    uint64_t low = p->span[l->from].at;
    uint64_t high = p->span[l->to - 1].at + p->span[l->to - 1].bytes;
    size_t i = 0;
    for (size_t c = 0; c < width; c++) {
        uint64_t from = p->break_at * c / width, to = p->break_at * (c + 1) / width;
        uint64_t held[SPAN_ABSENT + 1] = {0};
        while (i < p->spans && p->span[i].at + p->span[i].bytes <= from) {
            i++;
        }
        for (size_t k = i; k < p->spans && p->span[k].at < to; k++) {
            held[p->span[k].kind] += overlap(&p->span[k], from, to);
        }
        b->overview[c] = share_letter(held, to - from);
        b->window[c] = from < high && to > low ? '^' : ' ';
    }
    b->overview[width] = '\0';
    for (size_t end = width; end > 0 && b->window[end - 1] == ' '; end--) {
        b->window[end - 1] = '\0';
    }
    b->window[width] = '\0';
}

void bar_draw(struct bar *b, const struct picture *p, const struct bar_setup *setup)
{
    memset(b, 0, sizeof *b);
    if (!p->spans) {
        return;
    }
    struct layout l = {
        .picture = p, .setup = setup, .focus = setup->focus ? (size_t)(setup->focus - p->span) : 0};
    choose_all(&l);
    draw_spans(b, &l);
    b->before = l.from;
    b->after = p->spans - l.to;
    b->column_bytes = l.scale > 0 ? (uint64_t)(1 / l.scale + 0.5) : 0;
    if (b->before || b->after) {
        draw_overview(b, &l);
    }
}
