/* system_page.h - the pages of the system, which alone can be opened, closed and found resident.
 * They may be larger than the unit of the contract, REGION_ALIGN: 16 or 64 KiB on some machines. */
#ifndef FITLAB_SYSTEM_PAGE_H
#define FITLAB_SYSTEM_PAGE_H

#include <unistd.h>

#include "allocators/region.h"

enum { SYSTEM_PAGE_MOST = 1 << 16 };

/* Bytes of a page, at least REGION_ALIGN. */
static inline size_t system_page_bytes(void)
{
    long bytes = sysconf(_SC_PAGESIZE);
    return bytes > (long)REGION_ALIGN ? (size_t)bytes : REGION_ALIGN;
}

#endif
