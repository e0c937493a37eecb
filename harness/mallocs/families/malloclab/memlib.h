/* memlib.h - the memory system of the CS:APP malloc lab, over a region of fitlab.
 * Used where a solution brings none of its own. */
#ifndef FITLAB_MALLOCLAB_MEMLIB_H
#define FITLAB_MALLOCLAB_MEMLIB_H

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

void mem_init(void);
void mem_deinit(void);
void mem_reset_brk(void);
void *mem_sbrk(intptr_t incr);
void *mem_heap_lo(void);
void *mem_heap_hi(void);
size_t mem_heapsize(void);
size_t mem_pagesize(void);

void *mem_memset(void *dst, int c, size_t n);
void *mem_memcpy(void *dst, const void *src, size_t n);

#endif
