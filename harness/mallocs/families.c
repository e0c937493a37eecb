#include "mallocs/families.h"

#include <stdio.h>
#include <string.h>

static const struct family families[] = {
    {.name = "a malloc-lab solution",
     .adapter = "malloclab",
     .function = {"mm_init"},
     .flag = {"-DDRIVER", "-fno-builtin"}},
    {.name = "heap_5 of FreeRTOS",
     .adapter = "freertos",
     .function = {"pvPortMalloc", "vPortFree", "vPortDefineHeapRegions"},
     .optional = {"vPortDefineHeapRegions"}},
    {.name = "heap_2 or heap_4 of FreeRTOS",
     .adapter = "freertos",
     .function = {"pvPortMalloc", "vPortFree", "prvHeapInit"}},
    {.name = "heap_1 of FreeRTOS",
     .adapter = "freertos",
     .function = {"pvPortMalloc", "vPortFree", "xPortGetFreeHeapSize"},
     .flag = {"-DHEAP_FILE_NEVER_FREES"}},
    {.name = "o1heap",
     .adapter = "o1heap",
     .function = {"o1heapInit", "o1heapAllocate", "o1heapFree"},
     .optional = {"o1heapDoInvariantsHold"}},
    {.name = "Conte's TLSF",
     .adapter = "tlsf",
     .function = {"tlsf_create_with_pool", "tlsf_malloc", "tlsf_free"},
     .optional = {"tlsf_check"}},
    {.name = "TLSF in its BSD form",
     .adapter = "tlsf_bsd",
     .function = {"tlsf_malloc", "tlsf_realloc", "tlsf_free"},
     .optional = {"tlsf_aalloc"}},
    {.name = "umm_malloc",
     .adapter = "umm_malloc",
     .function = {"umm_init", "umm_malloc", "umm_realloc", "umm_free"},
     .optional = {"umm_init_heap"}},
    {.name = "a heap over memory that it is given",
     .adapter = "named_arena",
     .function = {"_init", "_malloc", "_free"},
     .optional = {"_realloc"},
     .over_memory = true},
    {.name = "a heap over sbrk",
     .adapter = "named_sbrk",
     .function = {"_malloc", "_free"},
     .optional = {"_realloc", "_init"},
     .over_sbrk = true},
};

enum { FAMILIES = sizeof families / sizeof *families };

const struct definition *family_function(const struct definitions *d, const char *prefix,
                                         const char *function)
{
    char name[128];
    snprintf(name, sizeof name, "%s%s", *function == '_' ? prefix : "", function);
    return definitions_find(d, name);
}

static bool defines_all(const struct definitions *d, const struct family *f, const char *prefix)
{
    for (size_t i = 0; i < FAMILY_FUNCTIONS && f->function[i]; i++) {
        const struct definition *found = family_function(d, prefix, f->function[i]);
        bool init = !strcmp(f->function[i], "_init");
        if (!found || (init && f->over_memory && !found->takes_memory)) {
            return false;
        }
    }
    return !f->over_sbrk || d->calls_sbrk;
}

/* Tries all prefixes that the file has a PREFIX_malloc of. */
static bool fits_with_prefix(const struct definitions *d, const struct family *f, char prefix[64])
{
    static const char end[] = "_malloc";
    for (size_t i = 0; i < d->n; i++) {
        const char *name = d->item[i].name;
        size_t length = strlen(name);
        if (length < sizeof end || strcmp(name + length - (sizeof end - 1), end) != 0) {
            continue;
        }
        snprintf(prefix, 64, "%.*s", (int)(length - (sizeof end - 1)), name);
        if (defines_all(d, f, prefix)) {
            return true;
        }
    }
    return false;
}

const struct family *families_find(const struct definitions *d, char prefix[64])
{
    for (size_t i = 0; i < FAMILIES; i++) {
        const struct family *f = &families[i];
        bool prefixed = f->function[0][0] == '_';
        prefix[0] = '\0';
        if (prefixed ? fits_with_prefix(d, f, prefix) : defines_all(d, f, prefix)) {
            return f;
        }
    }
    return NULL;
}

void families_describe(char *out, size_t size)
{
    size_t used = 0;
    *out = '\0';
    for (size_t i = 0; i < FAMILIES && used < size; i++) {
        const char *between = i == 0 ? "" : i + 1 < FAMILIES ? ", " : " or ";
        used += (size_t)snprintf(out + used, size - used, "%s%s", between, families[i].name);
    }
}
