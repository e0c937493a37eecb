#include "present/emit/interface.h"

#include <string.h>

const char *const interface_functions[] = {"init",     "malloc",      "free",  "realloc", "calloc",
                                           "memalign", "usable_size", "check", "stats",   NULL};

/* The same marks as in `interface_text` below. */
static const char over_pool[] =
    "static char pool[#] __attribute__((aligned(16)));\n"
    "static struct region region;\n"
    "static struct heap *heap;\n"
    "\n"
    "{more}"
    "/* Starts over with an empty heap in this memory instead of the pool; what the heap had "
    "handed out\n"
    " * is no longer its. Too little memory: a heap that refuses every request. */\n"
    "void @init(void *memory, size_t bytes)\n"
    "{\n"
    "    size_t skip = (size_t)(0 - (uintptr_t)memory) % FITLAB_ALIGN;\n"
    "    char *base = (char *)memory + (bytes < skip ? 0 : skip);\n"
    "    char *end = (char *)memory + bytes;\n"
    "    region.base = base;\n"
    "    region.brk = region.limit = region.peak = end;\n"
    "    heap = $;\n"
    "}\n"
    "\n"
    "/* The heap, in the pool if nobody gave it other memory. NULL: that was too little. */\n"
    "static struct heap *the_heap(void)\n"
    "{\n"
    "    if (!region.base) {\n"
    "        @init(pool, sizeof pool);\n"
    "    }\n"
    "    return heap;\n"
    "}\n"
    "\n";

static const char over_sbrk[] =
    "static struct region region;\n"
    "static struct heap *heap;\n"
    "\n"
    "{more}"
    "/* The heap, which begins where the program's memory ends. NULL: there is none to have. */\n"
    "static struct heap *the_heap(void)\n"
    "{\n"
    "    if (!heap) {\n"
    "        char *at = (char *)sbrk(0);\n"
    "        size_t skip = (size_t)(0 - (uintptr_t)at) % FITLAB_ALIGN;\n"
    "        if (sbrk((intptr_t)skip) != at) {\n"
    "            return NULL;\n"
    "        }\n"
    "        region.base = region.brk = region.peak = at + skip;\n"
    "        region.limit = region.base + #;\n"
    "        heap = $;\n"
    "    }\n"
    "    return heap;\n"
    "}\n"
    "\n";

const char interface_sbrk_moves[] =
    "\n"
    "#ifdef __cplusplus\n"
    "extern \"C\"\n"
    "#endif\n"
    "void *sbrk(intptr_t n);\n"
    "\n"
    "/* NULL: there is no memory, or somebody else has moved the end of the program's. */\n"
    "static char *region_extend(struct region *r, size_t n)\n"
    "{\n"
    "    char *old = r->brk;\n"
    "    if (n > region_room(r) || sbrk(0) != old || sbrk((intptr_t)n) != old) {\n"
    "        return NULL;\n"
    "    }\n"
    "    r->brk += n;\n"
    "    return old;\n"
    "}\n"
    "\n"
    "__attribute__((unused)) static void region_trim(struct region *r, char *to)\n"
    "{\n"
    "    if (sbrk(0) == r->brk) {\n"
    "        sbrk((intptr_t)(to - r->brk));\n"
    "    }\n"
    "    r->brk = to;\n"
    "}\n";

/* '@' stands for the prefix, '$' for the policy's open, '#' for the pool; {alloc} and the like for
 * the recipe's. */
static const char interface_text[] =
    "/* ---- the heap of this program ---- */\n"
    "\n"
    "struct @stats {\n"
    "    size_t bytes;        /* of the region, the heap's own data included */\n"
    "    size_t used_bytes;   /* of live blocks with their headers */\n"
    "    size_t used_blocks;\n"
    "    size_t free_bytes;   /* of holes */\n"
    "    size_t largest_hole; /* in bytes */\n"
    "};\n"
    "\n"
    "#ifdef __cplusplus\n"
    "extern \"C\" {\n"
    "#endif\n"
    "{init}"
    "void *@malloc(size_t n);\n"
    "void @free(void *p);\n"
    "void *@realloc(void *p, size_t n);\n"
    "void *@calloc(size_t count, size_t n);\n"
    "void *@memalign(size_t align, size_t n);\n"
    "size_t @usable_size(const void *p);\n"
    "const char *@check(void);\n"
    "struct @stats @stats(void);\n"
    "#ifdef __cplusplus\n"
    "}\n"
    "#endif\n"
    "\n"
    "{memory}"
    "/* At least n bytes, aligned to {align}, or NULL; n may be 0. */\n"
    "void *@malloc(size_t n)\n"
    "{\n"
    "    struct heap *h = the_heap();\n"
    "    return h ? {alloc}(h, n{last}) : NULL;\n"
    "}\n"
    "\n"
    "void @free(void *p)\n"
    "{\n"
    "    if (p) {\n"
    "        {free}(heap, p{last});\n"
    "    }\n"
    "}\n"
    "\n"
    "/* NULL: no memory, and p is still there. n may be 0: a block of the least size. */\n"
    "void *@realloc(void *p, size_t n)\n"
    "{\n"
    "    return p ? {realloc}(heap, p, n{last}) : @malloc(n);\n"
    "}\n"
    "\n"
    "void *@calloc(size_t count, size_t n)\n"
    "{\n"
    "    void *p = n && count > SIZE_MAX / n ? NULL : @malloc(count * n);\n"
    "    return p ? memset(p, 0, count * n) : NULL;\n"
    "}\n"
    "\n"
    "/* align: a power of two. */\n"
    "void *@memalign(size_t align, size_t n)\n"
    "{\n"
    "    if (align <= {align}) {\n"
    "        return @malloc(n);\n"
    "    }\n"
    "    struct heap *h = the_heap();\n"
    "    return h ? {memalign}(h, align, n{last}) : NULL;\n"
    "}\n"
    "\n"
    "/* Bytes that may be used at p: at least as many as were asked for. */\n"
    "size_t @usable_size(const void *p)\n"
    "{\n"
    "    return p ? {usable}(heap, p{last}) : 0;\n"
    "}\n"
    "\n"
    "/* NULL if the heap is sound, else a sentence that says what is broken in it. */\n"
    "const char *@check(void)\n"
    "{\n"
    "    const struct heap *h = the_heap();\n"
    "    return h ? {check}(h{last}) : NULL;\n"
    "}\n"
    "\n"
    "static bool add_span(const struct span *s, void *ctx)\n"
    "{\n"
    "    struct @stats *stats = (struct @stats *)ctx;\n"
    "    if (s->kind == SPAN_USED) {\n"
    "        stats->used_bytes += s->bytes;\n"
    "        stats->used_blocks++;\n"
    "    } else if (s->kind == SPAN_FREE) {\n"
    "        stats->free_bytes += s->bytes;\n"
    "        stats->largest_hole = s->bytes > stats->largest_hole ? s->bytes : "
    "stats->largest_hole;\n"
    "    }\n"
    "    return true;\n"
    "}\n"
    "\n"
    "/* Goes through all blocks. */\n"
    "struct @stats @stats(void)\n"
    "{\n"
    "    struct @stats stats = {0, 0, 0, 0, 0};\n"
    "    const struct heap *h = the_heap();\n"
    "    if (h) {\n"
    "        stats.bytes = (size_t)(region.limit - region.base);\n"
    "        {walk}(h, add_span, &stats{last});\n"
    "    }\n"
    "    return stats;\n"
    "}\n";

static const char *or_seqfit(const char *function, const char *otherwise)
{
    return function ? function : otherwise;
}

/* What stands for the word at p, which begins behind a '{'; *length: its own. */
static const char *recipe_word(const struct recipe *r, const struct emit_options *o, const char *p,
                               size_t *length)
{
    const struct {
        const char *word, *value;
    } words[] = {{"alloc", or_seqfit(r->call.alloc, "seqfit_alloc")},
                 {"free", or_seqfit(r->call.free, "seqfit_free")},
                 {"realloc", or_seqfit(r->call.realloc, "seqfit_realloc")},
                 {"memalign", or_seqfit(r->call.memalign, "seqfit_memalign")},
                 {"usable", or_seqfit(r->call.usable, "seqfit_usable")},
                 {"walk", or_seqfit(r->call.walk, "seqfit_walk")},
                 {"check", r->check},
                 {"align", or_seqfit(r->align, "FITLAB_ALIGN")},
                 {"init", o->sbrk ? "" : "void @init(void *memory, size_t bytes);\n"},
                 {"memory", o->sbrk ? over_sbrk : over_pool},
                 {"last", or_seqfit(r->last, "")},
                 {"more", or_seqfit(r->more, "")}};
    *length = strcspn(p, "}\n");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i].word) == *length && !strncmp(words[i].word, p, *length)) {
            return words[i].value;
        }
    }
    return NULL;
}

/* The recipe's call, with how this heap grows in the place of GROW_ARENA. */
static void write_open(const char *call, const char *grow, FILE *out)
{
    static const char arena[] = "GROW_ARENA";
    const char *at = strstr(call, arena);
    if (at) {
        fprintf(out, "%.*s%s%s", (int)(at - call), call, grow, at + sizeof arena - 1);
    } else {
        fputs(call, out);
    }
}

static void write_text(const char *p, const struct recipe *r, const struct emit_options *o,
                       const char *grow, FILE *out)
{
    for (; *p; p++) {
        size_t length = 0;
        const char *word = *p == '{' ? recipe_word(r, o, p + 1, &length) : NULL;
        if (word) {
            write_text(word, r, o, grow, out);
            p += length + 1;
        } else if (*p == '@') {
            fputs(o->prefix, out);
        } else if (*p == '$') {
            write_open(r->open, grow, out);
        } else if (*p == '#' && p[1] != 'i' && p[1] != 'e') {
            fprintf(out, "%zu", o->pool);
        } else {
            putc(*p, out);
        }
    }
}

void interface_write(const struct recipe *r, const struct emit_options *o, const char *grow,
                     FILE *out)
{
    write_text(interface_text, r, o, grow, out);
}
