# Writes OUTPUT, a C source that defines build_info, if it would change.
set(commit "0")
set(dirty "false")
execute_process(COMMAND git rev-parse HEAD WORKING_DIRECTORY ${SOURCE}
                OUTPUT_VARIABLE head OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(NOT failed)
    set(commit "\"${head}\"")
    execute_process(COMMAND git status --porcelain WORKING_DIRECTORY ${SOURCE}
                    OUTPUT_VARIABLE changes OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(changes)
        set(dirty "true")
    endif()
endif()
string(REPLACE "\"" "\\\"" flags "${FLAGS}")
string(STRIP "${flags}" flags)
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT
"#include \"results/build_info.h\"

const struct build_info build_info = {
    .version = \"${VERSION}\",
    .commit = ${commit},
    .dirty = ${dirty},
    .compiler = \"${COMPILER}\",
    .flags = \"${flags}\",
    .build_type = \"${BUILD_TYPE}\",
};
")
