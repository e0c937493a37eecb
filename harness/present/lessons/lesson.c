#include "present/lessons/lesson.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "present/lessons/list_order.h"

static void *must_grow(void *memory, size_t bytes)
{
    memory = realloc(memory, bytes);
    if (!memory) {
        fputs("fitlab: no memory for the steps of the lesson\n", stderr);
        exit(1);
    }
    return memory;
}

struct lesson_step *lesson_add(struct lesson *l, enum lesson_kind kind)
{
    if (l->steps == l->room) {
        l->room = l->room ? 2 * l->room : 64;
        l->step = must_grow(l->step, l->room * sizeof *l->step);
    }
    l->step[l->steps] = (struct lesson_step){.kind = kind};
    return &l->step[l->steps++];
}

struct note {
    struct lesson_hole *hole;
    size_t holes, room;
    const char *from; /* the address that is shown as `base` */
    int64_t base;
};

static bool note_hole(const char *at, size_t bytes, void *context)
{
    struct note *n = context;
    if (n->holes == n->room) {
        n->room = n->room ? 2 * n->room : 8;
        n->hole = must_grow(n->hole, n->room * sizeof *n->hole);
    }
    n->hole[n->holes++] = (struct lesson_hole){n->base + (at - n->from), bytes};
    return true;
}

static struct note note_list(struct lesson *l, const struct heap *heap)
{
    struct note n = {.from = heap->region->base, .base = l->base};
    l->in_order = list_order_visit(heap, note_hole, &n);
    return n;
}

void lesson_note_first(struct lesson *l, const struct heap *heap)
{
    struct note n = note_list(l, heap);
    l->before = n.hole;
    l->holes_before = n.holes;
}

void lesson_note_list(struct lesson *l, const struct heap *heap)
{
    struct note n = note_list(l, heap);
    l->step[l->steps - 1].hole = n.hole;
    l->step[l->steps - 1].holes = n.holes;
}

void lesson_print_list(const struct lesson_hole *hole, size_t holes, FILE *out)
{
    fprintf(out, "Free List [ Size %zu ]: ", holes);
    for (size_t i = 0; i < holes; i++) {
        fprintf(out, "[ addr:%" PRId64 " sz:%" PRIu64 " ]", hole[i].at, hole[i].bytes);
    }
    fputc('\n', out);
}

void lesson_print_step(const struct lesson_step *s, bool answers, FILE *out)
{
    fputs(s->call, out);
    if (s->kind == LESSON_SKIPPED) {
        fputc('\n', out);
        return;
    }
    fputs(s->kind == LESSON_ALLOC ? " " : "\n", out);
    if (!answers) {
        fputs("returned ?\nList?\n\n", out);
        return;
    }
    fprintf(out, "returned %" PRId64, s->returned);
    if (s->kind == LESSON_ALLOC) {
        fprintf(out, " (searched %" PRIu64 " elements)", s->searched);
    }
    fputc('\n', out);
    lesson_print_list(s->hole, s->holes, out);
    fputc('\n', out);
}

const struct lesson_hole *lesson_list_before(const struct lesson *l, size_t step, size_t *holes)
{
    while (step > 0 && l->step[step - 1].kind == LESSON_SKIPPED) {
        step--;
    }
    if (step == 0) {
        *holes = l->holes_before;
        return l->before;
    }
    *holes = l->step[step - 1].holes;
    return l->step[step - 1].hole;
}

static void explain_need(const struct lesson *l, const struct lesson_step *s, uint64_t need,
                         FILE *out)
{
    uint64_t rounded = need - l->header;
    fprintf(out, "A request for %" PRIu64, s->asked);
    if (rounded != s->asked) {
        fprintf(out, ", rounded up to %" PRIu64 ",", rounded);
    }
    if (l->header) {
        fprintf(out, " and a header of %" PRIu64, l->header);
    }
    fprintf(out, " needs a hole of at least %" PRIu64 " bytes. ", need);
}

/* The hole that the block was taken from, on the list before the step; NULL: none of it. */
static const struct lesson_hole *hole_taken(const struct lesson *l, size_t step)
{
    size_t holes;
    const struct lesson_hole *before = lesson_list_before(l, step, &holes);
    for (size_t i = 0; i < holes; i++) {
        if (before[i].at + (int64_t)l->header == l->step[step].pointer) {
            return &before[i];
        }
    }
    return NULL;
}

static void explain_choice(const struct lesson *l, const struct lesson_hole *hole, uint64_t need,
                           FILE *out)
{
    static const char *const rules[][2] = {
        {"first", "the first on the list that is large enough"},
        {"best", "the smallest that is large enough"},
        {"worst", "the largest of all"},
        {"next", "the first that is large enough after the place of the last search"},
    };
    const char *rule = "the one that the policy chose";
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        rule = strcmp(l->fit, rules[i][0]) ? rule : rules[i][1];
    }
    fprintf(out, "The hole at %" PRId64 " with %" PRIu64 " bytes is %s. ", hole->at, hole->bytes,
            rule);
    if (hole->bytes > need) {
        fprintf(out, "It is split: %" PRIu64 " bytes are left, at %" PRId64 ". ",
                hole->bytes - need, hole->at + (int64_t)need);
    } else {
        fputs("It fits exactly and leaves the list. ", out);
    }
    if (l->header) {
        fprintf(out, "The pointer is %" PRIu64 " further, behind the header. ", l->header);
    }
}

static void explain_alloc(const struct lesson *l, size_t step, FILE *out)
{
    const struct lesson_step *s = &l->step[step];
    uint64_t need = (s->asked + l->align - 1) / l->align * l->align + l->header;
    explain_need(l, s, need, out);
    const struct lesson_hole *hole = s->failed ? NULL : hole_taken(l, step);
    if (s->failed) {
        fputs("None of the holes is so large, so the request fails. ", out);
    } else if (hole) {
        explain_choice(l, hole, need, out);
    }
    fprintf(out, "The search looked at %" PRIu64 " %s.\n", s->searched,
            s->searched == 1 ? "hole" : "holes");
}

void lesson_explain(const struct lesson *l, size_t step, FILE *out)
{
    const struct lesson_step *s = &l->step[step];
    if (!l->fit || s->kind == LESSON_SKIPPED) {
        return;
    }
    if (s->kind == LESSON_ALLOC) {
        explain_alloc(l, step, out);
        return;
    }
    size_t before;
    lesson_list_before(l, step, &before);
    if (s->failed) {
        fputs("No live block begins there, so nothing is freed.\n", out);
    } else if (s->holes > before) {
        fputs("The block, its header included, becomes one more hole of the list.\n", out);
    } else {
        fprintf(out,
                "The block, its header included, becomes a hole, and holes that follow one "
                "another are joined: there were %zu, now there are %zu.\n",
                before, s->holes);
    }
}

void lesson_close(struct lesson *l)
{
    for (size_t i = 0; i < l->steps; i++) {
        free(l->step[i].hole);
    }
    free(l->step);
    free(l->before);
    *l = (struct lesson){0};
}
