#include "format_words.h"

#include "spec.h"

error_t format_words_parse(struct format_words *w, int key, char *arg, struct argp_state *state,
                           const char *example)
{
    const char **place[] = {&w->format, &w->in, &w->out};
    switch (key) {
    case ARGP_KEY_ARG:
        if (w->count == 3) {
            argp_error(state, "'%s' is too many: say FORMAT IN OUT", arg);
        }
        *place[w->count++] = arg;
        return 0;
    case ARGP_KEY_END:
        if (w->count != 3) {
            argp_error(state, "say FORMAT IN OUT, such as: %s", example);
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

bool format_unknown(const char *name, const char *const *names, size_t n, const char *command,
                    struct problem *problem)
{
    const char *near = spec_nearest(name, names, n);
    return near
               ? problem_set(problem, "unknown format '%s': did you mean '%s'?", name, near)
               : problem_set(problem, "unknown format '%s': see 'fitlab %s --help'", name, command);
}
