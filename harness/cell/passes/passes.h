/* passes.h - the passes: one a line, in the order in which a sweep and a table have them.
 *
 * A pass is a file of this folder, which defines `const struct pass_kind pass_KIND` (pass_kind.h),
 * and a line here. CMake finds the file; names, help, estimates and tables come from the kind.
 */
#ifndef FITLAB_PASSES_H
#define FITLAB_PASSES_H

/* X(symbol, kind): PASS_SYMBOL is its place in this list. */
/* clang-format off */
#define CELL_PASSES(X)                  \
    X(MEMORY, memory)                   \
    X(PAGES, pages)                     \
    X(THROUGHPUT, throughput)           \
    X(THROUGHPUT_COLD, throughput_cold) \
    X(LATENCY, latency)                 \
    X(CHECK, check)                     \
    X(MAP, map)                         \
    X(LINES, lines)                     \
    X(INSTRUCTIONS, instructions)       \
    X(MINHEAP, minheap)
/* clang-format on */

#endif
