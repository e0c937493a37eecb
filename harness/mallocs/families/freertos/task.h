/* task.h - the part of the FreeRTOS scheduler that its heaps use: here no other task runs. */
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
