/* config.h - the constants of the CS:APP malloc lab that solutions use. Used where a solution
 * brings no config.h of its own. */
#ifndef FITLAB_MALLOCLAB_CONFIG_H
#define FITLAB_MALLOCLAB_CONFIG_H

#ifndef ALIGNMENT
#define ALIGNMENT 8
#endif
#ifndef MAX_HEAP
#define MAX_HEAP (20 * (1 << 20))
#endif
#ifndef TRY_DENSE_HEAP_START
#define TRY_DENSE_HEAP_START (void *)0x800000000
#endif

#endif
