#include "cell/cell_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void cell_words_write(const struct cell *cell, uint64_t seed, struct cell_words *w)
{
    snprintf(w->numbers, sizeof w->numbers, "%" PRIu64 " %u %u %u %u %.17g %zu %d %" PRIu64,
             cell->seed, cell->rep, cell->threads, cell->samples, cell->parts, cell->time_limit_seconds,
             cell->memory_limit_bytes, cell->cpu, seed);
    w->word[0] = cell->region.text;
    w->word[1] = cell_pass_name(cell->pass);
    w->word[2] = touch_names[cell->touch];
    w->word[3] = cell->release.text;
    w->word[4] = w->numbers;
}

static bool read_release(const char *text, struct release_rule *rule, struct problem *problem)
{
    if (!strcmp(text, release_own.text)) {
        *rule = release_own;
        return true;
    }
    return release_rule_parse(text, rule, problem);
}

bool cell_words_read(char *const *word, struct cell *cell, uint64_t *seed, struct problem *problem)
{
    unsigned long long memory;
    int read =
        sscanf(word[4], "%" SCNu64 " %u %u %u %u %lg %llu %d %" SCNu64, &cell->seed, &cell->rep,
               &cell->threads, &cell->samples, &cell->parts, &cell->time_limit_seconds, &memory, &cell->cpu, seed);
    cell->memory_limit_bytes = memory < SIZE_MAX ? (size_t)memory : SIZE_MAX;
    return (read == 9 || problem_set(problem, "'%s' are not a cell's numbers", word[4])) &&
           region_spec_parse(word[0], &cell->region, problem) &&
           cell_pass_parse(word[1], &cell->pass, problem) &&
           touch_parse(word[2], &cell->touch, problem) &&
           read_release(word[3], &cell->release, problem);
}
