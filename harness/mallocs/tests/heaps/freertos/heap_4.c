/* A stand-in for heap_4.c of FreeRTOS: a heap over ucHeap that initialises itself at the first
 * request, and never again. */
#include <stdlib.h>

#include "FreeRTOS.h"
#include "task.h"

#include "../core.h"

#if (configAPPLICATION_ALLOCATED_HEAP == 1)
extern uint8_t ucHeap[configTOTAL_HEAP_SIZE];
#else
PRIVILEGED_DATA static uint8_t ucHeap[configTOTAL_HEAP_SIZE];
#endif

PRIVILEGED_DATA static struct core *pxEnd = NULL;
PRIVILEGED_DATA static struct core xCore;

static void prvHeapInit(void)
{
    core_init(&xCore, ucHeap, configTOTAL_HEAP_SIZE);
    pxEnd = &xCore;
}

void *pvPortMalloc(size_t xWantedSize)
{
    void *pvReturn;
    vTaskSuspendAll();
    if (pxEnd == NULL) {
        prvHeapInit();
    }
    configASSERT((uint8_t *)pxEnd->end <= &ucHeap[configTOTAL_HEAP_SIZE - 1] + 1);
    pvReturn = xWantedSize ? core_take(pxEnd, xWantedSize) : NULL;
    traceMALLOC(pvReturn, xWantedSize);
    (void)xTaskResumeAll();
    return pvReturn;
}

void vPortFree(void *pv)
{
    core_give(pv);
}
