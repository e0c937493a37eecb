/* umm_malloc_cfgport.h - the port that umm_malloc wants: blocks of 8 bytes, best fit, and no
 * assertions or logs. */
#ifndef FITLAB_UMM_MALLOC_CFGPORT_H
#define FITLAB_UMM_MALLOC_CFGPORT_H

#define DBGLOG_TRACE(...)    ((void)0)
#define DBGLOG_DEBUG(...)    ((void)0)
#define DBGLOG_CRITICAL(...) ((void)0)
#define DBGLOG_FORCE(...)    ((void)0)

#include <stdint.h>

extern void *UMM_MALLOC_CFG_HEAP_ADDR;
extern uint32_t UMM_MALLOC_CFG_HEAP_SIZE;

#endif
