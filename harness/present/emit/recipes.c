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

static const struct recipe recipes[] = {
    TREE_FIT("best-fit", "best_fit.c", ".search = seqfit_tree_search_best", "true"),
    LIST_FIT("best-fit", "best_fit.c", ".search = search"),
    TREE_FIT("first-fit", "first_fit.c", ".search = seqfit_tree_search", "false"),
    LIST_FIT("first-fit", "first_fit.c", ".search = search"),
    TREE_FIT("next-fit", "next_fit.c", ".search = search_tree, .roving = true, .take = take_tree",
             "false"),
    LIST_FIT("next-fit", "next_fit.c", ".search = search, .roving = true"),
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
