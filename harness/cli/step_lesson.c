/* step_lesson.c - the part of `fitlab step` that is for classes. */
#include "cli/step_lesson.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "present/lessons/quiz.h"

enum { KEY_OSTEP = 512, KEY_QUIZ, KEY_WORKSHEET, KEY_SEED, KEY_FORMAT, KEY_HEAP };

enum { MOST_EXERCISES = 1000, MOST_QUESTIONS = 1000 };

static const struct argp_option option_table[] = {
    {NULL, 0, NULL, 0, "For classes:", 20},
    {"ostep", KEY_OSTEP, "OPTIONS", 0,
     "Do an exercise of OSTEP chapter 17, with the options of its malloc.py (-s -S -b -H -a -p -l "
     "-C "
     "-n -r -P -A -c): the same operations, on the policy textbook. With -c the answers are "
     "printed; without it you are asked",
     20},
    {"quiz", KEY_QUIZ, NULL, 0, "Ask a question about each step, and check the answers", 20},
    {"worksheet", KEY_WORKSHEET, "N", 0,
     "Write N exercises and their solutions; with --ostep, of these options", 20},
    {"seed", KEY_SEED, "S", 0, "Of the worksheet (default 1)", 20},
    {"format", KEY_FORMAT, "text|html", 0, "Of the worksheet (default text)", 20},
    {"heap", KEY_HEAP, "BYTES", 0,
     "The size of the heap, to the byte, of a policy that has a parameter 'heap'", 20},
    {0},
};

static void check_whole(struct step_lesson *l, struct argp_state *state)
{
    struct problem problem;
    if ((l->seed_given || l->format_given) && !l->worksheet.exercises) {
        argument_wrong(state, "--%s is for --worksheet", l->seed_given ? "seed" : "format");
    }
    if (l->ostep && !ostep_parse(l->ostep, &l->options, &problem)) {
        argument_wrong(state, "%s", problem.text);
    }
    l->worksheet.seed = l->seed_given ? l->worksheet.seed : 1;
    l->worksheet.options = l->ostep ? &l->options : NULL;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct step_lesson *l = state->input;
    switch (key) {
    case KEY_OSTEP:
        l->ostep = arg;
        return 0;
    case KEY_QUIZ:
        l->quiz = true;
        return 0;
    case KEY_WORKSHEET:
        l->worksheet.exercises =
            (size_t)argument_number(state, "worksheet", arg, 1, MOST_EXERCISES);
        return 0;
    case KEY_SEED:
        l->worksheet.seed = argument_number(state, "seed", arg, 0, LONG_MAX / 2);
        l->seed_given = true;
        return 0;
    case KEY_FORMAT:
        if (strcmp(arg, "text") != 0 && strcmp(arg, "html") != 0) {
            argument_wrong(state, "--format=%s: it is text or html", arg);
        }
        l->worksheet.format = strcmp(arg, "html") ? WORKSHEET_TEXT : WORKSHEET_HTML;
        l->format_given = true;
        return 0;
    case KEY_HEAP:
        l->heap = argument_number(state, "heap", arg, 1, 1L << 30);
        return 0;
    case ARGP_KEY_END:
        check_whole(l, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp step_lesson_argp = {.options = option_table, .parser = parse};

int step_lesson_run(const struct step_lesson *l)
{
    struct problem problem = {""};
    struct lesson lesson = {0};
    if (l->worksheet.exercises) {
        return worksheet_write(&l->worksheet, stdout, &problem) ? EXIT_DONE
                                                                : command_fail(&problem);
    }
    bool played = ostep_play(&l->options, &lesson, &problem);
    if (played && (l->quiz || !l->options.answers)) {
        quiz_ask(&lesson, stdin, stdout);
    } else if (played) {
        ostep_print(&lesson, true, stdout);
    }
    lesson_close(&lesson);
    return played ? EXIT_DONE : command_fail(&problem);
}

bool step_lesson_operations(const struct step_lesson *l, char policy[256], char **operations,
                            struct problem *problem)
{
    struct lesson lesson = {0};
    size_t size;
    FILE *out = open_memstream(operations, &size);
    bool played = out && ostep_play(&l->options, &lesson, problem);
    for (size_t i = 0; i < lesson.steps && played; i++) {
        const struct lesson_step *s = &lesson.step[i];
        if (s->kind == LESSON_ALLOC) {
            fprintf(out, "+%" PRIu64 ",", s->asked);
        } else if (s->kind == LESSON_FREE && !s->failed) {
            fprintf(out, "-%" PRIu64 ",", s->number);
        }
    }
    lesson_close(&lesson);
    ostep_policy(&l->options, policy, 256);
    if (!out || fclose(out) != 0) {
        return problem_set(problem, "no memory for the operations");
    }
    if (!played) {
        free(*operations);
    }
    return played;
}

static bool has_heap(const struct policy *policy)
{
    for (const struct param *p = policy->params; p && p->name; p++) {
        if (!strcmp(p->name, "heap")) {
            return true;
        }
    }
    return false;
}

bool step_lesson_heap(const struct step_lesson *l, const char *spec, char out[512],
                      struct problem *problem)
{
    struct policy_spec parsed;
    if (!l->heap || !policy_spec_parse(spec, &parsed, problem)) {
        snprintf(out, 512, "%s", spec);
        return !l->heap;
    }
    if (!has_heap(parsed.policy)) {
        return problem_set(problem,
                           "--heap: %s has no parameter 'heap'; --region %ld gives it a region of "
                           "that size, which also holds its own data",
                           spec, l->heap);
    }
    snprintf(out, 512, "%s%cheap=%ld", spec, strchr(spec, ':') ? ',' : ':', l->heap);
    return true;
}

size_t step_lesson_region_bytes(const struct step_lesson *l)
{
    const struct ostep_options heap = {.size = l->heap, .align = 1};
    return (ostep_region_bytes(l->ostep ? &l->options : &heap) + 4095) / 4096 * 4096;
}

/* ---- a quiz about any policy ---- */

static int64_t shown(uint64_t offset, int64_t base)
{
    return offset == NOWHERE ? -1 : base + (int64_t)offset;
}

/* What the textbook's parameters are, so that the answers can be explained. */
static void note_rule(struct lesson *l, const struct policy_spec *spec)
{
    const char *fit = policy_spec_choice(spec, "fit"), *header = policy_spec_choice(spec, "header");
    const char *align = policy_spec_choice(spec, "align");
    if (fit && header && align) {
        l->fit = fit;
        l->header = strtoul(header, NULL, 10);
        l->align = strtoul(align, NULL, 10);
    }
}

static void note_step(struct lesson *l, const struct step_member *m, uint64_t number)
{
    const struct step *step = &m->step;
    bool frees = step->event.kind == EVENT_FREE;
    struct lesson_step *s = lesson_add(l, step->outcome == LEDGER_SKIPPED ? LESSON_SKIPPED
                                          : frees                         ? LESSON_FREE
                                                                          : LESSON_ALLOC);
    char text[OPERATION_TEXT];
    timeline_text(m->stepper.timeline, number - 1, &step->event, text);
    snprintf(s->call, sizeof s->call, "%.*s", LESSON_CALL - 1, text);
    s->asked = step->event.size;
    s->failed = step->outcome == LEDGER_REFUSED;
    s->returned = frees ? 0 : s->failed ? -1 : shown(step->payload, l->base);
    s->pointer = s->returned;
    s->searched = step->after->count.probes - step->before->count.probes;
    lesson_note_list(l, m->stepper.heap);
}

int step_lesson_quiz(struct step_group *g, uint64_t from, uint64_t to, struct problem *problem)
{
    struct step_member *m = &g->member[0];
    struct lesson l = {.base = (int64_t)g->base};
    note_rule(&l, &m->spec);
    from = from ? from : 1;
    to = to - from < MOST_QUESTIONS ? to : from + MOST_QUESTIONS - 1;
    bool read = stepper_go(&m->stepper, from - 1, problem);
    if (read) {
        lesson_note_first(&l, m->stepper.heap);
    }
    for (uint64_t i = from; i <= to && read; i++) {
        read = stepper_next(&m->stepper, &m->step, problem);
        if (read) {
            note_step(&l, m, i);
        }
    }
    if (read) {
        quiz_ask(&l, stdin, stdout);
    }
    lesson_close(&l);
    return read ? EXIT_DONE : EXIT_USAGE;
}
