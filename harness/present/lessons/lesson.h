/* lesson.h - a heap as a lesson: what each operation returned, and the free list after it.
 *
 * A lesson is played on a real policy and written down step by step, so that it can be printed,
 * asked about (quiz.h) and set as an exercise (worksheet.h). Addresses are shown as if the heap's
 * first byte were at `base`, like the chapter's 1000.
 */
#ifndef FITLAB_LESSON_H
#define FITLAB_LESSON_H

#include <stdint.h>
#include <stdio.h>

#include "allocators/heap.h"

enum { LESSON_CALL = 64 };

struct lesson_hole {
    int64_t at;
    uint64_t bytes;
};

enum lesson_kind {
    LESSON_ALLOC,
    LESSON_FREE,
    LESSON_SKIPPED /* the operation cannot be done: nothing happened */
};

struct lesson_step {
    enum lesson_kind kind;
    char call[LESSON_CALL]; /* as it is shown: "ptr[3] = Alloc(8)" */
    uint64_t number;        /* which allocation it makes or frees, counted from 0 */
    uint64_t asked;         /* bytes; of LESSON_ALLOC */
    bool failed;       /* LESSON_ALLOC: no hole is large enough; LESSON_FREE: nothing to free */
    int64_t returned;  /* as it is shown; LESSON_FREE: 0, or -1 if it failed */
    int64_t pointer;   /* LESSON_ALLOC: the address of the payload */
    uint64_t searched; /* holes that the search looked at */
    struct lesson_hole *hole;
    size_t holes; /* the free list after the step */
};

struct lesson {
    int64_t base;    /* what the address of the heap's first byte is shown as */
    uint64_t bytes;  /* of the heap; 0: it has no fixed size */
    const char *fit; /* "best", ...: the rule of the search if it is known, else NULL */
    uint64_t header; /* bytes in front of a block, and */
    uint64_t align;  /* what sizes are rounded up to; both where `fit` is known */
    bool in_order;   /* the free list is in its own order, not by address because it is unknown */
    struct lesson_hole *before; /* the free list before the first step */
    size_t holes_before;
    struct lesson_step *step;
    size_t steps, room;
};

/* Adds a step without a free list and returns it; valid until the next one is added. The program
 * ends if there is no memory. */
struct lesson_step *lesson_add(struct lesson *, enum lesson_kind);

/* Notes the free list of the heap as it is now, before the first step or in the last one. */
void lesson_note_first(struct lesson *, const struct heap *);
void lesson_note_list(struct lesson *, const struct heap *);

/* Prints the free list as the chapter's simulator does, with the end of the line. */
void lesson_print_list(const struct lesson_hole *, size_t holes, FILE *);

/* Prints a step with its answers, or with a question mark for each of them. */
void lesson_print_step(const struct lesson_step *, bool answers, FILE *);

/* The free list before a step. */
const struct lesson_hole *lesson_list_before(const struct lesson *, size_t step, size_t *holes);

/* Says in a sentence or two why the step did what it did; nothing if the rule is unknown. */
void lesson_explain(const struct lesson *, size_t step, FILE *);

void lesson_close(struct lesson *);

#endif
