#include "mallocs/library.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct offer {
    const char *symbol;
    bool policy, malloc, free, realloc, usable, memalign;
};

static void note_symbol(struct offer *offer, const char *name, const GElf_Sym *symbol)
{
    bool function =
        GELF_ST_TYPE(symbol->st_info) == STT_FUNC || GELF_ST_TYPE(symbol->st_info) == STT_GNU_IFUNC;
    if (symbol->st_shndx == SHN_UNDEF || !name) {
        return;
    }
    offer->policy |= GELF_ST_TYPE(symbol->st_info) == STT_OBJECT && !strcmp(name, offer->symbol);
    offer->malloc |= function && !strcmp(name, "malloc");
    offer->free |= function && !strcmp(name, "free");
    offer->realloc |= function && !strcmp(name, "realloc");
    offer->usable |= function && !strcmp(name, "malloc_usable_size");
    offer->memalign |= function && !strcmp(name, "posix_memalign");
}

/* False if the file is no ELF shared library. */
static bool read_symbols(Elf *elf, struct offer *offer)
{
    GElf_Ehdr header;
    if (!elf || elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header) ||
        header.e_type != ET_DYN) {
        return false;
    }
    for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));) {
        GElf_Shdr head;
        Elf_Data *data = elf_getdata(section, NULL);
        if (!gelf_getshdr(section, &head) || head.sh_type != SHT_DYNSYM || !data ||
            !head.sh_entsize) {
            continue;
        }
        for (size_t i = 0; i < head.sh_size / head.sh_entsize && i < INT_MAX; i++) {
            GElf_Sym symbol;
            if (gelf_getsym(data, (int)i, &symbol)) {
                note_symbol(offer, elf_strptr(elf, head.sh_link, symbol.st_name), &symbol);
            }
        }
    }
    return true;
}

static void take_stem(const char *path, char *stem, size_t size)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    snprintf(stem, size, "%.*s", (int)strcspn(name, "."), name);
    for (char *c = stem; *c; c++) {
        if (*c == '-') {
            *c = '_';
        }
    }
}

bool library_open(const char *path, struct library *library, struct problem *problem)
{
    take_stem(path, library->symbol, sizeof library->symbol);
    struct offer offer = {.symbol = library->symbol};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || !realpath(path, library->path)) {
        problem_set(problem, "%s: %s", path, strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    elf_version(EV_CURRENT);
    Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
    bool elf_library = read_symbols(elf, &offer);
    elf_end(elf);
    close(fd);
    if (!elf_library) {
        return problem_set(problem, "%s: no shared library (build it with cc -shared -fPIC)", path);
    }
    if (!offer.policy && !(offer.malloc && offer.free)) {
        return problem_set(problem,
                           "%s: defines neither 'const struct policy %s' nor malloc and free", path,
                           library->symbol);
    }
    library->kind = offer.policy ? LIBRARY_POLICY : LIBRARY_MALLOC;
    library->realloc = offer.realloc;
    library->usable = offer.usable;
    library->memalign = offer.memalign;
    return true;
}
