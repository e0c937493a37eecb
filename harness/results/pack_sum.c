#include "results/pack_sum.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/regular_file.h"

static void print(XXH128_hash_t h, char sum[PACK_SUM_SIZE])
{
    snprintf(sum, PACK_SUM_SIZE, "%016llx%016llx", (unsigned long long)h.high64,
             (unsigned long long)h.low64);
}

void pack_sum_text(const char *text, size_t bytes, char sum[PACK_SUM_SIZE])
{
    print(XXH3_128bits(text, bytes), sum);
}

bool pack_sum_file(const char *path, char sum[PACK_SUM_SIZE], struct problem *problem)
{
    FILE *in = regular_file_open(path, problem);
    XXH3_state_t *state = XXH3_createState();
    if (!state || XXH3_128bits_reset(state) != XXH_OK) {
        abort();
    }
    char block[1 << 16];
    size_t got;
    while (in && (got = fread(block, 1, sizeof block, in)) > 0) {
        XXH3_128bits_update(state, block, got);
    }
    print(XXH3_128bits_digest(state), sum);
    XXH3_freeState(state);
    if (!in) {
        return false;
    }
    bool whole = !ferror(in);
    fclose(in);
    return whole || problem_set(problem, "%s: cannot be read: %s", path, strerror(errno));
}
