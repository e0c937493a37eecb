#include "cli/arguments.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "cli/command.h"
#include "spec/spec.h"

void argument_wrong(const struct argp_state *state, const char *format, ...)
{
    va_list arguments;
    fprintf(stderr, "%s: ", state->name);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    putc('\n', stderr);
    exit(EXIT_USAGE);
}

long argument_number(struct argp_state *state, const char *option, const char *arg, long least,
                     long most)
{
    long value;
    if (!words_number(arg, &value) || value < least || value > most) {
        char to[32] = "up";
        if (most < LONG_MAX) {
            snprintf(to, sizeof to, "to %ld", most);
        }
        argument_wrong(state, "--%s=%s: give a whole number from %ld %s", option, arg, least, to);
    }
    return value;
}

double argument_seconds(struct argp_state *state, const char *option, const char *arg, double least)
{
    char *end;
    double value = strtod(arg, &end);
    bool number = end != arg;
    value *= !strcmp(end, "m") ? 60 : !strcmp(end, "h") ? 3600 : 1;
    end += strcmp(end, "s") == 0 || strcmp(end, "m") == 0 || strcmp(end, "h") == 0;
    if (!number || *end || !(value >= least && value < 1e7)) {
        argument_wrong(state, "--%s=%s: give seconds from %g up, such as 90, 2m or 1h", option, arg,
                       least);
    }
    return value;
}

const char *argument_only(struct argp_state *state, const char *noun, const char *before,
                          const char *arg)
{
    if (before) {
        argument_wrong(state, "one %s at a time: '%s' is one too many", noun, arg);
    }
    return arg;
}

void argument_append(struct argp_state *state, const char *nouns, const char **list, size_t *count,
                     size_t most, const char *arg)
{
    if (*count == most) {
        argument_wrong(state, "more %s than %zu: '%s' is one too many", nouns, most, arg);
    }
    list[(*count)++] = arg;
}
