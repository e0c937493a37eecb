/* mm.c - a malloc-lab solution in the style of the textbook: an implicit list of blocks with a
 * header and a footer of one word each, first fit, immediate coalescing. It brings no header of
 * its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memlib.h"
#include "mm.h"

team_t team = {"implicit", "A Student", "a@example.org", "", ""};

#define WSIZE     4
#define DSIZE     8
#define CHUNKSIZE (1 << 12)

#define MAX(x, y)         ((x) > (y) ? (x) : (y))
#define PACK(size, alloc) ((size) | (alloc))
#define GET(p)            (*(unsigned int *)(p))
#define PUT(p, val)       (*(unsigned int *)(p) = (unsigned int)(val))
#define GET_SIZE(p)       (GET(p) & ~0x7u)
#define GET_ALLOC(p)      (GET(p) & 0x1u)
#define HDRP(bp)          ((char *)(bp)-WSIZE)
#define FTRP(bp)          ((char *)(bp) + GET_SIZE(HDRP(bp)) - DSIZE)
#define NEXT_BLKP(bp)     ((char *)(bp) + GET_SIZE((char *)(bp)-WSIZE))
#define PREV_BLKP(bp)     ((char *)(bp)-GET_SIZE((char *)(bp)-DSIZE))

static char *heap_listp;

static void *coalesce(void *bp)
{
    size_t prev_alloc = GET_ALLOC(FTRP(PREV_BLKP(bp)));
    size_t next_alloc = GET_ALLOC(HDRP(NEXT_BLKP(bp)));
    size_t size = GET_SIZE(HDRP(bp));
    if (!next_alloc) {
        size += GET_SIZE(HDRP(NEXT_BLKP(bp)));
    }
    if (!prev_alloc) {
        size += GET_SIZE(HDRP(PREV_BLKP(bp)));
        bp = PREV_BLKP(bp);
    }
    PUT(HDRP(bp), PACK(size, 0));
    PUT(FTRP(bp), PACK(size, 0));
    return bp;
}

static void *extend_heap(size_t words)
{
    size_t size = (words % 2) ? (words + 1) * WSIZE : words * WSIZE;
    char *bp = mem_sbrk(size);
    if ((long)bp == -1) {
        return NULL;
    }
    PUT(HDRP(bp), PACK(size, 0));
    PUT(FTRP(bp), PACK(size, 0));
    PUT(HDRP(NEXT_BLKP(bp)), PACK(0, 1));
    return coalesce(bp);
}

int mm_init(void)
{
    if ((heap_listp = mem_sbrk(4 * WSIZE)) == (void *)-1) {
        return -1;
    }
    PUT(heap_listp, 0);
    PUT(heap_listp + (1 * WSIZE), PACK(DSIZE, 1));
    PUT(heap_listp + (2 * WSIZE), PACK(DSIZE, 1));
    PUT(heap_listp + (3 * WSIZE), PACK(0, 1));
    heap_listp += (2 * WSIZE);
    return extend_heap(CHUNKSIZE / WSIZE) ? 0 : -1;
}

static void *find_fit(size_t asize)
{
    for (char *bp = heap_listp; GET_SIZE(HDRP(bp)) > 0; bp = NEXT_BLKP(bp)) {
        if (!GET_ALLOC(HDRP(bp)) && asize <= GET_SIZE(HDRP(bp))) {
            return bp;
        }
    }
    return NULL;
}

static void place(void *bp, size_t asize)
{
    size_t csize = GET_SIZE(HDRP(bp));
    if (csize - asize >= 2 * DSIZE) {
        PUT(HDRP(bp), PACK(asize, 1));
        PUT(FTRP(bp), PACK(asize, 1));
        bp = NEXT_BLKP(bp);
        PUT(HDRP(bp), PACK(csize - asize, 0));
        PUT(FTRP(bp), PACK(csize - asize, 0));
    } else {
        PUT(HDRP(bp), PACK(csize, 1));
        PUT(FTRP(bp), PACK(csize, 1));
    }
}

void *mm_malloc(size_t size)
{
    char *bp;
    if (size == 0) {
        return NULL;
    }
    size_t asize = size <= DSIZE ? 2 * DSIZE : DSIZE * ((size + DSIZE + DSIZE - 1) / DSIZE);
    if (!(bp = find_fit(asize)) && !(bp = extend_heap(MAX(asize, CHUNKSIZE) / WSIZE))) {
        return NULL;
    }
    place(bp, asize);
    return bp;
}

void mm_free(void *bp)
{
    size_t size = GET_SIZE(HDRP(bp));
    PUT(HDRP(bp), PACK(size, 0));
    PUT(FTRP(bp), PACK(size, 0));
    coalesce(bp);
}

void *mm_realloc(void *ptr, size_t size)
{
    if (size == 0) {
        mm_free(ptr);
        return NULL;
    }
    if (!ptr) {
        return mm_malloc(size);
    }
    void *newptr = mm_malloc(size);
    if (!newptr) {
        return NULL;
    }
    size_t oldsize = GET_SIZE(HDRP(ptr)) - DSIZE;
    memcpy(newptr, ptr, size < oldsize ? size : oldsize);
    mm_free(ptr);
    return newptr;
}
