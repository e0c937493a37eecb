/* cmd_step.c - `fitlab step`: a policy's heap after each operation. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/step_lesson.h"
#include "present/player/player_page.h"
#include "present/step/bar.h"
#include "present/step/group.h"
#include "present/step/step_json.h"
#include "present/step/terminal.h"
#include "present/step/until.h"

enum {
    KEY_FROM = 256,
    KEY_TO,
    KEY_UNTIL,
    KEY_WIDEST,
    KEY_REGION,
    KEY_BASE,
    KEY_WIDTH,
    KEY_TEXT,
    KEY_HEX,
    KEY_JSON,
    KEY_HTML
};

enum { WIDTH_DEFAULT = 80, WIDTH_LEAST = BAR_WIDTH_LEAST + 8, WIDTH_MOST = BAR_WIDTH_MOST };

struct options {
    const char *policy[STEP_POLICIES_MOST];
    size_t policies;
    const char *workload, *operations;
    long from, to; /* 0: not given */
    bool from_given, region_given, widest;
    const char *until_text;
    struct until until;
    struct region_spec region;
    long base, width;
    bool text, json, hex;
    const char *html;
    struct step_lesson lesson;
    char specs[STEP_POLICIES_MOST][512]; /* of policies, where --ostep or --heap say more than -p */
};

static const struct argp_option option_table[] = {
    {"policy", 'p', "POLICY", 0,
     "Whose heap to show (default first-fit); again for more, in step with each other", 0},
    {"workload", 'w', "WORKLOAD", 0, "Step through this workload or trace instead of OPERATIONS",
     0},
    {"from", KEY_FROM, "STEP", 0, "The first step to show (default 0, the empty heap)", 1},
    {"to", KEY_TO, "STEP", 0, "The last one (default: the last there is)", 1},
    {"until", KEY_UNTIL, "CONDITION", 0,
     "Go on until it holds, and show that step: fail, split, merge, grow, trim, move, alloc, free, "
     "realloc, 'at ADDRESS', or a comparison such as 'external > 50'. With --from, all steps from "
     "there on",
     1},
    {"widest", KEY_WIDEST, NULL, 0,
     "Go to where the footprints of the policies are furthest apart; with --html, a page around it",
     1},
    {"region", KEY_REGION, "REGION", 0, "As for 'fitlab run' (default grow)", 1},
    {"base", KEY_BASE, "ADDRESS", 0, "What the heap's first byte is called (default 0)", 2},
    {"hex", KEY_HEX, NULL, 0, "Also the bytes of headers, footers and links, and what they mean",
     2},
    {"text", KEY_TEXT, NULL, 0, "Print all steps, on a terminal too", 2},
    {"html", KEY_HTML, "FILE", 0,
     "Write a page that plays the steps in a browser, at most 2000 of them", 2},
    {"json", KEY_JSON, NULL, 0, "All steps as JSON, one object a line", 2},
    {"width", KEY_WIDTH, "COLUMNS", 0, "Of the text (default: the terminal's, or 80)", 2},
    {0},
};

static void check_whole(struct options *o, struct argp_state *state)
{
    if (o->lesson.ostep || o->lesson.worksheet.exercises) {
        if (o->operations || o->workload || o->policies) {
            argument_wrong(state,
                           "--ostep and --worksheet have operations and a policy of their own");
        }
        return;
    }
    if (!o->operations == !o->workload) {
        argument_wrong(state, o->operations
                                  ? "give OPERATIONS or -w WORKLOAD, not both"
                                  : "say what to step through: OPERATIONS such as 'p=alloc(10); "
                                    "free(p)', -w WORKLOAD, or - to read operations");
    }
    if (o->to && o->to < o->from) {
        argument_wrong(state, "--to=%ld lies before --from=%ld", o->to, o->from);
    }
    if (o->widest && (o->until_text || o->from_given || o->to || o->policies < 2)) {
        argument_wrong(state, "--widest compares at least two policies, -p A -p B, and chooses the "
                              "steps by itself: leave out --from, --to and --until");
    }
    if (!o->policies) {
        o->policy[o->policies++] = "first-fit";
    }
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *o = state->input;
    struct problem problem;
    switch (key) {
    case 'p':
        argument_append(state, "policies", o->policy, &o->policies, STEP_POLICIES_MOST, arg);
        return 0;
    case 'w':
        o->workload = argument_only(state, "workload", o->workload, arg);
        return 0;
    case KEY_FROM:
        o->from = argument_number(state, "from", arg, 0, LONG_MAX);
        o->from_given = true;
        return 0;
    case KEY_TO:
        o->to = argument_number(state, "to", arg, 1, LONG_MAX);
        return 0;
    case KEY_UNTIL:
        o->until_text = arg;
        if (!until_parse(arg, &o->until, &problem)) {
            argument_wrong(state, "%s", problem.text);
        }
        return 0;
    case KEY_WIDEST:
        o->widest = true;
        return 0;
    case KEY_REGION:
        if (!region_spec_parse(arg, &o->region, &problem)) {
            argument_wrong(state, "--region: %s", problem.text);
        }
        o->region_given = true;
        return 0;
    case KEY_BASE:
        o->base = argument_number(state, "base", arg, 0, LONG_MAX / 2);
        return 0;
    case KEY_WIDTH:
        o->width = argument_number(state, "width", arg, WIDTH_LEAST, WIDTH_MOST);
        return 0;
    case KEY_HEX:
        o->hex = true;
        return 0;
    case KEY_TEXT:
        o->text = true;
        return 0;
    case KEY_HTML:
        o->html = arg;
        return 0;
    case KEY_JSON:
        o->json = true;
        return 0;
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &o->lesson;
        return 0;
    case ARGP_KEY_ARG:
        o->operations = argument_only(state, "text of OPERATIONS", o->operations, arg);
        return 0;
    case ARGP_KEY_END:
        check_whole(o, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* All of standard input; free it. NULL and a problem: it cannot be read. */
static char *read_all(FILE *in, struct problem *problem)
{
    char *text = NULL, block[4096];
    size_t size, n;
    FILE *out = open_memstream(&text, &size);
    while (out && (n = fread(block, 1, sizeof block, in)) > 0) {
        fwrite(block, 1, n, out);
    }
    if (!out || fclose(out) != 0 || ferror(in)) {
        problem_set(problem, "standard input: cannot be read: %s", strerror(errno));
        free(text);
        return NULL;
    }
    return text;
}

static bool open_timeline(const struct options *o, struct timeline *t, struct problem *problem)
{
    if (o->workload) {
        return timeline_of_workload(t, o->workload, problem);
    }
    if (strcmp(o->operations, "-") != 0) {
        return timeline_of_operations(t, o->operations, problem);
    }
    char *text = read_all(stdin, problem);
    bool opened = text && timeline_of_operations(t, text, problem);
    free(text);
    return opened;
}

static size_t width_of(const struct options *o)
{
    size_t columns = o->width ? (size_t)o->width : terminal_columns();
    return !columns                ? WIDTH_DEFAULT
           : columns < WIDTH_LEAST ? WIDTH_LEAST
           : columns > WIDTH_MOST  ? WIDTH_MOST
                                   : columns;
}

/* The step at which the condition holds first for one of the policies; 0: it never does. */
static bool seek(const struct options *o, struct step_group *g, uint64_t last, uint64_t *step,
                 struct problem *problem)
{
    struct until until = o->until;
    until.base = g->base;
    *step = 0;
    for (size_t i = 0; i < g->n; i++) {
        struct stepper *s = &g->member[i].stepper;
        bool found;
        if (!stepper_go(s, o->from > 0 ? (uint64_t)o->from - 1 : 0, problem) ||
            !until_seek(&until, s, last, &found, problem)) {
            return false;
        }
        if (found) {
            *step = last = s->ledger.events;
        }
    }
    return true;
}

static bool print_steps(const struct options *o, struct step_group *g, uint64_t from, uint64_t to,
                        struct problem *problem)
{
    struct text_setup setup = {.width = width_of(o),
                               .base = (uint64_t)o->base,
                               .hex = o->hex,
                               .colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR")};
    if (!o->json && !o->text && terminal_is_there()) {
        setup.width = (size_t)o->width;
        return terminal_run(g, &setup, from, problem);
    }
    if (o->json) {
        step_json_begin(stdout, g);
    }
    for (uint64_t i = from; i <= to; i++) {
        if (!step_group_show(g, i, problem)) {
            return false;
        }
        if (o->json) {
            step_json_step(stdout, g);
            continue;
        }
        if (i > from) {
            putchar('\n');
        }
        text_print(stdout, &setup, g->view, g->n);
    }
    return true;
}

/* The page, named by what it shows. */
static bool write_page(const struct options *o, struct step_group *g, uint64_t from, uint64_t to,
                       struct problem *problem)
{
    char title[512];
    uint64_t most = to - from < PLAYER_STEPS ? to : from + PLAYER_STEPS, last;
    int n = snprintf(title, sizeof title, "%s: ", o->workload ? g->timeline->spec.label : "a heap");
    for (size_t i = 0; i < g->n && (size_t)n < sizeof title; i++) {
        n += snprintf(title + n, sizeof title - (size_t)n, "%s%s", i ? ", " : "",
                      g->member[i].spec.label);
    }
    if (!player_write(o->html, g, from, most, title, &last, problem)) {
        return false;
    }
    if (last < to) {
        fprintf(stderr,
                "fitlab step: %s has the steps %" PRIu64 " to %" PRIu64 " of %" PRIu64
                "; --from chooses others\n",
                o->html, from, last, g->timeline->events);
    }
    return true;
}

/* The step at which the footprints part most, or the steps of a page around it. */
static bool find_widest(const struct options *o, struct step_group *g, uint64_t *from, uint64_t *to,
                        struct problem *problem)
{
    const struct step_group_setup setup = {
        .policy = o->policy, .policies = o->policies, .region = &o->region};
    struct player_window w = {0};
    bool found = o->html ? player_find_window(g->timeline, &setup, PLAYER_STEPS, &w, problem)
                         : step_group_parting(g->timeline, &setup, UINT64_MAX, &w.parting, problem);
    *from = o->html ? w.first : w.parting.step;
    *to = o->html ? w.last : w.parting.step;
    return found;
}

/* EXIT_NO: the condition of --until never holds. */
static int show(const struct options *o, struct step_group *g, struct problem *problem)
{
    const uint64_t events = g->timeline->events;
    uint64_t from = (uint64_t)o->from, to = o->to ? (uint64_t)o->to : events;
    if (from > events || to > events) {
        problem_set(problem, "--%s=%" PRIu64 ": the last step is %" PRIu64,
                    from > events ? "from" : "to", from > events ? from : to, events);
        return EXIT_USAGE;
    }
    if (o->widest && !find_widest(o, g, &from, &to, problem)) {
        return EXIT_USAGE;
    }
    if (o->until_text) {
        uint64_t found;
        if (!seek(o, g, to, &found, problem)) {
            return EXIT_USAGE;
        }
        if (!found) {
            fprintf(stderr, "fitlab step: '%s' does not hold after any step up to %" PRIu64 "\n",
                    o->until_text, to);
            return EXIT_NO;
        }
        from = o->from_given ? from : found;
        to = found;
    }
    if (o->lesson.quiz) {
        return step_lesson_quiz(g, from, to, problem);
    }
    bool shown =
        o->html ? write_page(o, g, from, to, problem) : print_steps(o, g, from, to, problem);
    return shown ? EXIT_DONE : EXIT_USAGE;
}

/* Puts in what --ostep and --heap say: policies, operations and a region in which such a heap has
 * room for its bookkeeping. The caller frees *operations. */
static bool take_lesson(struct options *o, char **operations, struct problem *problem)
{
    *operations = NULL;
    if (o->lesson.ostep || (o->lesson.heap && !o->region_given)) {
        char region[32];
        snprintf(region, sizeof region, "grow:%zu", step_lesson_region_bytes(&o->lesson));
        if (!region_spec_parse(region, &o->region, problem)) {
            return false;
        }
    }
    if (o->lesson.ostep) {
        if (!step_lesson_operations(&o->lesson, o->specs[0], operations, problem)) {
            return false;
        }
        o->operations = *operations;
        o->base = (long)o->lesson.options.base;
        o->policy[0] = o->specs[0];
        o->policies = 1;
    }
    for (size_t i = 0; i < o->policies && !o->lesson.ostep; i++) {
        if (!step_lesson_heap(&o->lesson, o->policy[i], o->specs[i], problem)) {
            return false;
        }
        o->policy[i] = o->specs[i];
    }
    return true;
}

static int run(int argc, char **argv)
{
    struct problem problem = {""};
    struct options o = {0};
    region_spec_parse("grow", &o.region, &problem);
    const struct argp_child children[] = {{&step_lesson_argp, 0, NULL, 0}, {0}};
    const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .children = children,
        .args_doc = "OPERATIONS\n-w WORKLOAD\n-\n--ostep OPTIONS\n--worksheet N",
        .doc = "Show a policy's heap after each operation: what the policy looked at, what it took "
               "and why, what was split, joined, grown; the heap as a bar to scale; what moved."
               "\vOperations: p = alloc(10); q = calloc(4, 8); p = realloc(p, 40); free(q); or a "
               "list as in OSTEP, +10,-0,+20, where -0 frees the first block. '-' reads them from "
               "standard input.\n\n"
               "Examples:\n"
               "  fitlab step 'p=alloc(10); q=alloc(20); free(p); p=alloc(5)'\n"
               "  fitlab step -p first-fit -p best-fit '+100,+10,+50,+10,-0,-2,+40'\n"
               "  fitlab step -p buddy -w cc1 --from 2000 --to 2003\n"
               "  fitlab step -p best-fit -w cc1 --until 'external > 50'\n"
               "  fitlab step -p first-fit -p best-fit -w cc1 --from 20000 --html heap.html\n"
               "  fitlab step -p first-fit -p best-fit -w gawk --widest --html gawk.html\n"
               "  echo 'p=alloc(100); free(p)' | fitlab step -\n"
               "  fitlab step --ostep '-S 100 -b 1000 -H 4 -a 4 -p BEST -n 10 -s 0 -c'\n"
               "  fitlab step -p textbook:header=8 --heap 4K --base 16384 '+100,+100,+100,-1'\n"
               "  fitlab step -p best-fit --quiz '+100,+20,-0,+40' </dev/null\n"
               "  fitlab step --worksheet 5 --seed 7 --format html >worksheet.html\n"};
    arguments_parse(&argp, argc, argv, 0, &o);
    bool steps = o.text || o.json || o.html; /* of --ostep: what happens and not what is printed */
    if (o.lesson.worksheet.exercises || (o.lesson.ostep && !steps)) {
        return step_lesson_run(&o.lesson);
    }
    struct timeline timeline;
    char *operations;
    bool taken = take_lesson(&o, &operations, &problem) && open_timeline(&o, &timeline, &problem);
    free(operations);
    if (!taken) {
        return command_fail(&problem);
    }
    struct step_group group;
    const struct step_group_setup setup = {.policy = o.policy,
                                           .policies = o.policies,
                                           .region = &o.region,
                                           .base = (uint64_t)o.base,
                                           .goes_back = terminal_is_there()};
    int status = EXIT_USAGE;
    if (step_group_open(&group, &timeline, &setup, &problem)) {
        status = show(&o, &group, &problem);
        step_group_close(&group);
    }
    timeline_close(&timeline);
    return status == EXIT_USAGE ? command_fail(&problem) : status;
}

const struct command command_step = {
    .name = "step",
    .group = GROUP_START,
    .summary = "a policy's heap after each operation: what it did, and why",
    .run = run,
};
