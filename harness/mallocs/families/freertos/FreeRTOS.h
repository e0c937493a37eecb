/* FreeRTOS.h - what heap_1.c, heap_2.c, heap_4.c and heap_5.c of FreeRTOS want to know of the kernel
 * and of its port, for a heap that is all there is of either.
 *
 * The heap is a region whose size is known only at run time, but heap_4.c and its like declare an
 * array of configTOTAL_HEAP_SIZE bytes. So the array is what a pointer points to, and the size
 * is a constant where an array may be declared, outside of functions, and a variable inside them:
 * __func__ is as long as the function's name, and empty where there is none.
 */
#ifndef FITLAB_FREERTOS_H
#define FITLAB_FREERTOS_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

extern size_t fitlab_heap_bytes;
#define configTOTAL_HEAP_SIZE                                                                      \
    __builtin_choose_expr(sizeof(__func__) > 1, fitlab_heap_bytes, (size_t)1 << 30)

extern uint8_t (*fitlab_heap_array)[(size_t)1 << 30];
#define ucHeap (*fitlab_heap_array)

#define configAPPLICATION_ALLOCATED_HEAP 1
#define configSUPPORT_DYNAMIC_ALLOCATION 1
#define configUSE_MALLOC_FAILED_HOOK     0
#define configENABLE_HEAP_PROTECTOR      0
#define configHEAP_CLEAR_MEMORY_ON_FREE  0
#define configASSERT(x)                                                                            \
    do {                                                                                           \
        if (!(x)) {                                                                                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#define portBYTE_ALIGNMENT      8
#define portBYTE_ALIGNMENT_MASK 0x0007
#define portPOINTER_SIZE_TYPE   uintptr_t
#define portMAX_DELAY           ((TickType_t)UINT32_MAX)

#define PRIVILEGED_DATA
#define PRIVILEGED_FUNCTION
#define traceMALLOC(p, n)        ((void)0)
#define traceFREE(p, n)          ((void)0)
#define mtCOVERAGE_TEST_MARKER() ((void)0)

#define pdFALSE ((BaseType_t)0)
#define pdTRUE  ((BaseType_t)1)

typedef long BaseType_t; /* FreeRTOS's own types have these names */
typedef unsigned long UBaseType_t;
typedef uint32_t TickType_t;

typedef struct HeapRegion {
    uint8_t *pucStartAddress;
    size_t xSizeInBytes;
} HeapRegion_t;

typedef struct xHeapStats {
    size_t xAvailableHeapSpaceInBytes;
    size_t xSizeOfLargestFreeBlockInBytes;
    size_t xSizeOfSmallestFreeBlockInBytes;
    size_t xNumberOfFreeBlocks;
    size_t xMinimumEverFreeBytesRemaining;
    size_t xNumberOfSuccessfulAllocations;
    size_t xNumberOfSuccessfulFrees;
} HeapStats_t;

void *pvPortMalloc(size_t n);
void *pvPortCalloc(size_t count, size_t n);
void vPortFree(void *p);
void vPortDefineHeapRegions(const HeapRegion_t *regions);
void vPortInitialiseBlocks(void);
void vPortGetHeapStats(HeapStats_t *);
void vPortHeapResetState(void);
size_t xPortGetFreeHeapSize(void);
size_t xPortGetMinimumEverFreeHeapSize(void);
void xPortResetHeapMinimumEverFreeHeapSize(void);

#endif
