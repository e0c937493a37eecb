#include <stddef.h>

typedef struct range {
    char *lo, *hi;
    struct range *next;
} range_t;

int mm_init(range_t **ranges);
void *mm_malloc(size_t size);
void mm_free(void *ptr);
