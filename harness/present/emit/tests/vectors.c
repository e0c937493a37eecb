/* vectors.c - what a Cortex-M reads at address 0 when it starts: the end of the stack, and where to begin.
 * newlib's _start then asks the debugger for memory (semihosting).
 */
void _start(void);

__attribute__((section(".vectors"), used)) static const void *const vectors[] = {
    (const void *)0x00400000, (const void *)_start};
