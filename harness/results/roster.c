#include "results/roster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/label.h"

size_t roster_find(const struct roster *r, const char *key)
{
    return name_index_find(&r->keys, key);
}

size_t roster_specs(const struct roster *r)
{
    size_t specs = 0;
    for (size_t i = 0; i < r->count; i++) {
        size_t before = 0;
        while (before < i && strcmp(r->subject[before].spec, r->subject[i].spec) != 0) {
            before++;
        }
        specs += (size_t)(before == i);
    }
    return specs;
}

void roster_add(struct roster *r, const struct subject *subject)
{
    if (roster_find(r, subject->key) < r->count) {
        return;
    }
    struct subject *grown = reallocarray(r->subject, r->count + 1, sizeof *grown);
    if (!grown) {
        abort();
    }
    r->subject = grown;
    char base[ROSTER_LABEL], slug[ROSTER_LABEL + 24];
    label_slug(subject->label, base, sizeof base);
    snprintf(slug, sizeof slug, "%s", base);
    for (size_t n = 2; name_index_find(&r->slugs, slug) < r->slugs.count; n++) {
        snprintf(slug, sizeof slug, "%s-%zu", base, n);
    }
    name_index_add(&r->keys, subject->key);
    name_index_add(&r->slugs, slug);
    r->subject[r->count++] = (struct subject){.key = strdup(subject->key),
                                              .spec = strdup(subject->spec),
                                              .name = strdup(subject->name),
                                              .label = strdup(subject->label),
                                              .slug = strdup(slug),
                                              .recorded = subject->recorded,
                                              .fixed = subject->fixed};
}

void roster_free(struct roster *r)
{
    for (size_t i = 0; i < r->count; i++) {
        free(r->subject[i].key);
        free(r->subject[i].spec);
        free(r->subject[i].name);
        free(r->subject[i].label);
        free(r->subject[i].slug);
    }
    free(r->subject);
    name_index_free(&r->keys);
    name_index_free(&r->slugs);
}

bool spec_setting(const char *spec, const char *key, char *value, size_t size)
{
    size_t n = strlen(key);
    for (const char *at = spec; (at = strpbrk(at, ":,"));) {
        at++;
        if (!strncmp(at, key, n) && at[n] == '=') {
            snprintf(value, size, "%.*s", (int)strcspn(at + n + 1, ","), at + n + 1);
            return true;
        }
    }
    return false;
}

bool roster_has_policies(const struct roster *r, const char *const *list, const char *path,
                         struct problem *problem)
{
    for (; list && *list; list++) {
        size_t i = 0;
        while (i < r->count && strcmp(r->subject[i].spec, *list) != 0 &&
               strcmp(r->subject[i].name, *list) != 0) {
            i++;
        }
        if (i == r->count) {
            return problem_set(problem, "%s: has no policy '%s': see its column 'policy'", path,
                               *list);
        }
    }
    return true;
}
