/* ostep.h - the exercises of the chapter's simulator, done by the policy `textbook`.
 *
 * The chapter on free-space management of Operating Systems: Three Easy Pieces comes with a
 * program, malloc.py, that draws operations at random and shows what a heap does with them. The
 * same options draw the same operations here (mersenne.h), and the policy's answers are printed in
 * its words.
 */
#ifndef FITLAB_OSTEP_H
#define FITLAB_OSTEP_H

#include "present/lessons/lesson.h"
#include "workloads/problem.h"

/* The simulator's options, by their letters. */
struct ostep_options {
    int64_t seed;          /* -s */
    int64_t size, base;    /* -S, -b: of the heap, in bytes; what its address is shown as */
    int64_t header, align; /* -H, -a: bytes; an align of -1 rounds nothing */
    int64_t operations, range,
        percent;             /* -n, -r, -P: how many, the largest size, allocations in 100 */
    const char *fit, *order; /* -p, -l: as the parameters of `textbook` */
    bool coalesce, answers;  /* -C, -c */
    char list[4096];         /* -A: "+10,-0,...", or empty */
};

/* The simulator's defaults. */
extern const struct ostep_options ostep_defaults;

/* Reads options as they stand on the simulator's command line, "-S 100 -p BEST -c". */
bool ostep_parse(const char *text, struct ostep_options *, struct problem *);

/* What the options mean, for a help text: one line each. */
void ostep_print_options(FILE *);

/* The simulator's word for an order of the list, such as ADDRSORT for "address". */
const char *ostep_order_word(const char *order);

/* The policy that the options ask for: "textbook:fit=best,...". */
void ostep_policy(const struct ostep_options *, char *out, size_t size);

/* Bytes of a region in which that policy has the heap that the options ask for. */
size_t ostep_region_bytes(const struct ostep_options *);

/* Plays the operations on the policy. Close the lesson in any case. */
bool ostep_play(const struct ostep_options *, struct lesson *, struct problem *);

/* Prints the lesson as the simulator prints its operations, the block with its options left out. */
void ostep_print(const struct lesson *, bool answers, FILE *);

#endif
