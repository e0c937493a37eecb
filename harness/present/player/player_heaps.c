#include "present/player/player_heaps.h"

#include <stdlib.h>

enum { PARTS_MOST = 16 /* of a span; more are left out */ };

json_t *number_json(uint64_t n)
{
    return json_integer((json_int_t)n);
}

json_t *address_json(uint64_t at)
{
    return at == NOWHERE ? json_integer(-1) : number_json(at);
}

/* ---- dictionaries ---- */

void dictionary_open(struct dictionary *d)
{
    *d = (struct dictionary){json_array(), json_object()};
}

void dictionary_close(struct dictionary *d)
{
    json_decref(d->list);
    json_decref(d->number);
}

/* The number of a word; a new one takes `value`, which is consumed. */
static json_t *dictionary_number(struct dictionary *d, const char *word, json_t *value)
{
    json_t *known = json_object_get(d->number, word);
    if (known) {
        json_decref(value);
        return json_incref(known);
    }
    json_t *made = json_integer((json_int_t)json_array_size(d->list));
    json_array_append_new(d->list, value);
    json_object_set(d->number, word, made);
    return made;
}

json_t *word_number(struct dictionary *d, const char *word)
{
    return dictionary_number(d, word, json_string(word));
}

/* ---- spans ---- */

/* Payload, padding and free bytes follow from the span; heads are told apart. */
static bool is_shape(const struct picture_part *p)
{
    return p->kind == PART_HEADER || p->kind == PART_FOOTER || p->kind == PART_LINK ||
           p->kind == PART_BITMAP || p->kind == PART_FIELD;
}

/* An offset from the span's start, or from its end (below 0) for what lies in its last half: so
 * that spans of different lengths have one shape. */
static json_int_t part_offset(const struct picture_span *s, const struct picture_part *p)
{
    uint64_t at = p->at - s->at;
    return p->kind == PART_FOOTER ? (json_int_t)at - (json_int_t)s->bytes : (json_int_t)at;
}

static json_t *shape_number(struct writing *w, const struct picture *p,
                            const struct picture_span *s)
{
    json_t *shape = json_array();
    for (size_t i = 0, n = 0; i < s->parts && n < PARTS_MOST; i++) {
        const struct picture_part *part = &p->part[s->part + i];
        if (is_shape(part)) {
            json_t *entry = json_pack("[IoIo]", part_offset(s, part), number_json(part->bytes),
                                      (json_int_t)part->kind, word_number(&w->names, part->name));
            json_array_append_new(shape, entry);
            n++;
        }
    }
    if (json_array_size(shape) == PARTS_MOST) { /* a part of no bytes: there may be more of them */
        json_array_append_new(
            shape, json_pack("[iiio]", 0, 0, (int)PART_FIELD, word_number(&w->names, "more")));
    }
    char *text = json_dumps(shape, JSON_COMPACT);
    json_t *found = dictionary_number(&w->shapes, text, shape);
    free(text);
    return found;
}

static json_t *targets_json(const struct picture *p, const struct picture_span *s)
{
    json_t *list = json_array();
    for (size_t i = 0, n = 0; i < s->parts && n < PARTS_MOST; i++) {
        const struct picture_part *part = &p->part[s->part + i];
        if (part->kind == PART_LINK) {
            json_array_append_new(list, address_json(part->target));
        }
        n += is_shape(part);
    }
    return list;
}

json_t *span_json(struct writing *w, const struct picture *p, const struct picture_span *s)
{
    json_t *span =
        json_pack("[oioo]", number_json(s->bytes), s->unknown ? SPAN_ABSENT + 1 : (int)s->kind,
                  shape_number(w, p, s), targets_json(p, s));
    if (s->kind == SPAN_USED) {
        char name[OPERATION_NAME] = "?";
        bool numbered = s->slot != PICTURE_NO_SLOT && !w->group->timeline->operations.n;
        if (s->slot != PICTURE_NO_SLOT) {
            timeline_name(w->group->timeline, s->born - 1, s->slot, name);
        }
        json_array_append_new(span, number_json(s->payload - s->at));
        json_array_append_new(span, number_json(s->asked));
        json_array_append_new(span, numbered ? number_json(s->slot) : json_string(name));
    }
    return span;
}

static bool same_parts(const struct picture *a, const struct picture_span *s,
                       const struct picture *b, const struct picture_span *t)
{
    if (s->parts != t->parts) {
        return false;
    }
    for (size_t i = 0; i < s->parts; i++) {
        const struct picture_part *p = &a->part[s->part + i], *q = &b->part[t->part + i];
        if (p->at != q->at || p->bytes != q->bytes || p->kind != q->kind || p->name != q->name ||
            (p->kind == PART_LINK && p->target != q->target)) {
            return false;
        }
    }
    return true;
}

static bool same_span(const struct picture *a, const struct picture_span *s,
                      const struct picture *b, const struct picture_span *t)
{
    return s->at == t->at && s->bytes == t->bytes && s->kind == t->kind &&
           s->payload == t->payload && s->asked == t->asked && s->slot == t->slot &&
           (s->born == t->born || s->kind != SPAN_USED) && same_parts(a, s, b, t);
}

/* [[index, how many go, [spans that come]], ...]: both tile the heap, so each change begins and
 * ends where both have a border, or at their ends. */
json_t *edits_json(struct writing *w, const struct picture *old, const struct picture *now)
{
    json_t *edits = json_array();
    size_t i = 0, k = 0;
    while (i < old->spans || k < now->spans) {
        if (i < old->spans && k < now->spans && same_span(old, &old->span[i], now, &now->span[k])) {
            i++;
            k++;
            continue;
        }
        size_t from = i;
        json_t *come = json_array();
        do {
            uint64_t a = i < old->spans ? old->span[i].at : old->break_at;
            uint64_t b = k < now->spans ? now->span[k].at : now->break_at;
            bool take_old = i < old->spans && (a <= b || k >= now->spans);
            bool take_now = k < now->spans && (b <= a || i >= old->spans);
            i += take_old;
            if (take_now) {
                json_array_append_new(come, span_json(w, now, &now->span[k++]));
            }
        } while ((i < old->spans || k < now->spans) &&
                 !(i < old->spans && k < now->spans && old->span[i].at == now->span[k].at));
        json_array_append_new(edits,
                              json_pack("[ooo]", number_json(from), number_json(i - from), come));
    }
    return edits;
}

/* ---- heads ---- */

/* The index of the next head from i on, or the number of parts. */
static size_t next_head(const struct picture *p, size_t i)
{
    while (i < p->parts && p->part[i].kind != PART_HEAD) {
        i++;
    }
    return i;
}

static void put_head(struct writing *w, json_t *list, const struct picture_part *p, uint64_t target)
{
    json_array_append_new(list, json_pack("[oooo]", number_json(p->at), address_json(target),
                                          word_number(&w->names, p->name), number_json(p->value)));
}

/* The heads that differ from those of the step before; all that lead somewhere if there is none. */
json_t *heads_json(struct writing *w, const struct picture *old, const struct picture *now)
{
    json_t *list = json_array();
    size_t i = next_head(old, 0), k = next_head(now, 0);
    while (i < old->parts || k < now->parts) {
        const struct picture_part *a = i < old->parts ? &old->part[i] : NULL;
        const struct picture_part *b = k < now->parts ? &now->part[k] : NULL;
        if (b && (!a || b->at <= a->at)) {
            uint64_t before = a && a->at == b->at ? a->target : NOWHERE;
            if (b->target != before) {
                put_head(w, list, b, b->target);
            }
            i = a && a->at == b->at ? next_head(old, i + 1) : i;
            k = next_head(now, k + 1);
        } else {
            put_head(w, list, a, NOWHERE);
            i = next_head(old, i + 1);
        }
    }
    return list;
}
