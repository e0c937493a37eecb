#define _GNU_SOURCE
#include "mallocs/compile.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

void compile_add(struct compile *c, const char *argument)
{
    if (c->n < COMPILE_ARGUMENTS) {
        c->argument[c->n++] = argument;
    }
}

const char *compile_program(void)
{
    const char *compiler = getenv("CC");
    return compiler && *compiler ? compiler : "cc";
}

/* The environment with the language of messages set to English; NULL: no memory. */
static char **english(void)
{
    static char language[] = "LC_ALL=C";
    size_t n = 0, kept = 0;
    while (environ[n]) {
        n++;
    }
    char **copy = calloc(n + 2, sizeof *copy);
    for (size_t i = 0; copy && i < n; i++) {
        if (strncmp(environ[i], "LC_ALL=", 7) != 0) {
            copy[kept++] = environ[i];
        }
    }
    if (copy) {
        copy[kept] = language;
    }
    return copy;
}

bool compile_run(const struct compile *c, const char *log)
{
    const char *argv[COMPILE_ARGUMENTS + 2] = {c->program ? c->program : compile_program()};
    memcpy(argv + 1, c->argument, c->n * sizeof *argv);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC,
                                     0644);
    char **environment = english();
    pid_t pid;
    int status = 1;
    /* argv's strings are not written to: the type is older than const */
    bool ran = environment &&
               posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv,
                            environment) == 0 &&
               waitpid(pid, &status, 0) == pid;
    free(environment);
    posix_spawn_file_actions_destroy(&actions);
    return ran && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Copies the first line that has one of the words; "" if none has. */
static void find_line(const char *log, const char *const *words, char *out, size_t size)
{
    char line[1024];
    FILE *file = fopen(log, "re");
    *out = '\0';
    while (file && !*out && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        for (size_t i = 0; words[i]; i++) {
            if (strstr(line, words[i])) {
                snprintf(out, size, "%s", line);
                break;
            }
        }
    }
    if (file) {
        fclose(file);
    }
}

void compile_first_error(const char *log, char *line, size_t size)
{
    find_line(log, (const char *const[]){"error:", "undefined reference", "error ", NULL}, line,
              size);
}

void compile_first_narrow_cast(const char *log, char *place, size_t size)
{
    char line[512];
    find_line(log,
              (const char *const[]){"pointer-to-int-cast]", "int-to-pointer-cast]",
                                    "int-to-void-pointer-cast]", NULL},
              line, sizeof line);
    char *first = strchr(line, ':'), *second = first ? strchr(first + 1, ':') : NULL;
    if (second) {
        *second = '\0';
        const char *slash = strrchr(line, '/');
        snprintf(place, size, "%s", slash ? slash + 1 : line);
    } else {
        *place = '\0';
    }
}
