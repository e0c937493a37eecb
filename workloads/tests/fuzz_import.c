/* fuzz_import.c - any bytes, read as a format: a problem or a trace, never a fault. FUZZED is the
 * importer. */
#include <stdlib.h>

#include "workloads/formats/importer.h"

extern const struct importer FUZZED;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static struct source in;
    static struct sink out;
    struct problem problem = {""};
    source_open_bytes(&in, "NAME", bytes, n);
    FUZZED.recognise(bytes, n, true);
    if (!sink_open(&out, NULL)) {
        abort();
    }
    bool ok = FUZZED.import(&in, &out, &problem);
    if (ok == (problem.text[0] != '\0')) {
        abort(); /* a failure says why, a success has nothing to say */
    }
    sink_close(&out);
    source_close(&in);
    return 0;
}
