#include "workloads/formats/importer.h"

#include <stdio.h>
#include <string.h>

const struct importer *importer_find(const char *name)
{
    for (size_t i = 0; importers[i]; i++) {
        if (!strcmp(importers[i]->name, name)) {
            return importers[i];
        }
    }
    return NULL;
}

const struct importer *importer_recognise(struct source *s, struct problem *problem)
{
    const unsigned char *head;
    size_t bytes = source_head(s, &head);
    for (size_t i = 0; importers[i]; i++) {
        if (bytes > 0 && importers[i]->recognise(head, bytes, bytes < SOURCE_BUFFER)) {
            return importers[i];
        }
    }
    if (source_failed(s, problem)) {
        return NULL;
    }
    char names[256] = "";
    for (size_t i = 0; importers[i]; i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", importers[i]->name);
    }
    problem_set(problem, "%s: %s: say which of %s it is", s->name,
                bytes ? "no format recognises how it starts" : "it is empty", names);
    return NULL;
}

unsigned importer_columns(const struct importer *importer, struct source *s)
{
    const unsigned char *head;
    size_t bytes = source_head(s, &head);
    return importer->columns ? importer->columns(head, bytes) : 0;
}

static int digit_of(char c, unsigned base)
{
    int d = c >= '0' && c <= '9'   ? c - '0'
            : c >= 'a' && c <= 'f' ? c - 'a' + 10
            : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                   : 99;
    return (unsigned)d < base ? d : -1;
}

bool import_number(const char **text, const char *ends, uint64_t *number)
{
    const char *at = *text;
    unsigned base = at[0] == '0' && (at[1] == 'x' || at[1] == 'X') ? 16 : 10;
    at += base == 16 ? 2 : 0;
    const char *first = at;
    *number = 0;
    for (int d; (d = digit_of(*at, base)) >= 0; at++) {
        if (*number > (UINT64_MAX - (unsigned)d) / base) {
            return false;
        }
        *number = *number * base + (unsigned)d;
    }
    if (at == first || (*at && !strchr(ends, *at))) {
        return false;
    }
    *text = at;
    return true;
}
