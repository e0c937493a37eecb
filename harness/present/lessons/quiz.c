#include "present/lessons/quiz.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LONG_LIST = 8 }; /* of longer lists, only the length is asked */

enum question { ASK_ADDRESS, ASK_COUNT, ASK_LIST, ASK_LENGTH };

/* A number with nothing but white space around it. */
static bool whole_number(const char *text, int64_t *out)
{
    char *end;
    errno = 0;
    *out = strtoll(text, &end, 0);
    bool found = end != text && !errno;
    end += strspn(end, " \t\r\n");
    return found && !*end;
}

static bool is_word(const char *answer, const char *const words[])
{
    answer += strspn(answer, " \t");
    size_t length = strcspn(answer, " \t\r\n");
    for (; *words; words++) {
        if (strlen(*words) == length && !strncasecmp(*words, answer, length)) {
            return true;
        }
    }
    return false;
}

bool quiz_address_right(const struct lesson_step *s, const char *answer)
{
    static const char *const fails[] = {"-1", "fails", "fail", "none", "null", NULL};
    int64_t number;
    if (s->failed && is_word(answer, fails)) {
        return true;
    }
    return whole_number(answer, &number) && number == s->returned;
}

bool quiz_count_right(uint64_t count, const char *answer)
{
    int64_t number;
    return whole_number(answer, &number) && number >= 0 && (uint64_t)number == count;
}

static int by_address(const void *a, const void *b)
{
    int64_t left = ((const struct lesson_hole *)a)->at, right = ((const struct lesson_hole *)b)->at;
    return (left > right) - (left < right);
}

/* Reads the next number of a text, decimal or hexadecimal; false: there is none. */
static bool next_number(const char **text, int64_t *out)
{
    const char *at = *text;
    while (*at && !isdigit((unsigned char)*at)) {
        at++;
    }
    if (!*at) {
        return false;
    }
    bool negative = at > *text && at[-1] == '-';
    char *end;
    *out = strtoll(at, &end, at[0] == '0' && tolower((unsigned char)at[1]) == 'x' ? 16 : 10);
    *out = negative ? -*out : *out;
    *text = end;
    return true;
}

/* The answer without "Free List [ Size 2 ]:" in front of it. */
static const char *after_heading(const char *answer)
{
    const char *colon = strstr(answer, "]:");
    return colon ? colon + 2 : answer;
}

bool quiz_list_right(const struct lesson_step *s, bool in_order, const char *answer)
{
    static const char *const empty[] = {"none", "empty", "[]", NULL};
    if (is_word(answer, empty)) {
        return s->holes == 0;
    }
    struct lesson_hole *typed = calloc(s->holes + 1, sizeof *typed);
    size_t n = 0;
    int64_t at, bytes;
    bool pairs = typed != NULL;
    answer = after_heading(answer);
    while (pairs && next_number(&answer, &at)) {
        pairs = n < s->holes && next_number(&answer, &bytes);
        if (pairs) {
            typed[n++] = (struct lesson_hole){at, (uint64_t)bytes};
        }
    }
    if (typed && !in_order) { /* of an unknown order, any will do */
        qsort(typed, n, sizeof *typed, by_address);
    }
    bool right = pairs && n == s->holes && n > 0 && !memcmp(typed, s->hole, n * sizeof *typed);
    free(typed);
    return right;
}

static enum question question_of(const struct lesson_step *s, size_t number)
{
    enum question q = s->kind == LESSON_FREE ? ASK_LIST : (enum question)(number % 3);
    return q == ASK_LIST && s->holes > LONG_LIST ? ASK_LENGTH : q;
}

static const char *const questions[] = {
    [ASK_ADDRESS] = "Which address is returned? (-1: the request fails)",
    [ASK_COUNT] = "How many holes does the search look at?",
    [ASK_LIST] = "What is the free list now? (address and size of each hole; none: it is empty)",
    [ASK_LENGTH] = "How many holes are there now?",
};

static bool is_right(const struct lesson *l, const struct lesson_step *s, enum question q,
                     const char *answer)
{
    switch (q) {
    case ASK_ADDRESS:
        return quiz_address_right(s, answer);
    case ASK_COUNT:
        return quiz_count_right(s->searched, answer);
    case ASK_LIST:
        return quiz_list_right(s, l->in_order, answer);
    default:
        return quiz_count_right(s->holes, answer);
    }
}

static void print_list(const struct lesson_hole *hole, size_t holes, FILE *out)
{
    if (holes <= LONG_LIST) {
        lesson_print_list(hole, holes, out);
    } else {
        fprintf(out, "%zu holes are on the list.\n", holes);
    }
}

/* What is known before the first question. */
static void print_beginning(const struct lesson *l, FILE *out)
{
    if (l->bytes) {
        fprintf(out, "The heap has %" PRIu64 " bytes and begins at address %" PRId64 ".\n",
                l->bytes, l->base);
    }
    if (l->fit) {
        fprintf(out,
                "A block has a header of %" PRIu64 " bytes, sizes are rounded up to a multiple "
                "of %" PRIu64 ", the search is %s-fit.\n",
                l->header, l->align, l->fit);
    }
    print_list(l->before, l->holes_before, out);
    fputs("Type an answer to each question, or q to end.\n\n", out);
}

/* One question. False: the answers have ended. */
static bool ask(const struct lesson *l, size_t step, struct quiz_score *score, FILE *in, FILE *out)
{
    static char *line;
    static size_t size;
    const struct lesson_step *s = &l->step[step];
    enum question q = question_of(s, score->asked);
    static const char *const quit[] = {"q", "quit", NULL};
    fprintf(out, "%zu. %s\n   %s ", score->asked + 1, s->call, questions[q]);
    fflush(out);
    if (getline(&line, &size, in) < 0 || is_word(line, quit)) {
        fputc('\n', out);
        return false;
    }
    bool right = is_right(l, s, q, line);
    score->asked++;
    score->right += right;
    fprintf(out, "   %s\n", right ? "Right." : "No.");
    lesson_explain(l, step, out);
    if (s->kind == LESSON_ALLOC) {
        fprintf(out, "It returned %" PRId64 " and looked at %" PRIu64 ".\n", s->returned,
                s->searched);
    }
    print_list(s->hole, s->holes, out);
    fputc('\n', out);
    return true;
}

struct quiz_score quiz_ask(const struct lesson *l, FILE *in, FILE *out)
{
    struct quiz_score score = {0};
    bool answered = true;
    print_beginning(l, out);
    for (size_t i = 0; i < l->steps && answered; i++) {
        answered = l->step[i].kind == LESSON_SKIPPED || ask(l, i, &score, in, out);
    }
    score.ended = answered;
    fprintf(out, "%zu of %zu right.\n", score.right, score.asked);
    return score;
}
