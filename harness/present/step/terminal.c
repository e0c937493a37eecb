#include "present/step/terminal.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "present/step/bar.h"
#include "present/step/crash.h"
#include "present/step/until.h"

enum { LINE = 128, FAR = 10 /* steps of page up and down */, WIDTH_LEAST = BAR_WIDTH_LEAST + 8 };

/* Keys beyond characters. */
enum key {
    KEY_LEFT = 256,
    KEY_RIGHT,
    KEY_UP,
    KEY_DOWN,
    KEY_HOME,
    KEY_END,
    KEY_PAGE_UP,
    KEY_PAGE_DOWN,
    KEY_RESIZED,
    KEY_NONE
};

struct screen {
    struct step_group *group;
    struct text_setup setup;
    uint64_t step;
    size_t scroll; /* lines above the window */
    bool own_width, help;
    char condition[LINE]; /* the last one that was sought */
    char message[LINE + 64];
};

static struct termios before;

static const char help_text[] =
    "right, space, l      one step forward\n"
    "left, backspace, h   one step back\n"
    "page down, page up   ten steps\n"
    "home, end            the first step, the last one\n"
    "g                    go to a step\n"
    "up, down             scroll\n"
    "s m w t x            the next step that splits, merges, grows, trims, is refused\n"
    "f                    the next free\n"
    "a                    the next step that gives out, resizes or frees an address\n"
    "/                    the next step after which a condition holds: external > 50\n"
    "n                    the same condition again\n"
    "b                    the bytes of headers, footers and links, or not\n"
    "q                    quit\n\n"
    "[h|p 10|p]  a block: header, payload of 10 bytes asked for, padding\n"
    "[hole 48]   free memory      [kept 48]   free memory kept for one size\n"
    "[meta 168 //]  the policy's own data, drawn shorter than to scale\n";

/* ---- the terminal ---- */

bool terminal_is_there(void)
{
    const char *kind = getenv("TERM");
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && kind && strcmp(kind, "dumb") != 0;
}

size_t terminal_columns(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static size_t terminal_rows(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row ? size.ws_row : 24;
}

/* Leaves the alternate screen, so that the previous one is back. Safe in a signal handler. */
static void restore(void)
{
    static const char leave[] = "\033[?25h\033[?1049l";
    ssize_t written = write(STDOUT_FILENO, leave, sizeof leave - 1);
    (void)written;
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

static void on_end(int number)
{
    restore();
    signal(number, SIG_DFL);
    raise(number);
}

static void on_resize(int number)
{
    (void)number;
}

static void take_over(void)
{
    tcgetattr(STDIN_FILENO, &before);
    struct termios raw = before;
    raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    crash_cleanup = restore;
    const struct sigaction end = {.sa_handler = on_end}, resize = {.sa_handler = on_resize};
    sigaction(SIGINT, &end, NULL);
    sigaction(SIGTERM, &end, NULL);
    sigaction(SIGWINCH, &resize, NULL); /* interrupts read */
    fputs("\033[?1049h\033[?25l", stdout);
}

/* ---- keys ---- */

static int read_byte(void)
{
    unsigned char c;
    ssize_t n = read(STDIN_FILENO, &c, 1);
    return n == 1 ? c : n < 0 && errno == EINTR ? KEY_RESIZED : -1;
}

/* What follows ESC [, as terminals send it. */
static int read_sequence(void)
{
    int c = read_byte();
    if (c != '[' && c != 'O') {
        return KEY_NONE;
    }
    c = read_byte();
    static const struct {
        int letter, key;
    } known[] = {{'D', KEY_LEFT}, {'C', KEY_RIGHT}, {'A', KEY_UP},      {'B', KEY_DOWN},
                 {'H', KEY_HOME}, {'F', KEY_END},   {'5', KEY_PAGE_UP}, {'6', KEY_PAGE_DOWN},
                 {'1', KEY_HOME}, {'4', KEY_END}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].letter == c) {
            while (isdigit(c)) { /* to the '~' at its end */
                c = read_byte();
            }
            return known[i].key;
        }
    }
    return KEY_NONE;
}

/* A key, or below 0 at the end of the input. */
static int read_key(void)
{
    int c = read_byte();
    return c == '\033' ? read_sequence() : c;
}

/* A line typed at the bottom; false if it was given up. */
static bool prompt(const char *question, char *line)
{
    size_t n = 0;
    line[0] = '\0';
    for (;;) {
        printf("\033[%zuH\033[K%s %s\033[?25h", terminal_rows(), question, line);
        fflush(stdout);
        int c = read_key();
        if (c < 0 || c == KEY_NONE) {
            return false;
        }
        if (c == '\n' || c == '\r') {
            return n > 0;
        }
        if ((c == 127 || c == '\b') && n > 0) {
            line[--n] = '\0';
        } else if (c >= ' ' && c < 127 && n < LINE - 1) {
            line[n++] = (char)c;
            line[n] = '\0';
        }
    }
}

/* ---- drawing ---- */

/* The lines of a text from `from` on, `most` of them; returns how many there are in all. */
static size_t put_lines(const char *text, size_t from, size_t most)
{
    size_t line = 0;
    for (const char *at = text; *at; line++) {
        size_t n = strcspn(at, "\n");
        if (line >= from && line < from + most) {
            printf("%.*s\033[K\n", (int)n, at);
        }
        at += n + (at[n] == '\n');
    }
    return line;
}

static bool draw(struct screen *s, struct problem *problem)
{
    char *text = NULL;
    size_t size, rows = terminal_rows(), columns = terminal_columns();
    if (s->own_width) {
        s->setup.width = columns < WIDTH_LEAST      ? WIDTH_LEAST
                         : columns > BAR_WIDTH_MOST ? BAR_WIDTH_MOST
                                                    : columns;
    }
    if (!step_group_show(s->group, s->step, problem)) {
        return false;
    }
    FILE *out = open_memstream(&text, &size);
    if (!out) {
        return problem_set(problem, "out of memory for the screen");
    }
    text_print(out, &s->setup, s->group->view, s->group->n);
    fclose(out);
    fputs("\033[H", stdout);
    size_t lines = put_lines(s->help ? help_text : text, s->scroll, rows - 1);
    s->scroll = s->scroll >= lines ? 0 : s->scroll;
    printf("\033[J\033[%zuH\033[7m %s step %" PRIu64 " of %" PRIu64
           "   left/right: back, forward   ?: help   q: quit \033[0m\033[K",
           rows, s->message, s->step, s->group->timeline->events);
    fflush(stdout);
    s->message[0] = '\0';
    free(text);
    return true;
}

/* ---- acting ---- */

static bool seek(struct screen *s, const char *condition, struct problem *problem)
{
    struct until until;
    uint64_t last = s->group->timeline->events, nearest = 0;
    snprintf(s->condition, sizeof s->condition, "%s", condition);
    if (!until_parse(condition, &until, problem)) {
        snprintf(s->message, sizeof s->message, "no condition: '%.60s';", condition);
        return true;
    }
    until.base = s->group->base;
    for (size_t i = 0; i < s->group->n; i++) {
        struct stepper *stepper = &s->group->member[i].stepper;
        bool found;
        if (!stepper_go(stepper, s->step, problem) ||
            !until_seek(&until, stepper, last, &found, problem)) {
            return false;
        }
        if (found) {
            nearest = last = stepper->ledger.events;
        }
    }
    s->step = nearest ? nearest : s->step;
    if (!nearest) {
        snprintf(s->message, sizeof s->message, "'%.60s' does not hold any more;", condition);
    }
    return true;
}

static bool ask(struct screen *s, int key, struct problem *problem)
{
    char line[LINE], condition[LINE + 8];
    const char *question = key == 'g'   ? "Go to step:"
                           : key == 'a' ? "Next change at address:"
                                        : "Next step after which holds:";
    if (!prompt(question, line)) {
        return true;
    }
    if (key == 'g') {
        char *end;
        unsigned long long step = strtoull(line, &end, 10);
        if (*end || step > s->group->timeline->events) {
            snprintf(s->message, sizeof s->message, "there is no step %.40s;", line);
        } else {
            s->step = step;
        }
        return true;
    }
    snprintf(condition, sizeof condition, key == 'a' ? "at %s" : "%s", line);
    return seek(s, condition, problem);
}

static void move(struct screen *s, int64_t by)
{
    uint64_t last = s->group->timeline->events;
    if (by < 0) {
        s->step = s->step < (uint64_t)-by ? 0 : s->step - (uint64_t)-by;
    } else {
        s->step = last - s->step < (uint64_t)by ? last : s->step + (uint64_t)by;
    }
}

/* A key that asks for the next step of a kind, or NULL. */
static const char *event_of(int key)
{
    static const char *const event[128] = {['s'] = "split", ['m'] = "merge", ['w'] = "grow",
                                           ['t'] = "trim",  ['x'] = "fail",  ['f'] = "free"};
    return key > 0 && key < 128 ? event[key] : NULL;
}

static bool act(struct screen *s, int key, struct problem *problem)
{
    if (s->help) {
        s->help = false;
        return true;
    }
    switch (key) {
    case KEY_RIGHT:
    case ' ':
    case 'l':
    case '\n':
        move(s, 1);
        return true;
    case KEY_LEFT:
    case 127:
    case '\b':
    case 'h':
        move(s, -1);
        return true;
    case KEY_PAGE_DOWN:
        move(s, FAR);
        return true;
    case KEY_PAGE_UP:
        move(s, -FAR);
        return true;
    case KEY_HOME:
        s->step = 0;
        return true;
    case KEY_END:
        s->step = s->group->timeline->events;
        return true;
    case KEY_DOWN:
        s->scroll++;
        return true;
    case KEY_UP:
        s->scroll -= s->scroll > 0;
        return true;
    case 'b':
        s->setup.hex = !s->setup.hex;
        return true;
    case '?':
        s->help = true;
        return true;
    case 'g':
    case 'a':
    case '/':
        return ask(s, key, problem);
    case 'n':
        return !s->condition[0] || seek(s, s->condition, problem);
    default:
        return !event_of(key) || seek(s, event_of(key), problem);
    }
}

bool terminal_run(struct step_group *g, const struct text_setup *setup, uint64_t step,
                  struct problem *problem)
{
    struct screen s = {.group = g, .setup = *setup, .step = step, .own_width = setup->width == 0};
    take_over();
    bool shown = draw(&s, problem);
    for (int key; shown && (key = read_key()) >= 0 && key != 'q';) {
        uint64_t from = s.step;
        shown = act(&s, key, problem);
        s.scroll = s.step == from ? s.scroll : 0;
        shown = shown && draw(&s, problem);
    }
    crash_cleanup = NULL;
    restore();
    return shown;
}
