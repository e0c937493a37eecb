#include <stddef.h>

typedef struct {
    size_t size;
} tlsf_t;

#define TLSF_INIT ((tlsf_t){.size = 0})

void *tlsf_resize(tlsf_t *, size_t);
void *tlsf_malloc(tlsf_t *, size_t size);
void *tlsf_realloc(tlsf_t *, void *, size_t);
void tlsf_free(tlsf_t *, void *);
