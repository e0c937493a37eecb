/* A stand-in for heap_1.c of FreeRTOS: nothing is ever freed. */
#include <stdlib.h>

#include "FreeRTOS.h"
#include "task.h"

extern uint8_t ucHeap[configTOTAL_HEAP_SIZE];

static size_t xNextFreeByte = 0;

void *pvPortMalloc(size_t xWantedSize)
{
    void *pvReturn = NULL;
    xWantedSize = (xWantedSize + portBYTE_ALIGNMENT_MASK) & ~(size_t)portBYTE_ALIGNMENT_MASK;
    vTaskSuspendAll();
    if (xNextFreeByte + xWantedSize <= configTOTAL_HEAP_SIZE) {
        pvReturn = &ucHeap[xNextFreeByte];
        xNextFreeByte += xWantedSize;
    }
    (void)xTaskResumeAll();
    return pvReturn;
}

void vPortFree(void *pv)
{
    configASSERT(pv == NULL);
}

size_t xPortGetFreeHeapSize(void)
{
    return configTOTAL_HEAP_SIZE - xNextFreeByte;
}
