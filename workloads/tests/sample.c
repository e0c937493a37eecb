/* sample.c - a program whose every call to an allocator is known, for import.sh: 9 births of
 * 1,290 bytes in all, two resizes to 520 bytes in all, one resize that fails; four blocks of 558
 * bytes stay. */
#include <malloc.h>
#include <mcheck.h>
#include <stdlib.h>

/* What goes through here, the compiler can neither see through nor leave out. */
static void *volatile seen;
static volatile size_t huge_size = (size_t)1 << 62;

static void *keep(void *p)
{
    seen = p;
    return seen;
}

int main(void)
{
    mtrace();
    void *a = keep(malloc(100));
    a = keep(realloc(a, 200));
    void *b = keep(calloc(3, 50));
    void *c = keep(realloc(NULL, 33)); /* stays */
    free(b);
    void *d = NULL;
    if (posix_memalign(&d, 128, 300) != 0) {
        return 1;
    }
    void *e = keep(aligned_alloc(64, 128)); /* stays */
    void *f = keep(memalign(32, 77));       /* stays */
    void *g = keep(malloc(0));
    void *h = keep(malloc(70)); /* stays */
    if (keep(realloc(h, huge_size))) {
        return 1;
    }
    h = keep(realloc(h, 320));
    free(NULL);
    free(a);
    free(keep(d));
    free(g);
    free(keep(malloc(432)));
    return c && e && f && h ? 0 : 1;
}
