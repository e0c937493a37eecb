#include "replay/shadow_map.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

enum { GRANULE_LOG2 = 3, WORD_LOG2 = 6, WORD_MASK = 63 };

bool shadow_map_open(struct shadow_map *m, const char *base, size_t bytes, struct problem *problem)
{
    *m = (struct shadow_map){.base = base, .words = (bytes >> (GRANULE_LOG2 + WORD_LOG2)) + 2};
    /* words cost no memory until a bit of them is set */
    void *map = mmap(NULL, m->words * sizeof *m->word, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED) {
        return problem_set(problem, "cannot map the shadow of %zu bytes: %s", bytes,
                           strerror(errno));
    }
    m->word = map;
    return true;
}

static size_t granule(const struct shadow_map *m, const char *p)
{
    return (size_t)(p - m->base) >> GRANULE_LOG2;
}

static size_t last_granule(const struct shadow_map *m, const char *p, size_t bytes)
{
    return granule(m, p + (bytes ? bytes - 1 : 0));
}

/* The bits from `first` to `last`, as far as they are in this word. */
static uint64_t word_mask(size_t word, size_t first, size_t last)
{
    uint64_t mask = ~(uint64_t)0;
    if (word == first >> WORD_LOG2) {
        mask &= ~(uint64_t)0 << (first & WORD_MASK);
    }
    if (word == last >> WORD_LOG2) {
        mask &= ~(uint64_t)0 >> (WORD_MASK - (last & WORD_MASK));
    }
    return mask;
}

bool shadow_map_take(struct shadow_map *m, const char *p, size_t bytes)
{
    size_t first = granule(m, p), last = last_granule(m, p, bytes);
    for (size_t w = first >> WORD_LOG2; w <= last >> WORD_LOG2; w++) {
        if (m->word[w].taken & word_mask(w, first, last)) {
            return false;
        }
    }
    for (size_t w = first >> WORD_LOG2; w <= last >> WORD_LOG2; w++) {
        m->word[w].taken |= word_mask(w, first, last);
    }
    m->word[first >> WORD_LOG2].starts |= (uint64_t)1 << (first & WORD_MASK);
    return true;
}

void shadow_map_give(struct shadow_map *m, const char *p, size_t bytes)
{
    size_t first = granule(m, p), last = last_granule(m, p, bytes);
    for (size_t w = first >> WORD_LOG2; w <= last >> WORD_LOG2; w++) {
        m->word[w].taken &= ~word_mask(w, first, last);
    }
    m->word[first >> WORD_LOG2].starts &= ~((uint64_t)1 << (first & WORD_MASK));
}

bool shadow_map_starts(const struct shadow_map *m, const char *p)
{
    size_t at = granule(m, p);
    return p >= m->base && ((size_t)p & ((1u << GRANULE_LOG2) - 1)) == 0 &&
           at >> WORD_LOG2 < m->words && (m->word[at >> WORD_LOG2].starts >> (at & WORD_MASK) & 1);
}

void shadow_map_close(struct shadow_map *m)
{
    if (m->word) {
        munmap(m->word, m->words * sizeof *m->word);
    }
    *m = (struct shadow_map){0};
}
