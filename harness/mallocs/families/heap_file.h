/* heap_file.h - what the adapters of this folder share: each makes a policy of somebody else's
 * heap, with which it is compiled into one plug-in.
 *
 * Such a heap has state outside its region, so there is one heap at a time. Opening the next puts
 * the static data of the whole plug-in back to what the compiler wrote: what a file keeps to
 * itself, such as whether it has been initialised, does not leak from one heap into the next.
 *
 * The command line defines HEAP_FILE_STEM, the name of the file as a string, and DEFINES_f for each
 * function f that the file defines and its family knows as optional.
 */
#ifndef FITLAB_HEAP_FILE_H
#define FITLAB_HEAP_FILE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* dl_iterate_phdr */
#endif
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "policy.h"

static struct heap file_heap;

/* ---- static data ---- */

enum { FILE_DATA_MOST = 4 };

struct file_data {
    char *at, *copy;
    size_t bytes;
};

static struct file_data file_data[FILE_DATA_MOST];
static size_t file_data_count;

static inline void file_data_keep(char *from, char *end)
{
    if (from < end && file_data_count < FILE_DATA_MOST) {
        size_t bytes = (size_t)(end - from);
        char *copy = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (copy != MAP_FAILED) {
            file_data[file_data_count++] = (struct file_data){from, copy, bytes};
        }
    }
}

/* Of the object that holds this code: what it may write to after it was linked. */
static inline int file_data_find(struct dl_phdr_info *info, size_t size, void *ctx)
{
    (void)size;
    (void)ctx;
    uintptr_t base = (uintptr_t)info->dlpi_addr, own = (uintptr_t)&file_heap;
    uintptr_t sealed = 0, from = 0,
              end = 0; /* the end of the part that the linker made read-only */
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        uintptr_t begin = base + p->p_vaddr;
        if (p->p_type == PT_GNU_RELRO) {
            sealed = begin + p->p_memsz;
        } else if (p->p_type == PT_LOAD && begin <= own && own < begin + p->p_memsz) {
            from = begin;
            end = begin + p->p_memsz;
        }
    }
    if (!end) {
        return 0;
    }
    from = sealed > from && sealed < end ? sealed : from;
    file_data_keep((char *)from, (char *)end);
    return 1;
}

/* The first time, keeps the data as they are; then puts them back. */
static inline void file_data_reset(void)
{
    if (!file_data_count) {
        dl_iterate_phdr(file_data_find, NULL);
        for (size_t i = 0; i < file_data_count; i++) {
            memcpy(file_data[i].copy, file_data[i].at, file_data[i].bytes);
        }
        return;
    }
    struct file_data kept = file_data[0]; /* it lies in what is written over */
    memcpy(kept.at, kept.copy, kept.bytes);
}

/* ---- what the adapters begin with ---- */

/* Starts again, with a region. */
static inline void file_start(const struct policy *policy, struct region *r)
{
    file_data_reset();
    file_heap = (struct heap){.policy = policy, .region = r};
}

/* A heap of a size fixed at its start: takes the region to its limit, and returns the bytes, at
 * most `most`. So `grow=arena` is its only rule, which is what the parameter says. */
static inline size_t file_take_arena(struct region *r, size_t most)
{
    region_extend(r, region_room(r));
    size_t bytes = region_bytes(r);
    return bytes < most ? bytes : most;
}

/* NULL, with the region as it was before. */
static inline struct heap *file_refuse(struct region *r, const struct region *before)
{
    *r = *before;
    return NULL;
}

static const char *const file_growth[] = {"arena", NULL};

/* Some heaps compute with sizes before they check them, so a request larger than the region is not
 * passed on to them. */
static inline bool file_can_hold(size_t n)
{
    return n <= (size_t)(file_heap.region->limit - file_heap.region->base);
}

/* realloc for a heap that has none. The size of the old block is not known, so as many bytes as are
 * requested are copied, if the region has so many. */
static inline void *file_realloc_by_copy(struct heap *h, void *p, size_t n)
{
    void *q = h->policy->alloc(h, n);
    if (q) {
        size_t most = (size_t)(h->region->brk - (char *)p);
        size_t bytes = n < most ? n : most;
        memmove(q, p,
                bytes); /* the new block may lie behind the old one, so the ranges may overlap */
        h->count.moved_bytes += bytes;
        h->policy->free(h, p);
    }
    return q;
}

#define FILE_ARENA_PARAMS                                                                          \
    static const struct param file_params[] = {                                                    \
        {.name = "grow", .help = "how the break moves", .choices = file_growth}, PARAM_END}

/* The head of a policy's initializer; traits: those that it has beside what all have, or 0. */
#define FILE_POLICY(line, own_traits)                                                              \
    .abi = FITLAB_POLICY_ABI, .traits = POLICY_ALIGN_8 | POLICY_OPAQUE | (own_traits),             \
    .name = HEAP_FILE_STEM, .summary = line

#endif
