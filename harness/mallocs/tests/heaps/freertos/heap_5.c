/* A stand-in for heap_5.c of FreeRTOS: it must be told its memory, once. */
#include "FreeRTOS.h"
#include "task.h"

#include "../core.h"

static struct core xCore;

void vPortDefineHeapRegions(const HeapRegion_t *const pxHeapRegions)
{
    configASSERT(xCore.base == NULL && pxHeapRegions[1].pucStartAddress == NULL);
    core_init(&xCore, pxHeapRegions[0].pucStartAddress, pxHeapRegions[0].xSizeInBytes);
}

void *pvPortMalloc(size_t xWantedSize)
{
    configASSERT(xCore.base);
    return xWantedSize ? core_take(&xCore, xWantedSize) : NULL;
}

void vPortFree(void *pv)
{
    core_give(pv);
}
