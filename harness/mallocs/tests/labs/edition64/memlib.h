/* The memory system as the 64-bit edition declares it. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void mem_init(bool sparse);
void mem_deinit(void);
void *mem_sbrk(intptr_t incr);
void mem_reset_brk(void);
void *mem_heap_lo(void);
void *mem_heap_hi(void);
size_t mem_heapsize(void);
size_t mem_pagesize(void);
void *mem_memset(void *dst, int c, size_t n);
void *mem_memcpy(void *dst, const void *src, size_t n);
uint64_t mem_read(const void *addr, size_t len);
void mem_write(void *addr, uint64_t val, size_t len);
