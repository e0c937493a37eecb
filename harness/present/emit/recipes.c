#include "present/emit/recipes.h"

#include <stdio.h>
#include <string.h>

#include "base/words.h"

#define LIST_FIT(name, file, roves, descends)                                                      \
    {                                                                                              \
        .policy = name, .when = {{"index", "list"}}, .source = file,                               \
        .kind = {.search = "search", .roving = roves, .descending = descends},                     \
        .open = "seqfit_open(NULL, &region, options)", .check = "seqfit_check"                     \
    }

#define TREE_FIT(name, file, look, by_size, roves, descends, takes)                                \
    {                                                                                              \
        .policy = name, .when = {{"index", "tree"}}, .source = file,                               \
        .kind = {.search = look,                                                                   \
                 .insert = "seqfit_tree_insert",                                                   \
                 .remove = "seqfit_tree_remove",                                                   \
                 .replace = "seqfit_tree_replace",                                                 \
                 .reach = "TREE_REACH",                                                            \
                 .take = takes,                                                                    \
                 .roving = roves,                                                                  \
                 .descending = descends},                                                          \
        .open = "seqfit_tree_open(NULL, &region, options, " by_size ")",                           \
        .check = "seqfit_tree_check"                                                               \
    }

#define EXACT_KIND                                                                                 \
    {                                                                                              \
        .search = "seqfit_exact_search", .insert = "seqfit_exact_insert",                          \
        .remove = "seqfit_exact_remove", .replace = "seqfit_exact_replace", .reach = "TREE_REACH", \
        .name = "SEQFIT_EXACT"                                                                     \
    }

/* Bins of exact sizes: how a hole is taken out of a bin and put into one depends on the order. */
#define EXACT_FIT(list_order, prefix)                                                              \
    {                                                                                              \
        .policy = "best-fit", .when = {{"index", "exact"}, {"order", list_order}},                 \
        .source = "best_fit.c", .kind = EXACT_KIND,                                                \
        .open = "seqfit_exact_open(NULL, &region, options, (unsigned)arguments[ARG_BINS],\n"       \
                "                         seqfit_exact_bytes((unsigned)arguments[ARG_BINS]))",     \
        .check = "seqfit_exact_check", .call = {                                                   \
            prefix "_alloc",                                                                       \
            prefix "_free",                                                                        \
            "seqfit_exact_realloc",                                                                \
            "seqfit_exact_memalign",                                                               \
            "seqfit_usable",                                                                       \
            "seqfit_walk"                                                                          \
        }                                                                                          \
    }

#define TLSF(look, prefix)                                                                         \
    {                                                                                              \
        .policy = "tlsf", .when = {{"search", look}}, .source = "tlsf.c",                          \
        .kind = {.search = prefix "_search",                                                       \
                 .insert = prefix "_insert",                                                       \
                 .remove = "remove_hole",                                                          \
                 .bounded = true},                                                                 \
        .open = "open_kind(NULL, &region, arguments)", .check = prefix "_check"                    \
    }

#define HALF_FIT_KIND                                                                              \
    {                                                                                              \
        .search = "search", .insert = "insert", .remove = "remove_hole", .bounded = true,          \
        .name = "KIND"                                                                             \
    }
#define HALF_FIT_OPEN                                                                              \
    "open_bins(seqfit_start_bins(NULL, &region, GROW_ARENA, sizeof(struct half_fit),\n"            \
    "                                      offsetof(struct half_fit, bins), bins_for(&region)))"
#define OPEN_BINS                                                                                  \
    "static struct heap *open_bins(struct seqfit *h)\n"                                            \
    "{\n"                                                                                          \
    "    if (h) {\n"                                                                               \
    "        seqfit_fill(h);\n"                                                                    \
    "    }\n"                                                                                      \
    "    return h ? &h->heap : NULL;\n"                                                            \
    "}\n\n"

/* A block begins at a sum of whole headers and rounded sizes, so its address has the alignment that
 * both have. An aligned request cannot be served from inside a larger block, as that would leave a
 * piece in front which is no block. */
#define TEXTBOOK_MORE                                                                              \
    "static size_t textbook_aligned(void)\n"                                                       \
    "{\n"                                                                                          \
    "    size_t sizes = bytes_values[0][arguments[3]] | bytes_values[1][arguments[4]];\n"          \
    "    size_t align = sizes & (0 - sizes);\n"                                                    \
    "    return align < FITLAB_ALIGN ? align : FITLAB_ALIGN;\n"                                    \
    "}\n\n"                                                                                        \
    "static void *textbook_memalign(struct heap *h, size_t align, size_t n)\n"                     \
    "{\n"                                                                                          \
    "    void *p = textbook_alloc(h, n);\n"                                                        \
    "    if (p && ((uintptr_t)p & (align - 1)) != 0) {\n"                                          \
    "        textbook_free(h, p);\n"                                                               \
    "        p = NULL;\n"                                                                          \
    "    }\n"                                                                                      \
    "    return p;\n"                                                                              \
    "}\n\n"

/* The functions of a policy that takes its memory by pages. */
#define PAGED(prefix, resize, align)                                                               \
    {                                                                                              \
        prefix "_alloc", prefix "_free", resize, align, "paged_usable", "paged_walk"               \
    }

#define OWN(prefix)                                                                                \
    {                                                                                              \
        prefix "_alloc", prefix "_free", prefix "_realloc", prefix "_memalign", prefix "_usable",  \
            prefix "_walk"                                                                         \
    }

#define SLIM(header_name, header)                                                                  \
    {                                                                                              \
        .policy = "slim-fit", .when = {{"header", header_name}}, .source = "slim_fit.c",           \
        .open = "open_as(NULL, &region, arguments, " header ")", .check = "slim_check",            \
        .last = ", " header, .call = {                                                             \
            "slim_alloc",                                                                          \
            "slim_free",                                                                           \
            "slim_realloc",                                                                        \
            "slim_memalign",                                                                       \
            "usable_as",                                                                           \
            "walk_as"                                                                              \
        }                                                                                          \
    }

static const struct recipe recipes[] = {
    EXACT_FIT("address", "seqfit_by_address"),
    EXACT_FIT("fifo", "seqfit_exact"),
    EXACT_FIT("lifo", "seqfit_exact"),
    EXACT_FIT("size", "seqfit_by_size"),
    LIST_FIT("best-fit", "best_fit.c", false, false),
    TREE_FIT("best-fit", "best_fit.c", "seqfit_tree_search_best", "true", false, false, NULL),
    LIST_FIT("first-fit", "first_fit.c", false, false),
    TREE_FIT("first-fit", "first_fit.c", "seqfit_tree_search", "false", false, false, NULL),
    {.policy = "buddy",
     .source = "buddy.c",
     .open = "buddy_open(NULL, &region, arguments)",
     .check = "buddy_check",
     .call = OWN("buddy")},
    {.policy = "bump",
     .source = "bump.c",
     .open = "bump_open(NULL, &region, arguments)",
     .check = "bump_check",
     .call = OWN("bump")},
    {.policy = "half-fit",
     .when = {{"round", "none"}},
     .source = "half_fit.c",
     .kind = HALF_FIT_KIND,
     .open = HALF_FIT_OPEN,
     .check = "half_fit_check",
     .more = OPEN_BINS},
    {.policy = "half-fit",
     .when = {{"round", "power"}},
     .source = "half_fit.c",
     .kind = HALF_FIT_KIND,
     .open = HALF_FIT_OPEN,
     .check = "half_fit_check",
     .call = {"rounded_alloc", "seqfit_free", "rounded_realloc", "rounded_memalign",
              "seqfit_usable", "seqfit_walk"},
     .more = OPEN_BINS "static void *rounded_alloc(struct heap *h, size_t n)\n"
                       "{\n"
                       "    return seqfit_alloc(h, rounded(n));\n"
                       "}\n\n"
                       "static void *rounded_realloc(struct heap *h, void *p, size_t n)\n"
                       "{\n"
                       "    return seqfit_realloc(h, p, rounded(n));\n"
                       "}\n\n"
                       "static void *rounded_memalign(struct heap *h, size_t align, size_t n)\n"
                       "{\n"
                       "    return seqfit_memalign(h, align, rounded(n));\n"
                       "}\n\n"},
    LIST_FIT("next-fit", "next_fit.c", true, false),
    TREE_FIT("next-fit", "next_fit.c", "search_tree", "false", true, false, "take_tree"),
    {.policy = "quick-fit",
     .source = "quick_fit.c",
     .kind = EXACT_KIND,
     .keeps_blocks = true,
     .order = "ORDER_SIZE",
     .open = "quick_fit_open(NULL, &region, arguments)",
     .check = "quick_fit_check",
     .call = {"quick_fit_alloc", "quick_fit_free", "quick_fit_realloc", "quick_fit_memalign",
              "seqfit_usable", "seqfit_walk"}},
    {.policy = "segregated",
     .when = {{"mode", "fits"}},
     .source = "segregated.c",
     .kind = {.search = "fits_search", .insert = "fits_insert", .remove = "fits_remove"},
     .open = "open_fits()",
     .check = "fits_check",
     .more = "static struct heap *open_fits(void)\n"
             "{\n"
             "    unsigned finer = size_class_finer[arguments[ARG_CLASSES]];\n"
             "    struct seqfit *h =\n"
             "        seqfit_start_bins(NULL, &region, (enum growth)arguments[ARG_GROWTH],\n"
             "                          sizeof(struct fits), offsetof(struct fits, bins),\n"
             "                          fits_bins(&region, finer));\n"
             "    if (h) {\n"
             "        ((struct fits *)h)->finer = finer;\n"
             "        seqfit_fill(h);\n"
             "    }\n"
             "    return h ? &h->heap : NULL;\n"
             "}\n\n"},
    {.policy = "segregated",
     .when = {{"mode", "storage"}},
     .source = "segregated.c",
     .open = "storage_open(NULL, &region, arguments)",
     .check = "storage_check",
     .call = PAGED("storage", "heap_realloc_by_copy", "paged_memalign")},
    {.policy = "slab",
     .source = "slab.c",
     .open = "slab_open(NULL, &region, arguments)",
     .check = "slab_check",
     .call = PAGED("slab", "paged_realloc", "slab_memalign")},
    SLIM("bitmap", "SLIM_BITMAP"),
    SLIM("tag4", "SLIM_TAG4"),
    SLIM("tag8", "SLIM_TAG8"),
    {.policy = "textbook",
     .source = "textbook.c",
     .open = "textbook_start(&region, arguments)",
     .check = "textbook_check",
     .align = "textbook_aligned()",
     .call = {"textbook_alloc", "textbook_free", "heap_realloc_by_copy", "textbook_memalign",
              "textbook_usable", "textbook_walk"},
     .more = TEXTBOOK_MORE},
    TLSF("above", "above"),
    TLSF("own", "own"),
    LIST_FIT("worst-fit", "worst_fit.c", false, true),
    TREE_FIT("worst-fit", "worst_fit.c", "search_tree", "false", false, true, NULL),
};

enum { RECIPES = sizeof recipes / sizeof *recipes };

static bool fits(const struct recipe *r, const struct policy_spec *spec)
{
    bool chosen = !strcmp(r->policy, spec->policy->name);
    for (size_t i = 0; chosen && i < sizeof r->when / sizeof *r->when; i++) {
        const char *parameter = r->when[i].parameter;
        const char *choice = parameter ? policy_spec_choice(spec, parameter) : NULL;
        chosen = !parameter || (choice && !strcmp(choice, r->when[i].choice));
    }
    return chosen;
}

const struct recipe *recipe_find(const struct policy_spec *spec, struct problem *problem)
{
    char known[300] = "";
    for (size_t i = 0; i < RECIPES; i++) {
        const struct recipe *r = &recipes[i];
        if (fits(r, spec)) {
            return r;
        }
        size_t used = strlen(known);
        if (i == 0 || strcmp(r->policy, recipes[i - 1].policy) != 0) {
            snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "", r->policy);
        }
    }
    problem_set(problem, "%s: it cannot be emitted; these can: %s", spec->label, known);
    return NULL;
}
