/* game.h - how much memory the best possible policy needs: the value N(M, n) of Robson's game.
 *
 * A program holds at most M units, in blocks of up to n, and knows every address; a policy places
 * blocks and cannot move them. N(M, n) is the least memory in which some policy never fails. It
 * is found by elimination: of all ways in which blocks can lie in h units, those are struck out
 * from which the program can force a failure, until no more are; the policy survives in h
 * units if and only if the empty memory is left.
 *
 * Source: J. M. Robson, "An Estimate of the Store Size Necessary for Dynamic Storage Allocation",
 * J. ACM 18 (1971), and "Bounds for Some Functions Concerning Dynamic Storage Allocation",
 * J. ACM 21 (1974).
 */
#ifndef FITLAB_GAME_H
#define FITLAB_GAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "workloads/problem.h"

struct game {
    unsigned live;    /* M */
    unsigned largest; /* n */
    bool powers;      /* blocks are powers of two only */
};

struct game_value {
    unsigned units;   /* N(M, n) */
    uint64_t layouts; /* ways to lie that were examined, in the last and largest memory */
};

enum { GAME_UNITS_MOST = 20 };

/* False and a problem if the value is above GAME_UNITS_MOST units, where the layouts are too
 * many, or memory is not to be had. */
bool game_solve(const struct game *, struct game_value *, struct problem *);

#endif
