/* prop_requests.c - extreme requests: of 0 bytes, of all memory, aligned, and resized. */
#include "conformance/mix.h"
#include "conformance/property.h"

enum { KIB = 1024 };

struct scene {
    struct site site;
    struct shadow shadow;
};

static void scene_open(struct scene *c, struct trial *t, size_t bytes, enum site_kind kind)
{
    site_open(&c->site, t, NULL, bytes, kind);
    shadow_open(&c->shadow, t, &c->site, WATCH_ALL);
}

static void scene_close(struct scene *c)
{
    shadow_inspect(&c->shadow);
    shadow_finish(&c->shadow);
    site_close(&c->site);
}

static struct block *must(struct trial *t, struct block *b)
{
    if (!b) {
        trial_fail(t, "NULL from a heap with plenty of room");
    }
    return b;
}

static void test_opens(struct trial *t)
{
    for (int kind = SITE_FIXED; kind <= SITE_GROWABLE; kind++) {
        for (size_t bytes = 0; bytes <= 64 * KIB; bytes = bytes < 64 ? bytes + 16 : bytes * 5 / 4) {
            struct site site;
            site_open(&site, t, NULL, bytes & ~(size_t)15, (enum site_kind)kind);
            char *brk = site.region.brk;
            trial_calls(t, "open", 1, bytes & ~(size_t)15, 0);
            struct heap *heap = t->policy->open(t->policy, &site.region, t->arg);
            bounds_settle(&site.guard);
            if (!heap && site.region.brk != brk) {
                trial_fail(t, "refuses the region but moves its break");
            }
            if (heap) {
                trial_calls(t, "alloc", 1, 1, 0);
                void *p = heap_alloc(heap, 1);
                bounds_settle(&site.guard);
                if (p) {
                    heap_free(heap, p);
                }
            }
            site_close(&site);
        }
    }
}

const struct property property_opens = {
    "opens", "a region too small is refused and left as it was, one large enough is used",
    test_opens, false};

static void test_zero(struct trial *t)
{
    struct scene c;
    scene_open(&c, t, 256 * KIB, SITE_FIXED);
    for (int i = 0; i < 100; i++) {
        must(t, shadow_alloc(&c.shadow, 0));
    }
    for (int i = 0; i < 50; i++) {
        shadow_free(&c.shadow, c.shadow.blocks[i]);
        struct block *b = must(t, shadow_alloc(&c.shadow, 100));
        if (!shadow_realloc(&c.shadow, b, 0)) {
            trial_fail(t, "NULL where a minimal block is due");
        }
    }
    scene_close(&c);
}

const struct property property_zero = {
    "zero", "a request for no bytes gives a distinct block that can be freed", test_zero, false};

static void test_huge(struct trial *t)
{
    static const size_t sizes[] = {SIZE_MAX,       SIZE_MAX - 15,      SIZE_MAX / 2 + 1,
                                   PTRDIFF_MAX,    FITLAB_MAX_REQUEST, FITLAB_MAX_REQUEST + 1,
                                   SIZE_MAX / 4,   SIZE_MAX / 16,      1024 * KIB,
                                   SIZE_MAX - 4096};
    for (int kind = SITE_FIXED; kind <= SITE_GROWABLE; kind++) {
        struct scene c;
        scene_open(&c, t, 1024 * KIB, (enum site_kind)kind);
        for (int i = 0; i < 20; i++) {
            must(t, shadow_alloc(&c.shadow, 100));
        }
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            if (shadow_alloc(&c.shadow, sizes[i]) ||
                shadow_realloc(&c.shadow, c.shadow.blocks[i], sizes[i]) ||
                shadow_memalign(&c.shadow, 4096, sizes[i])) {
                trial_fail(t, "a block of more bytes than the region has");
            }
            shadow_inspect(&c.shadow);
        }
        for (unsigned log = 21; log < 8 * sizeof(size_t); log++) {
            struct block *b = shadow_memalign(&c.shadow, (size_t)1 << log, 1);
            if (b) { /* by chance the region holds such an address */
                shadow_free(&c.shadow, b);
            }
        }
        must(t, shadow_alloc(&c.shadow, 100));
        scene_close(&c);
    }
}

const struct property property_huge = {
    "huge", "a request beyond the region, up to SIZE_MAX, gives NULL and changes nothing",
    test_huge, false};

static void test_memalign(struct trial *t)
{
    if (!t->policy->memalign) {
        trial_skip(t, "it has no memalign");
    }
    for (int kind = SITE_FIXED; kind <= SITE_GROWABLE; kind++) {
        struct scene c;
        scene_open(&c, t, 4096 * KIB, (enum site_kind)kind);
        struct dice dice = dice_seeded(t->seed);
        for (size_t align = 32; align <= 64 * KIB; align *= 2) {
            for (int i = 0; i < 6; i++) {
                size_t n = i < 5 ? dice_size(&dice, 0, 4096) : align;
                must(t, shadow_memalign(&c.shadow, align, n));
                must(t, shadow_alloc(&c.shadow, dice_size(&dice, 0, 512)));
                shadow_inspect(&c.shadow);
            }
            for (int i = 0; i < 6; i++) {
                shadow_free(&c.shadow, c.shadow.blocks[dice_below(&dice, c.shadow.live)]);
                shadow_inspect(&c.shadow);
            }
        }
        scene_close(&c);
    }
}

const struct property property_memalign = {
    "memalign", "blocks aligned to 32 bytes up to 64 KiB come from a heap with room for them",
    test_memalign, false};

/* A buffer that grows step by step while others come and go, then shrinks. */
static void grow_and_shrink(struct trial *t, struct shadow *s, struct dice *dice)
{
    struct block *vector = must(t, shadow_alloc(s, 10));
    for (size_t n = 20; n < 40 * KIB; n = n * 3 / 2) {
        if (!shadow_realloc(s, vector, n)) {
            trial_fail(t, "NULL from a heap with plenty of room");
        }
        must(t, shadow_alloc(s, dice_size(dice, 1, 400)));
        if (dice_below(dice, 2)) {
            struct block *b = s->blocks[dice_below(dice, s->live)];
            if (b != vector) {
                shadow_free(s, b);
            }
        }
        shadow_inspect(s);
    }
    for (size_t n = 40 * KIB; n; n /= 3) {
        if (!shadow_realloc(s, vector, n)) {
            trial_fail(t, "NULL where the block is to shrink");
        }
        shadow_inspect(s);
    }
}

/* In a full region realloc must fail and leave the block as it was, and succeed again when there is
 * room. */
static void grow_when_full(struct trial *t, struct shadow *s)
{
    struct block *b = must(t, shadow_alloc(s, 64));
    while (shadow_alloc(s, 512)) {
    }
    if (shadow_realloc(s, b, 2048 * KIB)) {
        trial_fail(t, "a block of more bytes than the region has");
    }
    shadow_realloc(s, b, 16 * KIB);
    shadow_inspect(s);
    shadow_verify_all(s);
}

static void test_realloc(struct trial *t)
{
    for (int kind = SITE_FIXED; kind <= SITE_GROWABLE; kind++) {
        struct scene c;
        scene_open(&c, t, 1024 * KIB, (enum site_kind)kind);
        struct dice dice = dice_seeded(t->seed);
        for (int i = 0; i < 3; i++) {
            grow_and_shrink(t, &c.shadow, &dice);
        }
        grow_when_full(t, &c.shadow);
        scene_close(&c);
    }
}

const struct property property_realloc = {
    "realloc", "a resized block keeps its content; one that cannot grow stays as it was",
    test_realloc, false};
