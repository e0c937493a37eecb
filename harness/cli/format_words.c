#include "cli/format_words.h"

#include "cli/arguments.h"

error_t format_words_parse(struct format_words *w, int key, char *arg, struct argp_state *state,
                           const char *example)
{
    const char **place[] = {&w->format, &w->in, &w->out};
    switch (key) {
    case ARGP_KEY_ARG:
        if (w->count == 3) {
            argument_wrong(state, "'%s' is too many: say FORMAT IN OUT", arg);
        }
        *place[w->count++] = arg;
        return 0;
    case ARGP_KEY_END:
        if (w->count != 3) {
            argument_wrong(state, "say FORMAT IN OUT, such as: %s", example);
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}
