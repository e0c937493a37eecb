/* task.h - what the heaps of FreeRTOS want of its scheduler: nothing runs beside them. */
#ifndef FITLAB_FREERTOS_TASK_H
#define FITLAB_FREERTOS_TASK_H

#include "FreeRTOS.h"

static inline void vTaskSuspendAll(void)
{
}

static inline BaseType_t xTaskResumeAll(void)
{
    return pdFALSE;
}

#define taskENTER_CRITICAL() ((void)0)
#define taskEXIT_CRITICAL()  ((void)0)

#endif
