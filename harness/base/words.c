#include "base/words.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

bool words_number(const char *text, long *value)
{
    char *end;
    errno = 0;
    long v = strtol(text, &end, 10);
    if (end == text || errno) {
        return false;
    }
    int shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
    if (shift) {
        end++;
    }
    if (*end || v > LONG_MAX >> shift || v < LONG_MIN >> shift) {
        return false;
    }
    *value = v * (1L << shift);
    return true;
}

void words_quote(FILE *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./:=,@%+";
    if (*word && strspn(word, plain) == strlen(word)) {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (; *word; word++) {
        fputs(*word == '\'' ? "'\\''" : (char[]){*word, '\0'}, out);
    }
    fputc('\'', out);
}

/* The edit distance of Levenshtein. Words too long to have been typed count as far apart. */
static size_t edit_distance(const char *a, const char *b)
{
    enum { MOST = 64 };
    size_t na = strlen(a), nb = strlen(b);
    if (na >= MOST || nb >= MOST) {
        return MOST;
    }
    size_t row[MOST];
    for (size_t j = 0; j <= nb; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t change = diagonal + (a[i - 1] != b[j - 1]);
            size_t shorter = row[j] < row[j - 1] ? row[j] : row[j - 1];
            diagonal = row[j];
            row[j] = change < shorter + 1 ? change : shorter + 1;
        }
    }
    return row[nb];
}

const char *words_nearest(const char *word, const char *const *candidates, size_t n)
{
    const char *nearest = NULL;
    size_t least = strlen(word) / 3 + 2;
    for (size_t i = 0; i < n; i++) {
        size_t d = edit_distance(word, candidates[i]);
        if (d < least) {
            least = d;
            nearest = candidates[i];
        }
    }
    return nearest;
}

const char *words_join(char *list, size_t size, const char *const *names, size_t n,
                       const char *between)
{
    size_t used = 0;
    *list = '\0';
    for (size_t i = 0; i < n && used < size; i++) {
        used += (size_t)snprintf(list + used, size - used, "%s%s", i ? between : "", names[i]);
    }
    return list;
}

bool words_unknown(const char *kind, const char *word, const char *const *names, size_t n,
                   const char *what_to_do, struct problem *problem)
{
    char list[256];
    const char *near = words_nearest(word, names, n);
    if (near) {
        return problem_set(problem, "unknown %s '%s': did you mean '%s'?", kind, word, near);
    }
    if (what_to_do) {
        return problem_set(problem, "unknown %s '%s': %s", kind, word, what_to_do);
    }
    return problem_set(problem, "unknown %s '%s': give one of %s", kind, word,
                       words_join(list, sizeof list, names, n, ", "));
}
