#include "conformance/mix.h"

#include <stdlib.h>

enum { KIB = 1024 };

const struct mix mixes[] = {
    {"small sizes, fixed region", 0, 256, 64 * KIB, SITE_FIXED},
    {"all sizes, fixed region", 0, 32 * KIB, 300 * KIB - 48, SITE_FIXED},
    {"small sizes, growable region", 1, 512, 256 * KIB, SITE_GROWABLE},
    {"all sizes, growable region", 0, 64 * KIB, 1024 * KIB + 4096, SITE_GROWABLE},
    {0},
};

struct dice dice_seeded(uint64_t seed)
{
    return (struct dice){{(unsigned short)seed, (unsigned short)(seed >> 16),
                          (unsigned short)(seed >> 32 ^ seed >> 48)}};
}

size_t dice_below(struct dice *d, size_t n)
{
    size_t high = (size_t)nrand48(d->state);
    return (high << 31 | (size_t)nrand48(d->state)) % n;
}

size_t dice_size(struct dice *d, size_t least, size_t most)
{
    size_t span = most - least + 1, octaves = 0;
    while (span >> octaves > 1) {
        octaves++;
    }
    size_t top = (size_t)1 << (dice_below(d, octaves + 1));
    size_t beyond = top + dice_below(d, top) - 1;
    return least + (beyond < span ? beyond : dice_below(d, span));
}

static void one_alloc(struct mixer *m, struct shadow *s)
{
    size_t n = dice_size(&m->dice, m->mix->least, m->mix->most);
    bool aligned = m->moves && s->trial->policy->memalign && dice_below(&m->dice, 12) == 0;
    struct block *b =
        aligned ? shadow_memalign(s, (size_t)32 << dice_below(&m->dice, 8), n) : shadow_alloc(s, n);
    if (!b) {
        m->climbing = false;
    }
}

void mixer_step(struct mixer *m, struct shadow *s)
{
    heap_set_thread(s->heap, (uint32_t)(m->steps++ / 7 % 5));
    size_t high = m->mix->region / 2, low = m->mix->region / 16;
    m->climbing = m->climbing ? s->live_bytes < high : s->live_bytes < low || !s->live;
    size_t roll = dice_below(&m->dice, 100);
    size_t allocs = m->climbing ? 60 : 35;
    if (!s->live || roll < allocs) {
        one_alloc(m, s);
        return;
    }
    struct block *b = s->blocks[dice_below(&m->dice, s->live)];
    if (m->moves && roll < allocs + 10) {
        shadow_realloc(s, b, dice_size(&m->dice, m->mix->least, m->mix->most));
    } else {
        shadow_free(s, b);
    }
}
