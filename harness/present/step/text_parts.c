#include "present/step/text_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "present/step/lists.h"

enum {
    NODES_MOST = 256,  /* of a list that are followed */
    ENTRIES_MOST = 16, /* of a line: nodes, or runs of nodes in one span */
    LINES_MOST = 24,   /* lists that are shown */
    BYTES_LINES_MOST = 32,
    BYTES_MOST = 16, /* of a part that are shown */
    TEXT = 1024
};

/* ---- lists and trees ---- */

/* The nodes from i on that lie in one span and follow each other by "next", such as free objects of
 * a slab; at least 1. */
static size_t run_of(const struct list_node *node, size_t i, size_t count)
{
    size_t n = 1;
    while (i + n < count && node[i + n].span == node[i].span && !strcmp(node[i + n].edge, "next")) {
        n++;
    }
    return n;
}

/* Appends a node, or a run of them, to the n bytes of text that are there; `depth` is that of the
 * node before. */
static size_t put_node(char *text, size_t n, const struct list_node *node, size_t run, bool first,
                       unsigned depth, uint64_t base)
{
    char what[96];
    for (unsigned d = node->depth; !first && d > 0 && d <= depth && n < TEXT; d++) {
        n += (size_t)snprintf(text + n, TEXT - n, ")");
    }
    if (run > 1) {
        snprintf(what, sizeof what, "%zu from %" PRIu64 " on in %" PRIu64 " at %" PRIu64, run,
                 base + node->address, node->span->bytes, base + node->span->at);
    } else {
        snprintf(what, sizeof what, "%" PRIu64 " at %" PRIu64, node->span->bytes,
                 base + node->span->at);
    }
    const char *arrow = first ? "-> " : node->depth == 0 ? " -> " : " (";
    if (n < TEXT) {
        n += (size_t)snprintf(text + n, TEXT - n, "%s%s%s%s", arrow, node->depth ? node->edge : "",
                              node->depth ? " " : "", what);
    }
    return n < TEXT ? n : TEXT - 1;
}

/* What was told already: a second head, such as that of a list's end, leads into the same list. */
struct told {
    uint64_t address[LINES_MOST * NODES_MOST];
    size_t n;
};

static bool is_told(const struct told *t, uint64_t address)
{
    for (size_t i = 0; i < t->n; i++) {
        if (t->address[i] == address) {
            return true;
        }
    }
    return false;
}

static void tell_list(const struct picture *p, const struct picture_part *head, uint64_t base,
                      struct told *told, text_line *line, void *ctx)
{
    struct list_node node[NODES_MOST];
    char text[TEXT], topic[64];
    bool more;
    size_t count = lists_follow(p, head, node, NODES_MOST, &more), n = 0, last = 0, entries = 0;
    for (size_t i = 0; i < count; i++) {
        told->address[told->n++] = node[i].address;
    }
    for (size_t i = 0, run; i < count; i += run) {
        run = run_of(node, i, count);
        if (++entries > ENTRIES_MOST) {
            more = true;
            break;
        }
        n = put_node(text, n, &node[i], run, i == 0, node[last].depth, base);
        last = i;
    }
    for (unsigned d = node[last].depth; d > 0 && n < TEXT - 1; d--) {
        n += (size_t)snprintf(text + n, TEXT - n, ")");
    }
    bool list = count == 1 || !strcmp(node[1].edge, "next");
    snprintf(text + n, TEXT - n, "%s", more ? " -> more" : list ? " -> end" : "");
    if (head->value) {
        snprintf(topic, sizeof topic, "%s %" PRIu64, head->name, head->value);
    } else {
        snprintf(topic, sizeof topic, "%s", head->name);
    }
    line(topic, text, ctx);
}

void text_lists(const struct picture *p, uint64_t base, text_line *line, void *ctx)
{
    struct told told = {.n = 0};
    size_t lines = 0;
    const struct picture_part *head = lists_head(p, 0);
    for (; head && lines < LINES_MOST; head = lists_head(p, (size_t)(head - p->part) + 1)) {
        if (!is_told(&told, head->target)) {
            tell_list(p, head, base, &told, line, ctx);
            lines++;
        }
    }
    if (head) {
        line("", "and more lists", ctx);
    }
}

/* ---- bytes ---- */

static void meaning_of(const struct picture *p, const struct picture_part *part, uint64_t base,
                       char *text, size_t size)
{
    if (part->kind == PART_HEADER || part->kind == PART_FOOTER) {
        snprintf(text, size, "%s: a block of %" PRIu64 " bytes", part->name, part->value);
    } else if (part->kind == PART_FIELD) {
        snprintf(text, size, "%s: %" PRIu64, part->name, part->value);
    } else if (part->target == NOWHERE) {
        snprintf(text, size, "%s: leads nowhere", part->name);
    } else {
        const struct picture_span *s = picture_find(p, part->target);
        static const char *const what[] = {[SPAN_META] = "the policy's own data",
                                           [SPAN_FREE] = "a hole",
                                           [SPAN_SLACK] = "free memory kept for one size",
                                           [SPAN_USED] = "a used block",
                                           [SPAN_ABSENT] = "absent memory"};
        snprintf(text, size, "%s: leads to %" PRIu64 ", %s", part->name, base + part->target,
                 s ? what[s->kind] : "outside");
    }
}

static void tell_bytes(const struct picture *p, const struct picture_part *part, const char *region,
                       uint64_t base, text_line *line, void *ctx)
{
    char text[256], meaning[128];
    size_t n = (size_t)snprintf(text, sizeof text, "%7" PRIu64 " ", base + part->at);
    for (uint64_t i = 0; i < BYTES_MOST && i < (part->bytes > 8 ? BYTES_MOST : 8); i++) {
        if (i < part->bytes) {
            n += (size_t)snprintf(text + n, sizeof text - n, " %02x",
                                  (unsigned)(unsigned char)region[part->at + i]);
        } else {
            n += (size_t)snprintf(text + n, sizeof text - n, "   ");
        }
    }
    meaning_of(p, part, base, meaning, sizeof meaning);
    snprintf(text + n, sizeof text - n, "%s  %s", part->bytes > BYTES_MOST ? " ..." : "", meaning);
    line("bytes", text, ctx);
}

/* Headers, footers, links and heads that lead somewhere; and in memory that is not the policy's
 * own, all other numbers that it keeps there. */
static bool is_told_in_bytes(const struct picture_part *part, const struct picture_span *in)
{
    switch (part->kind) {
    case PART_HEADER:
    case PART_FOOTER:
    case PART_LINK:
        return true;
    case PART_HEAD:
        return part->target != NOWHERE;
    case PART_FIELD:
        return part->target == NOWHERE && in->kind != SPAN_META;
    default:
        return false;
    }
}

void text_bytes(const struct picture *p, size_t from, size_t to, const char *region, uint64_t base,
                text_line *line, void *ctx)
{
    char rest[64];
    size_t lines = 0;
    for (size_t i = from; i < to; i++) {
        const struct picture_span *s = &p->span[i];
        for (size_t k = 0; k < s->parts; k++) {
            const struct picture_part *part = &p->part[s->part + k];
            if (is_told_in_bytes(part, s) && lines++ < BYTES_LINES_MOST) {
                tell_bytes(p, part, region, base, line, ctx);
            }
        }
    }
    if (lines > BYTES_LINES_MOST) {
        snprintf(rest, sizeof rest, "        and %zu parts more", lines - BYTES_LINES_MOST);
        line("bytes", rest, ctx);
    }
}
