/* program.c - whether a program can be preloaded, read from its file. */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "programs/preload/preload.h"

static bool is_executable(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

static bool in_path(const char *name, char path[PATH_MAX])
{
    const char *at = getenv("PATH");
    at = at ? at : "/usr/local/bin:/usr/bin:/bin";
    while (true) {
        int length = (int)strcspn(at, ":");
        snprintf(path, PATH_MAX, "%.*s/%s", length ? length : 1, length ? at : ".", name);
        if (is_executable(path)) {
            return true;
        }
        if (!at[length]) {
            return false;
        }
        at += length + 1;
    }
}

/* True if the file is an ELF program that asks for no dynamic linker. */
static bool is_static(FILE *file)
{
    Elf64_Ehdr head;
    if (fread(&head, sizeof head, 1, file) != 1 || memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
        head.e_ident[EI_CLASS] != ELFCLASS64 || fseek(file, (long)head.e_phoff, SEEK_SET) != 0) {
        return false;
    }
    for (unsigned i = 0; i < head.e_phnum; i++) {
        Elf64_Phdr segment;
        if (fread(&segment, sizeof segment, 1, file) != 1 || segment.p_type == PT_INTERP) {
            return false;
        }
    }
    return true;
}

bool preload_check(const char *name, struct problem *problem)
{
    char path[PATH_MAX];
    if (strchr(name, '/')) {
        snprintf(path, sizeof path, "%s", name);
    } else if (!in_path(name, path)) {
        return problem_set(problem, "cannot run '%s': no such program in PATH", name);
    }
    FILE *file = fopen(path, "rb");
    if (!file) {
        return errno == EACCES ||
               problem_set(problem, "cannot run '%s': %s", name, strerror(errno));
    }
    bool ok = !is_static(file);
    fclose(file);
    return ok ||
           problem_set(problem, "'%s' is linked statically: its malloc cannot be replaced", name);
}
