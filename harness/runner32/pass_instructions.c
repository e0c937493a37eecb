/* pass_instructions.c - fitlab does not start this program for the pass that counts instructions.
 */
#include "cell/pass.h"
#include "cell/pass_kind.h"

static bool run(struct pass *p)
{
    return pass_fail(p, CELL_UNAVAILABLE, "instructions are counted at the bits of fitlab alone");
}

const struct pass_kind pass_instructions = {
    .name = "instructions", .letter = 'I', .measures = "nothing in this program", .run = run};
