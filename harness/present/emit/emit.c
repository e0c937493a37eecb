#define _GNU_SOURCE
#include "present/emit/emit.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/data_files.h"
#include "present/emit/expand.h"
#include "present/emit/functions.h"
#include "present/emit/interface.h"
#include "present/emit/items.h"
#include "present/emit/recipes.h"
#include "present/emit/specialise.h"

enum { KNOWN_FIELDS = 8 };

struct heap_text {
    const struct policy_spec *spec;
    const struct emit_options *options;
    const struct recipe *recipe;
    struct known_field known[KNOWN_FIELDS + 1];
    char order[32], coalesce[32], split_min[32], grow[32];
    struct items items;
    char *interface;
};

/* ---- the parameters ---- */

/* PREFIX_CHOICE, the enumerator of a parameter's choice, or the one given if it has no such one. */
static void enumerator(const struct policy_spec *spec, const char *parameter, const char *otherwise,
                       char out[32])
{
    const char *choice = policy_spec_choice(spec, parameter);
    snprintf(out, 32, "%s_%s", parameter, choice ? choice : otherwise);
    for (char *p = out; *p; p++) {
        *p = (char)toupper((unsigned char)*p);
    }
}

static long number_of(const struct policy_spec *spec, const char *parameter, long otherwise)
{
    const struct param *table = spec->policy->params;
    for (size_t i = 0; i < param_count(table); i++) {
        if (!strcmp(table[i].name, parameter)) {
            return spec->values.number[i];
        }
    }
    return otherwise;
}

/* What the parameter is unless a spec says otherwise. */
static long initial_of(const struct policy_spec *spec, const char *parameter, long otherwise)
{
    const struct param *table = spec->policy->params;
    for (size_t i = 0; i < param_count(table); i++) {
        if (!strcmp(table[i].name, parameter)) {
            return table[i].init;
        }
    }
    return otherwise;
}

static void find_values(struct heap_text *h)
{
    enumerator(h->spec, "order", "lifo", h->order);
    if (h->recipe->order) {
        snprintf(h->order, sizeof h->order, "%s", h->recipe->order);
    }
    enumerator(h->spec, "coalesce", "immediate", h->coalesce);
    enumerator(h->spec, "grow", "arena", h->grow);
    if (!h->options->sbrk) {
        snprintf(h->grow, sizeof h->grow, "GROW_ARENA");
    }
    long split_min = number_of(h->spec, "split_min", 0);
    snprintf(h->split_min, sizeof h->split_min, "%ld", split_min);
    if (split_min == initial_of(h->spec, "split_min", 0)) {
        snprintf(h->split_min, sizeof h->split_min, "BLOCK_MIN"); /* which depends on the bits */
    }
    const struct known_field known[] = {
        {"policy", "HEAP_POLICY", "NULL"},
        {"grow", "HEAP_GROW", h->grow},
        {"order", "HEAP_ORDER", h->order},
        {"coalesce", "HEAP_COALESCE", h->coalesce},
        {"split_min", "HEAP_SPLIT_MIN", h->split_min},
        {"descending", "HEAP_DESCENDING", h->recipe->kind.descending ? "true" : "false"},
        {"rover", "HEAP_ROVER", "&(state)->list.ends"},
        {"rover_pos", "HEAP_ROVER_POS", "NULL"}};
    /* Other policies than fits may have fields of the same names that are others. */
    size_t n = !h->recipe->kind.search ? 2 : KNOWN_FIELDS - (h->recipe->kind.roving ? 2 : 0);
    memcpy(h->known, known, n * sizeof *known);
}

/* ---- writing it ---- */

static bool uses_word(const struct heap_text *h, const char *word)
{
    for (size_t i = 0; i < h->items.n; i++) {
        if (h->items.item[i].live && strstr(h->items.item[i].text, word)) {
            return true;
        }
    }
    return false;
}

static void write_head(const struct heap_text *h, FILE *out)
{
    fprintf(out,
            "/* SPDX-License-Identifier: MIT\n"
            " *\n"
            " * A heap in one file: %s, %s.\n"
            " *\n"
            " *   %s\n"
            " *\n"
            " * Policy: %s\n"
            " * %s C99 with what gcc\n"
            " * and clang add; a caller that has more than one thread locks around each call.\n"
            " * Written by fitlab, copyright (c) 2026 the fitlab authors.\n"
            " */\n",
            h->spec->policy->name, h->spec->policy->summary, h->options->command, h->spec->full,
            h->options->sbrk
                ? "Its memory comes from sbrk."
                : "In a region of fixed size, which it has from the start (grow=arena).");
    if (h->options->align) {
        fprintf(out, "#define FITLAB_ALIGN_BYTES %u\n", h->options->align);
    }
    fputs("#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <string.h>\n\n",
          out);
}

static void write_known(const struct heap_text *h, FILE *out)
{
    fputs("/* ---- the parameters: constants of this heap, whichever struct holds them ---- */\n\n",
          out);
    for (const struct known_field *k = h->known; k->field; k++) {
        if (uses_word(h, k->macro)) {
            fprintf(out, "#define %s(state) ((void)(state), %s)\n", k->macro, k->value);
        }
    }
    fputs("\n/* ---- the policy ---- */\n\nstruct policy;\n", out);
}

/* Of the policy's own functions that others before them call. */
static void write_declarations(const struct heap_text *h, FILE *out)
{
    const struct recipe_calls *c = &h->recipe->call;
    if (c->alloc && uses_word(h, "heap_realloc_by_copy")) {
        fprintf(out,
                "\nstatic void *%s(struct heap *h, size_t n);\n"
                "static void %s(struct heap *h, void *p);\n"
                "static size_t %s(const struct heap *h, const void *p);\n",
                c->alloc, c->free, c->usable);
    }
}

/* The functions of a fit, which those that all fits share call before they are defined. */
static void write_kind(struct heap_text *h, FILE *out)
{
    for (size_t n = 0; h->recipe->kind.reach && n < h->items.n; n++) {
        struct item *item = &h->items.item[n];
        if (item->live &&
            item_defines(item, h->recipe->kind.reach, strlen(h->recipe->kind.reach))) {
            fprintf(out, "\n%s\n", item->text);
            item->live = false; /* it is not written again */
        }
    }
    const struct recipe_kind *k = &h->recipe->kind;
    const char *const names[] = {k->search, k->insert, k->remove, k->replace, k->take};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        for (size_t n = 0; names[i] && n < h->items.n; n++) {
            struct function f;
            const struct item *item = &h->items.item[n];
            if (item->live && item_defines(item, names[i], strlen(names[i])) &&
                function_read(item, &f)) {
                const char *begin = strstr(item->text, "static");
                fprintf(out, "%s%.*s);\n", i ? "" : "\n", (int)(f.parameters_end - begin), begin);
            }
        }
    }
}

static void write_items(struct heap_text *h, FILE *out)
{
    bool declared = false, follows_macro = false;
    for (size_t i = 0; i < h->items.n; i++) {
        const struct item *item = &h->items.item[i];
        if (!item->live || item_defines(item, "policy", 6)) {
            continue;
        }
        if (h->options->sbrk && item_defines(item, "region_extend", 13)) {
            fputs(interface_sbrk_moves, out);
            continue;
        }
        if (h->options->sbrk && item_defines(item, "region_trim", 11)) {
            continue; /* written with the other */
        }
        if (!h->recipe->keeps_blocks && item_defines(item, "BLOCK_KEPT", 10)) {
            fputs("#define BLOCK_KEPT ((size_t)0) /* no block of this heap has this flag */\n",
                  out);
            continue;
        }
        /* Macros that follow each other stay together. */
        bool together = *item->text == '#' && follows_macro;
        fprintf(out, "%s%s\n", together ? "" : "\n", item->text);
        follows_macro = *item->text == '#' || strstr(item->text, "\n#define") != NULL;
        if (item_defines(item, "heap", 4)) {
            write_declarations(h, out);
        }
        if (h->recipe->kind.search && !declared && item_defines(item, "seqfit", 6)) {
            write_kind(h, out);
            declared = true;
        }
    }
    putc('\n', out);
}

/* Whether the recipe names the word. */
static bool recipe_uses(const struct heap_text *h, const char *word)
{
    return strstr(h->recipe->open, word) || (h->recipe->more && strstr(h->recipe->more, word));
}

/* The arguments of the policy's own open, in the forms that it takes. */
static void write_arguments(const struct heap_text *h, FILE *out)
{
    if (recipe_uses(h, "options")) {
        fprintf(out, "static const struct seqfit_options options = {%s, %s, %s, %s};\n\n", h->order,
                h->coalesce, h->split_min, h->grow);
    }
    if (!recipe_uses(h, "arguments")) {
        return;
    }
    fputs("static const long arguments[] = {", out);
    for (size_t i = 0; i < param_count(h->spec->policy->params); i++) {
        fprintf(out, "%s%ld", i ? ", " : "", h->spec->values.number[i]);
    }
    fputs("}; /* as in the policy's table of parameters */\n\n", out);
}

/* ---- putting it together ---- */

static bool make_interface(struct heap_text *h, struct problem *problem)
{
    size_t bytes;
    FILE *out = open_memstream(&h->interface, &bytes);
    if (out) {
        write_arguments(h, out);
        interface_write(h->recipe, h->options, h->grow, out);
    }
    return (out && fclose(out) == 0) || problem_set(problem, "out of memory");
}

static void mark_used(struct heap_text *h)
{
    items_mark(&h->items, h->interface);
    for (const struct known_field *k = h->known; k->field; k++) {
        if (uses_word(h, k->macro)) {
            items_mark(&h->items, k->value);
        }
    }
}

/* A function of the interface must not have the name of one of the policy's. */
static bool names_are_free(const struct heap_text *h, struct problem *problem)
{
    for (size_t i = 0; interface_functions[i]; i++) {
        char name[128];
        snprintf(name, sizeof name, "%s%s", h->options->prefix, interface_functions[i]);
        for (size_t n = 0; n < h->items.n; n++) {
            if (item_defines(&h->items.item[n], name, strlen(name))) {
                return problem_set(problem, "--prefix=%s: the policy has a %s of its own",
                                   h->options->prefix, name);
            }
        }
    }
    return true;
}

bool emit_heap(const struct policy_spec *spec, const struct emit_options *options, FILE *out,
               struct problem *problem)
{
    struct heap_text h = {.spec = spec, .options = options};
    h.recipe = recipe_find(spec, problem);
    if (!h.recipe) {
        return false;
    }
    if (options->sbrk && !h.recipe->kind.search) {
        return problem_set(problem,
                           "%s: only policies with boundary tags can be emitted over sbrk: leave "
                           "--sbrk out",
                           spec->label);
    }
    char root[4096];
    data_file_find("allocators", FITLAB_DATA_FROM_PROGRAM "/policies", root, sizeof root);
    find_values(&h);
    bool ok = items_read(&h.items, root, h.recipe->source, problem) &&
              items_read(&h.items, root, "heap.h", problem) && expand_uses(&h.items, problem) &&
              names_are_free(&h, problem) && make_interface(&h, problem) &&
              (specialise(&h.items, h.known, h.recipe) || problem_set(problem, "out of memory"));
    if (ok) {
        mark_used(&h);
        write_head(&h, out);
        write_known(&h, out);
        write_items(&h, out);
        fputs(h.interface, out);
    }
    free(h.interface);
    items_close(&h.items);
    return ok;
}
