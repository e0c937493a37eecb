#include <stdbool.h>
#include <stddef.h>

typedef struct O1HeapInstance O1HeapInstance;

O1HeapInstance *o1heapInit(void *const base, const size_t size);
void *o1heapAllocate(O1HeapInstance *const handle, const size_t amount);
void o1heapFree(O1HeapInstance *const handle, void *const pointer);
bool o1heapDoInvariantsHold(const O1HeapInstance *const handle);
