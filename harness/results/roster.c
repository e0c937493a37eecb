#include "results/roster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/label.h"

size_t roster_find(const struct roster *r, const char *key)
{
    size_t i = 0;
    while (i < r->count && strcmp(r->subject[i].key, key) != 0) {
        i++;
    }
    return i;
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

static bool slug_is_taken(const struct roster *r, const char *slug)
{
    for (size_t i = 0; i < r->count; i++) {
        if (!strcmp(r->subject[i].slug, slug)) {
            return true;
        }
    }
    return false;
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
    for (size_t n = 2; slug_is_taken(r, slug); n++) {
        snprintf(slug, sizeof slug, "%s-%zu", base, n);
    }
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
}
