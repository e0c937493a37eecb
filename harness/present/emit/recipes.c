#include "present/emit/recipes.h"

#include <stdio.h>
#include <string.h>

#include "base/words.h"

#define LIST_FIT(name, file, fit)                                                                  \
    {                                                                                              \
        .policy = name, .parameter = "index", .choice = "list", .source = file, .kind = fit,       \
        .open = "seqfit_open(NULL, &region, options)", .check = "seqfit_check"                     \
    }

#define TREE_FIT(name, file, fit, by_size)                                                         \
    {                                                                                              \
        .policy = name, .parameter = "index", .choice = "tree", .source = file,                    \
        .kind = fit ", SEQFIT_TREE",                                                               \
        .open = "seqfit_tree_open(NULL, &region, options, " by_size ")",                           \
        .check = "seqfit_tree_check"                                                               \
    }

#define TLSF(look, prefix)                                                                         \
    {                                                                                              \
        .policy = "tlsf", .parameter = "search", .choice = look, .source = "tlsf.c",               \
        .kind = ".search = " prefix "_search, .insert = " prefix "_insert, .remove = remove_hole", \
        .open = "open_kind(NULL, &region, arguments)", .check = prefix "_check"                    \
    }

#define HALF_FIT_KIND ".search = search, .insert = insert, .remove = remove_hole"
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
        .policy = "slim-fit", .parameter = "header", .choice = header_name,                        \
        .source = "slim_fit.c", .open = "open_as(NULL, &region, arguments, " header ")",           \
        .check = "slim_check", .last = ", " header, .call = {                                      \
            "slim_alloc",                                                                          \
            "slim_free",                                                                           \
            "slim_realloc",                                                                        \
            "slim_memalign",                                                                       \
            "usable_as",                                                                           \
            "walk_as"                                                                              \
        }                                                                                          \
    }

static const struct recipe recipes[] = {
    TREE_FIT("best-fit", "best_fit.c", ".search = seqfit_tree_search_best", "true"),
    LIST_FIT("best-fit", "best_fit.c", ".search = search"),
    TREE_FIT("first-fit", "first_fit.c", ".search = seqfit_tree_search", "false"),
    LIST_FIT("first-fit", "first_fit.c", ".search = search"),
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
     .parameter = "round",
     .choice = "none",
     .source = "half_fit.c",
     .kind = HALF_FIT_KIND,
     .open = HALF_FIT_OPEN,
     .check = "half_fit_check",
     .more = OPEN_BINS},
    {.policy = "half-fit",
     .parameter = "round",
     .choice = "power",
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
    TREE_FIT("next-fit", "next_fit.c", ".search = search_tree, .roving = true, .take = take_tree",
             "false"),
    LIST_FIT("next-fit", "next_fit.c", ".search = search, .roving = true"),
    {.policy = "segregated",
     .parameter = "mode",
     .choice = "fits",
     .source = "segregated.c",
     .kind = ".search = fits_search, .insert = fits_insert, .remove = fits_remove",
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
     .parameter = "mode",
     .choice = "storage",
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
    TLSF("above", "above"),
    TLSF("own", "own"),
    TREE_FIT("worst-fit", "worst_fit.c", ".search = search_tree, .descending = true", "false"),
    LIST_FIT("worst-fit", "worst_fit.c", ".search = search, .descending = true"),
};

enum { RECIPES = sizeof recipes / sizeof *recipes };

static bool fits(const struct recipe *r, const struct policy_spec *spec)
{
    const char *choice = r->parameter ? policy_spec_choice(spec, r->parameter) : NULL;
    return !strcmp(r->policy, spec->policy->name) &&
           (!r->parameter || (choice && !strcmp(choice, r->choice)));
}

const struct recipe *recipe_find(const struct policy_spec *spec, struct problem *problem)
{
    char known[300] = "", choices[200] = "";
    for (size_t i = 0; i < RECIPES; i++) {
        const struct recipe *r = &recipes[i];
        if (fits(r, spec)) {
            return r;
        }
        size_t used = strlen(known), listed = strlen(choices);
        if (i == 0 || strcmp(r->policy, recipes[i - 1].policy) != 0) {
            snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "", r->policy);
        }
        if (!strcmp(r->policy, spec->policy->name)) {
            snprintf(choices + listed, sizeof choices - listed, "%s%s=%s", listed ? " or " : "",
                     r->parameter, r->choice);
        }
    }
    if (*choices) {
        problem_set(problem, "%s: it can be emitted with %s only", spec->label, choices);
    } else {
        problem_set(problem, "%s: it cannot be emitted; these can: %s", spec->label, known);
    }
    return NULL;
}
