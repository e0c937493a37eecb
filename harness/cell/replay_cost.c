#include "cell/replay_cost.h"

void replay_cost_open(struct replay_cost *f, const struct pass *p)
{
    struct problem problem;
    uint64_t bytes = workload_ample_bytes(&p->packed.facts);
    *f = (struct replay_cost){.available = bytes < (sizeof(void *) > 4 ? (uint64_t)1 << 44 : REGION_RESERVE)};
    f->available =
        f->available && policy_spec_parse("bump", &f->bump, &problem) &&
        region_map_open(&f->map, (size_t)bytes & ~(REGION_ALIGN - 1), false, 0, &problem);
}

struct heap *replay_cost_heap(struct replay_cost *f)
{
    if (!f->available) {
        return NULL;
    }
    region_map_renew(&f->map, false);
    return f->bump.policy->open(f->bump.policy, &f->map.region, f->bump.values.number);
}

void replay_cost_close(struct replay_cost *f)
{
    if (f->available) {
        region_map_close(&f->map);
    }
}
