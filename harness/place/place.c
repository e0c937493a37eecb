#include "place.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *place_find(const char *source, const char *from_program, char *out, size_t size)
{
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(program, '/');
    if (slash) {
        slash[1] = '\0';
    }
    if (access(source, F_OK) == 0) {
        snprintf(out, size, "%s", source);
    } else {
        snprintf(out, size, "%s%s", program, from_program);
    }
    return out;
}
