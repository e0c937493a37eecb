#include "present/emit/code_size.h"

#include <fcntl.h>
#include <gelf.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/temporary.h"
#include "mallocs/compile.h"
#include "present/emit/emit.h"

const char *const code_target_names[CODE_TARGETS] = {
#ifdef __x86_64__
    "x86-64",
#else
    "this machine",
#endif
    "32 bits", "Cortex-M4"};

/* Bytes of the sections that are executed. */
static size_t executed_bytes(const char *path)
{
    size_t bytes = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    elf_version(EV_CURRENT);
    Elf *elf = fd >= 0 ? elf_begin(fd, ELF_C_READ, NULL) : NULL;
    for (Elf_Scn *section = NULL; elf && (section = elf_nextscn(elf, section));) {
        GElf_Shdr head;
        if (gelf_getshdr(section, &head) && (head.sh_flags & SHF_EXECINSTR)) {
            bytes += head.sh_size;
        }
    }
    elf_end(elf);
    if (fd >= 0) {
        close(fd);
    }
    return bytes;
}

static bool write_source(const struct policy_spec *spec, const char *path)
{
    const struct emit_options options = {.prefix = "my_", .pool = 65536, .command = "fitlab list"};
    struct problem unused;
    FILE *out = fopen(path, "we");
    bool wrote = out && emit_heap(spec, &options, out, &unused);
    return (!out || fclose(out) == 0) && wrote;
}

static bool compile(enum code_target target, const char *source, const char *object,
                    const char *log)
{
    static const char *const flags[CODE_TARGETS][3] = {
        [CODE_32] = {"-m32"}, [CODE_THUMB] = {"-mcpu=cortex-m4", "-mthumb"}};
    struct compile c = {.program = target == CODE_THUMB ? "arm-none-eabi-gcc" : NULL};
    for (size_t i = 0; flags[target][i]; i++) {
        compile_add(&c, flags[target][i]);
    }
    compile_add(&c, "-std=c99");
    compile_add(&c, "-Os");
    compile_add(&c, "-c");
    compile_add(&c, source);
    compile_add(&c, "-o");
    compile_add(&c, object);
    return compile_run(&c, log);
}

size_t code_size(const struct policy_spec *spec, enum code_target target)
{
    char folder[PATH_MAX], source[PATH_MAX + 16], object[PATH_MAX + 16], log[PATH_MAX + 16];
    struct problem unused;
    size_t bytes = 0;
    if (!temporary_folder("size", folder, &unused)) {
        return 0;
    }
    snprintf(source, sizeof source, "%s/heap.c", folder);
    snprintf(object, sizeof object, "%s/heap.o", folder);
    snprintf(log, sizeof log, "%s/log", folder);
    if (write_source(spec, source) && compile(target, source, object, log)) {
        bytes = executed_bytes(object);
    }
    unlink(source);
    unlink(object);
    unlink(log);
    rmdir(folder);
    return bytes;
}
