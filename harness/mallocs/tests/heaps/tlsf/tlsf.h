#include <stddef.h>

typedef void *tlsf_t;

tlsf_t tlsf_create_with_pool(void *mem, size_t bytes);
void *tlsf_malloc(tlsf_t tlsf, size_t bytes);
void *tlsf_memalign(tlsf_t tlsf, size_t align, size_t bytes);
void *tlsf_realloc(tlsf_t tlsf, void *ptr, size_t size);
void tlsf_free(tlsf_t tlsf, void *ptr);
size_t tlsf_block_size(void *ptr);
size_t tlsf_size(void);
size_t tlsf_block_size_min(void);
size_t tlsf_block_size_max(void);
size_t tlsf_pool_overhead(void);
