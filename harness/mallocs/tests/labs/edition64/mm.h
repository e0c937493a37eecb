#include <stdbool.h>
#include <stddef.h>

bool mm_init(void);
bool mm_checkheap(int line);
#ifdef DRIVER
void *mm_malloc(size_t size);
void mm_free(void *ptr);
void *mm_realloc(void *ptr, size_t size);
#endif
