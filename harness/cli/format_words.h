/* format_words.h - what `fitlab import` and `fitlab export` share: the words FORMAT IN OUT. */
#ifndef FITLAB_FORMAT_WORDS_H
#define FITLAB_FORMAT_WORDS_H

#include <argp.h>
#include <stddef.h>

enum { FORMAT_NAMES = 32 };

struct format_words {
    const char *format, *in, *out;
    size_t count;
};

/* Takes ARGP_KEY_ARG and ARGP_KEY_END for a parser that has nothing else to do with them;
 * example is shown where words are missing. */
error_t format_words_parse(struct format_words *, int key, char *arg, struct argp_state *,
                           const char *example);

#endif
