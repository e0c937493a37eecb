#define _GNU_SOURCE
#include "scratch.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "./fitlab-test-XXXXXX", home[PATH_MAX];

int scratch_enter(void **unused)
{
    (void)unused;
    return mkdtemp(folder) && getcwd(home, sizeof home) ? chdir(folder) : -1;
}

int scratch_leave(void **unused)
{
    (void)unused;
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return chdir(home) == 0 ? system(command) : -1;
}

int shell(const char *format, ...)
{
    char command[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    int status = system(command);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

const char *notes(void)
{
    static char text[65536];
    FILE *file = fopen("notes", "r");
    assert_non_null(file);
    size_t got = fread(text, 1, sizeof text - 1, file);
    text[got] = '\0';
    fclose(file);
    return text;
}
