/* SPDX-License-Identifier: MIT */
/* textbook.c - the heap of a textbook, written to be read before any other policy.
 *
 * It follows chapter 17 of Operating Systems: Three Easy Pieces; its parameters are the questions
 * that the chapter asks. Nothing here is fast.
 *   base                                                                                    limit
 *   | header, payload | hole | header, payload | hole | not used yet | pieces | struct textbook |
 *   |<------------------- the heap ------------------>|              |<----- bookkeeping ------>|
 * The free list is in a table of the heap's pieces (pieces.h) outside of the heap: so a heap of 100
 * bytes has 100 bytes to give, and a hole of one byte can be on the list. With headers of 8 or 16
 * bytes, what the chapter's figures show is in the heap as well: size and magic number in a header,
 * size and link in a hole (piece_marks.h). The orders of the list are in piece_list.h.
 */
#include "structures/piece_list.h"

enum fit { FIT_FIRST, FIT_BEST, FIT_WORST, FIT_NEXT };

struct textbook {
    struct heap heap; /* what every policy begins with */
    struct pieces pieces;
    struct piece_list list;       /* of the holes, in its order */
    struct piece *rover;          /* the hole at which next-fit begins to search */
    size_t fit, coalesces, align; /* the other parameters */
};

static struct textbook *textbook_of(const struct heap *h)
{
    return (struct textbook *)(uintptr_t)h;
}

/* ---- The header: a request takes its bytes, rounded up, and a header in front of them ---- */

static size_t bytes_for(const struct textbook *t, size_t n)
{
    size_t bytes = (n + t->align - 1) / t->align * t->align + t->pieces.header;
    return bytes ? bytes : t->align;
}

/* So the piece of a block begins a header in front of the pointer that the program has. */
static struct piece *piece_at(const struct textbook *t, const void *p)
{
    return pieces_find(&t->pieces, (const char *)p - t->pieces.header);
}

/* ---- Finding a hole ---- */

/* Searches from a link of the list to the hole `stop`. Returns the link that leads to the hole
 * chosen, since this link changes when the hole is taken; NULL if none is large enough. */
static struct piece **search(struct textbook *t, size_t bytes, struct piece **link,
                             const struct piece *stop)
{
    bool any = t->fit == FIT_FIRST || t->fit == FIT_NEXT;
    struct piece **chosen = NULL;
    for (; *link != stop && !(chosen && any); link = &(*link)->next) {
        size_t hole = (*link)->bytes, best = chosen ? (*chosen)->bytes : 0;
        t->heap.count.probes++;
        if (hole >= bytes && (!chosen || (t->fit == FIT_WORST ? hole > best : hole < best))) {
            chosen = link;
        }
    }
    return chosen;
}

/* Next-fit is first-fit that begins at the rover, and goes on at the head where the list ends. */
static struct piece **find(struct textbook *t, size_t bytes)
{
    struct piece **from = &t->list.head;
    while (t->fit == FIT_NEXT && *from && *from != t->rover) {
        from = &(*from)->next;
    }
    struct piece *start = *from, **found = search(t, bytes, from, NULL);
    return found || from == &t->list.head ? found : search(t, bytes, &t->list.head, start);
}

/* ---- Splitting: what is left of a hole takes the hole's place on the list ---- */

static struct piece *take(struct textbook *t, struct piece **link, size_t bytes)
{
    struct piece *block = *link, *rest = NULL;
    *link = block->next;
    if (block->bytes > bytes) {
        rest = pieces_cut(&t->pieces, block, bytes); /* NULL: no room to write another piece down */
    }
    if (rest) {
        rest->next = *link;
        *link = rest;
        t->heap.count.splits++;
    }
    t->rover = *link;
    block->used = true;
    block->next = NULL;
    piece_mark(&t->pieces, block);
    piece_mark_link(&t->pieces, &t->list.head, link);
    return block;
}

/* ---- Coalescing ---- */

/* One pass along the list: a hole takes in the next one of the list if that begins where it ends.
 * In address order this joins all neighbours, in another order only those that happen to follow one
 * another on the list: this is why the chapter keeps its list in address order. */
static void coalesce(struct textbook *t)
{
    for (struct piece *hole = t->list.head; hole; hole = hole->next) {
        while (hole->next && hole->next == hole->after) {
            t->rover = t->rover == hole->next ? hole : t->rover;
            hole->next = hole->next->next;
            pieces_join(&t->pieces, hole);
            piece_mark(&t->pieces, hole);
            t->heap.count.merges++;
        }
    }
}

/* ---- Freeing ---- */

static void add_hole(struct textbook *t, struct piece *hole)
{
    hole->used = false;
    piece_list_add(&t->list, &t->pieces, hole, &t->heap.count.insert_probes);
    if (t->coalesces) {
        coalesce(t);
    }
}

static void textbook_free(struct heap *h, void *p)
{
    add_hole(textbook_of(h), piece_at(textbook_of(h), p));
}

/* ---- Growing the heap: more memory at its end is one more hole ---- */

static bool grow(struct textbook *t, size_t bytes)
{
    struct piece *more = pieces_append(&t->pieces, bytes);
    if (more) {
        add_hole(t, more);
        t->heap.count.grows++;
    }
    return more != NULL;
}

static void *textbook_alloc(struct heap *h, size_t n)
{
    struct textbook *t = textbook_of(h);
    size_t bytes = n > FITLAB_MAX_REQUEST ? n : bytes_for(t, n);
    struct piece **link = find(t, bytes);
    if (!link && !t->pieces.fixed && grow(t, bytes)) {
        link = find(t, bytes);
    }
    if (!link) {
        return NULL;
    }
    struct piece *block = take(t, link, bytes);
    pieces_tell_absent(&t->pieces, h->region);
    return block->at + t->pieces.header;
}

/* ---- What the harness asks for besides: see policy.h ---- */

static size_t textbook_usable(const struct heap *h, const void *p)
{
    return piece_at(textbook_of(h), p)->bytes - textbook_of(h)->pieces.header;
}

static void textbook_walk(const struct heap *h, span_visitor *visit, void *ctx)
{
    pieces_walk(&textbook_of(h)->pieces, h->region->brk, visit, ctx);
}

static void textbook_explain(const struct heap *h, const struct span *span, part_visitor *visit,
                             void *ctx)
{
    piece_explain(&textbook_of(h)->pieces, span, &textbook_of(h)->list.head, visit, ctx);
}

static void textbook_spare(const struct heap *h, spare_visitor *visit, void *ctx)
{
    piece_spare(&textbook_of(h)->pieces, visit, ctx);
}

static const char *textbook_check(const struct heap *h)
{
    const struct textbook *t = textbook_of(h);
    bool known = t->fit <= FIT_NEXT && t->coalesces <= 1 && t->align && t->align <= 16;
    return !known ? "a parameter has a value that it cannot have"
                  : piece_list_check(&t->list, &t->pieces, h->region->base, (struct piece *)t);
}

static const char *const fits[] = {"first", "best", "worst", "next", NULL};
static const char *const yes_no[] = {"no", "yes", NULL};
static const char *const bytes_names[][5] = {{"0", "4", "8", "16"}, {"1", "4", "8", "16"}};
static const size_t bytes_values[][4] = {{0, 4, 8, 16}, {1, 4, 8, 16}};

static const struct param params[] = {
    {"fit", "which hole that is large enough", NULL, 0, 0, 3, fits, false},
    {"order", "of the free list", NULL, 0, 0, 4, piece_orders, false},
    {"coalesce", "join holes that are neighbours", NULL, 1, 0, 1, yes_no, false},
    {"header", "bytes in front of each block", NULL, 3, 0, 3, bytes_names[0], false},
    {"align", "sizes are rounded up to a multiple of it", NULL, 3, 0, 3, bytes_names[1], false},
    {"heap", "its size; 0, or too large: it grows", "bytes", 0, 0, 1L << 30, NULL, false},
    PARAM_END,
};

static const struct policy *form_of(size_t sizes);

static struct heap *textbook_start(struct region *r, const long *arg)
{
    size_t header = bytes_values[0][arg[3]], align = bytes_values[1][arg[4]], heap = (size_t)arg[5];
    size_t room = (size_t)(r->limit - r->base) & -sizeof(void *);
    bool absent = r->brk < r->limit; /* then only what is used is taken */
    if (room < sizeof(struct textbook) + sizeof(struct piece) + header + align) {
        return NULL;
    }
    region_extend(r, region_room(r));
    struct textbook *t = (struct textbook *)(r->base + room) - 1;
    memset(t, 0, sizeof *t);
    t->heap.region = r;
    t->list.order = (enum piece_order)arg[1];
    t->fit = (size_t)arg[0], t->coalesces = (size_t)arg[2], t->align = align;
    pieces_open(&t->pieces, r->base, (struct piece *)t, header, absent);
    if (heap && pieces_fit(&t->pieces, heap, header + align)) {
        add_hole(t, pieces_append(&t->pieces, heap));
        t->pieces.fixed = true;
    }
    pieces_tell_absent(&t->pieces, r);
    return &t->heap;
}

static struct heap *textbook_open(const struct policy *policy, struct region *r, const long *arg)
{
    struct heap *h = textbook_start(r, arg);
    (void)policy;
    if (h) {
        h->policy = form_of(bytes_values[0][arg[3]] | bytes_values[1][arg[4]]);
    }
    return h;
}

#define TEXTBOOK(own)                                                                              \
    {                                                                                              \
        .abi = FITLAB_POLICY_ABI, .traits = POLICY_COARSE | (own), .name = "textbook",             \
        .summary = "the heap of OSTEP chapter 17, to be read first", .params = params,             \
        .open = textbook_open, .alloc = textbook_alloc, .free = textbook_free,                     \
        .usable = textbook_usable, .walk = textbook_walk, .explain = textbook_explain,             \
        .spare = textbook_spare, .check = textbook_check                                           \
    }

const struct policy textbook = TEXTBOOK(0);

/* A block begins at a sum of whole headers and rounded sizes, so its address has the alignment that
 * both have. */
static const struct policy *form_of(size_t sizes)
{
    static const struct policy forms[] = {TEXTBOOK(POLICY_ALIGN_1), TEXTBOOK(POLICY_ALIGN_4),
                                          TEXTBOOK(POLICY_ALIGN_8)};
    size_t align = sizes & -sizes;
    return align < FITLAB_ALIGN ? &forms[align == 1 ? 0 : align == 4 ? 1 : 2] : &textbook;
}
