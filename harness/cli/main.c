/* main.c - the main program of fitlab: finds the sub-command and calls it. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "cell/fresh_program.h"
#include "cli/command.h"
#include "cli/interrupted.h"
#include "spec/spec.h"

const struct command *const commands[] = {
#define X(name) &command_##name,
    FITLAB_COMMANDS(X)
#undef X
        NULL,
};

enum { COMMANDS = sizeof commands / sizeof *commands - 1 };

int command_fail(const struct problem *problem)
{
    fprintf(stderr, "fitlab: %s\n", problem->text);
    return EXIT_USAGE;
}

void command_entry(FILE *out, const char *name, const char *text)
{
    enum { INDENT = 19, WIDTH = 78 };
    fprintf(out, "  %-*s", INDENT - 3, name);
    size_t column = INDENT - 1;
    while (*text) {
        size_t word = strcspn(text, " ");
        if (column + 1 + word > WIDTH) {
            fprintf(out, "\n%*s", INDENT - 1, "");
            column = INDENT - 1;
        }
        fprintf(out, " %.*s", (int)word, text);
        column += 1 + word;
        text += word + strspn(text + word, " ");
    }
    fputc('\n', out);
}

char *command_words(int argc, char *const argv[])
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    for (int i = 0; out && i < argc; i++) {
        fprintf(out, "%s%s", i ? " " : "", argv[i]);
    }
    if (!out || fclose(out)) {
        abort();
    }
    return text;
}

static void print_group(enum command_group group, const char *heading)
{
    printf("\n%s:\n", heading);
    for (size_t i = 0; i < COMMANDS; i++) {
        if (commands[i]->group == group) {
            command_entry(stdout, commands[i]->name, commands[i]->summary);
        }
    }
}

static void print_help(void)
{
    static const char *const headings[] = {
#define X(symbol, heading) heading,
        FITLAB_COMMAND_GROUPS(X)
#undef X
    };
    puts("Usage: fitlab COMMAND [OPTION...]\n"
         "Compare memory-allocator policies by replaying workloads against them.");
    for (unsigned group = 0; group < COMMAND_GROUPS; group++) {
        if (headings[group]) {
            print_group((enum command_group)group, headings[group]);
        }
    }
    puts("\nBegin with:\n"
         "  fitlab list                                    what there is to compare\n"
         "  fitlab run -p first-fit -p best-fit -w uniform a table on the terminal\n"
         "  fitlab COMMAND --help, fitlab help COMMAND     how to use one");
}

static int unknown_command(const char *word)
{
    const char *names[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++) {
        names[i] = commands[i]->name;
    }
    struct problem problem;
    words_unknown("command", word, names, COMMANDS, "see 'fitlab --help'", &problem);
    return command_fail(&problem);
}

/* An output that could not be written completely is a failure. */
static int printed(int status)
{
    errno = 0;
    if (!fflush(stdout) && !ferror(stdout)) {
        return status;
    }
    struct problem problem;
    problem_set(&problem, "standard output cannot be written: %s",
                errno ? strerror(errno) : "some of it is lost");
    return command_fail(&problem);
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c)
{
    return !strcmp(word, a) || !strcmp(word, b) || !strcmp(word, c);
}

static int run_command_named(int argc, char **argv)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        if (!strcmp(argv[1], commands[i]->name)) {
            char name[64];
            snprintf(name, sizeof name, "fitlab %s", commands[i]->name);
            argp_err_exit_status = EXIT_USAGE;
            argv[1] = name;
            return printed(commands[i]->run(argc - 1, argv + 1));
        }
    }
    return unknown_command(argv[1]);
}

/* `fitlab help COMMAND` and `fitlab COMMAND -h` are `fitlab COMMAND --help`. */
static int help_of(char *program, char *command)
{
    static char option[] = "--help";
    char *words[] = {program, command, option, NULL};
    return run_command_named(3, words);
}

int main(int argc, char **argv)
{
    fresh_program_path = "/proc/self/exe";
    if (argc > 1 && !strcmp(argv[1], "cell")) {
        return fresh_program_main(argc - 1, argv + 1);
    }
    interrupted_removes_unfinished();
    if (argc < 2 || (argc == 2 && is_one_of(argv[1], "help", "--help", "-h"))) {
        print_help();
        return argc < 2 ? EXIT_USAGE : printed(EXIT_DONE);
    }
    if (is_one_of(argv[1], "help", "--help", "-h")) {
        return help_of(argv[0], argv[2]);
    }
    if (is_one_of(argv[1], "version", "--version", "-V")) {
        puts("fitlab " FITLAB_VERSION);
        return printed(EXIT_DONE);
    }
    if (argc == 3 && !strcmp(argv[2], "-h")) {
        return help_of(argv[0], argv[1]);
    }
    return run_command_named(argc, argv);
}
