#include "cell/layout.h"

#include <xxhash.h>

static uint64_t draw(const struct cell *cell, uint64_t which)
{
    if (!cell_pass_is_timed(cell->pass)) {
        return 0;
    }
    const uint64_t words[] = {cell->seed, cell->rep, which};
    return XXH3_64bits(words, sizeof words);
}

unsigned layout_colour(const struct cell *cell)
{
    return (unsigned)(draw(cell, 1) & 15);
}

size_t layout_stack_shift(const struct cell *cell)
{
    return (size_t)(draw(cell, 2) & 255) * 16;
}
