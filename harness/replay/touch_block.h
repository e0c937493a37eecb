/* touch_block.h - what a replay writes into a block that it was given. */
#ifndef FITLAB_TOUCH_BLOCK_H
#define FITLAB_TOUCH_BLOCK_H

#include <string.h>

#include "replay/touch.h"

static inline __attribute__((always_inline)) void touch_block(void *p, size_t n, enum touch how)
{
    if (how == TOUCH_FIRST && n) {
        *(volatile char *)p = 1;
    } else if (how == TOUCH_ALL) {
        memset(p, 1, n);
        __asm__ volatile("" : : "r"(p) : "memory"); /* the value is written but never read */
    }
}

#endif
