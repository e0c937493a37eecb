#include "packing/packing_pages.h"

#include <stdlib.h>

#include "packing/deaths.h"

/* What a walk over time counts: pages of a packing, or bytes alone if offset is NULL. */
struct residency {
    const struct packing *packing;
    const uint64_t *offset;
    uint32_t *users; /* of a page: live blocks that lie in it */
    uint64_t resident, live;
};

static void change(struct residency *r, uint32_t block, bool born)
{
    const struct packing_block *b = &r->packing->block[block];
    r->live = born ? r->live + b->size : r->live - b->size;
    if (!r->offset) {
        r->resident = (r->live + PACKING_PAGE - 1) / PACKING_PAGE;
        return;
    }
    uint64_t from = r->offset[block] / PACKING_PAGE;
    uint64_t last = (r->offset[block] + b->size - 1) / PACKING_PAGE;
    for (uint64_t page = from; page <= last; page++) {
        r->resident += born && r->users[page] == 0;
        r->users[page] = born ? r->users[page] + 1 : r->users[page] - 1;
        r->resident -= !born && r->users[page] == 0;
    }
}

static void walk(struct residency *r, const struct deaths *d, struct packing_pages *pages)
{
    const struct packing *p = r->packing;
    double sum = 0;
    *pages = (struct packing_pages){0};
    for (uint32_t s = 0, next = 0; s < p->sections; s++) {
        for (uint32_t i = d->start[s]; i < d->start[s + 1]; i++) {
            change(r, d->block[i], false);
        }
        for (; next < p->count && p->block[next].lower == s; next++) {
            change(r, next, true);
        }
        pages->peak = r->resident > pages->peak ? r->resident : pages->peak;
        sum += (double)r->resident;
    }
    pages->mean = sum / (double)p->sections;
}

static bool count(const struct packing *p, const uint64_t *offset, struct packing_pages *pages)
{
    uint64_t height = 0;
    for (size_t i = 0; offset && i < p->count; i++) {
        uint64_t end = offset[i] + p->block[i].size;
        height = end > height ? end : height;
    }
    struct residency r = {.packing = p, .offset = offset};
    struct deaths d = {0};
    r.users = calloc(height / PACKING_PAGE + 1, sizeof *r.users);
    bool ok = r.users && deaths_make(&d, p);
    if (ok) {
        walk(&r, &d, pages);
    }
    deaths_release(&d);
    free(r.users);
    return ok;
}

bool packing_pages_count(const struct packing *p, const uint64_t *offset,
                         struct packing_pages *pages)
{
    return count(p, offset, pages);
}

bool packing_pages_bound(const struct packing *p, struct packing_pages *pages)
{
    return count(p, NULL, pages);
}
