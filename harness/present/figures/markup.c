#include "present/figures/markup.h"

#include <string.h>

void markup_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            fputc(*text, out);
        }
    }
}

static const struct markup_word *word_at(const char *at, const struct markup_word *words)
{
    while (words->word && strncmp(at, words->word, strlen(words->word)) != 0) {
        words++;
    }
    return words->word ? words : NULL;
}

void markup_template(FILE *out, const char *text, const struct markup_word *words, const void *ctx)
{
    while (*text) {
        size_t plain = strcspn(text, "@");
        fwrite(text, 1, plain, out);
        text += plain;
        const struct markup_word *word = *text ? word_at(text, words) : NULL;
        if (word) {
            word->put(out, ctx);
            text += strlen(word->word);
        } else if (*text) {
            fputc(*text++, out);
        }
    }
}
