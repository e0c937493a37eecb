/* lines.h - which cache lines and pages of its region a policy touches, and how often it loads from
 * it or stores to it.
 *
 * The policies built in are compiled a second time with the compiler's thread sanitizer, which
 * calls a function at each load and store; here these functions note the address. So the count
 * is exact, and the same on every machine for one compiler. What memcpy and memset do to payloads
 * or tables is not seen (moved_bytes counts the former).
 */
#ifndef FITLAB_LINES_H
#define FITLAB_LINES_H

#include "allocators/policy.h"
#include "workloads/problem.h"

enum { LINE_BYTES = 64, LINES_PAGE_BYTES = 4096 };

struct lines_count {
    uint64_t operations;
    uint64_t lines, pages;         /* distinct within an operation, summed over all */
    uint64_t all_lines, all_pages; /* distinct over all operations */
    uint64_t accesses;             /* loads and stores, of all operations */
};

/* The instrumented copy of the policy, or NULL if the policy is not built in. */
const struct policy *lines_policy(const struct policy *);

/* Starts to watch a region, which will never be larger than `bytes`. Only one region can be watched
 * at a time. */
bool lines_begin(const char *base, size_t bytes, struct problem *);

/* Announces the next operation. Accesses before the first operation are not counted. */
void lines_operation(void);

/* Loads and stores of the region since the operation was announced. One that copies a struct counts
 * once for each 8 bytes. */
uint64_t lines_accesses(void);

/* Returns what was counted since lines_begin, and stops watching. */
struct lines_count lines_end(void);

/* One load or store of a watched policy inside [base, base + bytes). */
struct lines_access {
    uint64_t at; /* offset from the base */
    uint32_t bytes;
    bool write;
};

/* Accesses in the order in which they happen. */
struct lines_log {
    const char *base;
    size_t bytes;
    struct lines_access *access;
    size_t most,
        n; /* room, and how many accesses there are; what comes after `most` accesses is lost */
};

/* From now on each access is appended to the log; NULL stops this. It does not depend on
 * lines_begin. */
void lines_log(struct lines_log *);

#endif
