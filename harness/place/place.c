#include "place.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void place_of_program(char *out, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", out, size - 1);
    out[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(out, '/');
    if (slash) {
        slash[1] = '\0';
    }
}

const char *place_find(const char *source, const char *from_program, char *out, size_t size)
{
    char program[PATH_MAX];
    place_of_program(program, sizeof program);
    if (access(source, F_OK) == 0) {
        snprintf(out, size, "%s", source);
    } else {
        snprintf(out, size, "%s%s", program, from_program);
    }
    return out;
}

const char *place_spec(const char *word, const char *source, const char *from_program, char *out,
                       size_t size)
{
    char folder[PATH_MAX];
    place_find(source, from_program, folder, sizeof folder);
    int n = strpbrk(word, "./") ? 0 : snprintf(out, size, "%s/%s.yaml", folder, word);
    return n > 0 && (size_t)n < size && access(out, R_OK) == 0 ? out : word;
}
