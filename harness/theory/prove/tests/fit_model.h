/* fit_model.h - the worst case of a sequential fit by a second, independent exploration: of layouts
 * on paper, without a heap, without the policies' code, and with whole states compared instead of
 * hashes. */
#ifndef FITLAB_FIT_MODEL_H
#define FITLAB_FIT_MODEL_H

#include <stdbool.h>
#include <stdint.h>

enum fit { FIT_FIRST, FIT_BEST, FIT_WORST, FIT_NEXT };

struct fit_answer {
    unsigned worst;
    uint64_t states;
};

/* Memory is taken at the top only when no hole fits, and given back as soon as it is free; holes
 * stand in address order. Of several holes of the best or worst size the lowest is taken. Next-fit
 * begins at the end of the last block; when that lies in a hole that grows, at the start of the
 * hole. M up to 12. */
struct fit_answer fit_model_worst(enum fit, unsigned live, unsigned largest, bool powers);

#endif
