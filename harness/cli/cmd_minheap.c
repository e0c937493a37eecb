/* cmd_minheap.c - `fitlab minheap`: the smallest region that is enough. */
#include "cli/command.h"
#include "cli/run.h"

static int run(int argc, char **argv)
{
    return run_command(
        argc, argv, PASS_MINHEAP,
        "Find the smallest fixed region in which each policy completes each workload, to the "
        "16 bytes. At the answer every request is served; 16 bytes less are too little, and so is "
        "each of the sizes below it that the last column counts, and each smaller one of curve.csv "
        "(a larger region is not always enough where a smaller one is, so no search by halves "
        "can prove more).\v"
        "'fitlab run --region N' shows whether a size is enough. With -o, curve.csv has the share "
        "of requests that "
        "fail in regions from one to three times the peak live bytes.\n\nExample:\n"
        "  fitlab minheap -p first-fit best-fit -w bc -o out");
}

const struct command command_minheap = {
    .name = "minheap",
    .group = GROUP_EXPERIMENTS,
    .summary = "the smallest region in which a policy completes a workload",
    .run = run,
};
