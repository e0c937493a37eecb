#include "results/label.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One word of a spec: a name, a key, a value, or a path, of which the file's name without folder
 * and ending is kept. */
static size_t bare_word(const char *word, size_t length, const char **bare)
{
    static const char suffix[] = ".fltrace";
    const size_t suffix_length = sizeof suffix - 1;
    const char *slash = memrchr(word, '/', length);
    *bare = slash ? slash + 1 : word;
    length -= (size_t)(*bare - word);
    if (length > suffix_length && !strncmp(*bare + length - suffix_length, suffix, suffix_length)) {
        length -= suffix_length;
    }
    return length;
}

void label_spec(const char *spec, char *out, size_t size)
{
    size_t used = 0;
    while (*spec && used + 1 < size) {
        size_t length = strcspn(spec, ",:=");
        const char *bare;
        size_t kept = bare_word(spec, length, &bare);
        for (size_t i = 0; i < kept && used + 1 < size; i++) {
            bool odd = strchr("\"'`", bare[i]) || iscntrl((unsigned char)bare[i]);
            out[used++] = odd ? ' ' : bare[i];
        }
        spec += length;
        if (*spec && used + 1 < size) {
            out[used++] = *spec == '=' ? '=' : ' ';
            spec++;
        }
    }
    out[used] = '\0';
}

void label_slug(const char *label, char *out, size_t size)
{
    snprintf(out, size, "%s", label);
    for (char *c = out; *c; c++) {
        if (!isalnum((unsigned char)*c) && !strchr("._=-", *c)) {
            *c = '-';
        }
    }
}

char *label_without_seed(const char *spec)
{
    char *name = strdup(spec);
    if (!name) {
        abort();
    }
    for (char *at = strpbrk(name, ":,"); at; at = strpbrk(at + 1, ":,")) {
        if (!strncmp(at + 1, "seed=", 5)) {
            char *rest = at + 1 + strcspn(at + 1, ",");
            if (*rest && *at == ':') {
                at++;   /* the colon stays, the comma goes */
                rest++;
            }
            memmove(at, rest, strlen(rest) + 1);
            break;
        }
    }
    return name;
}
