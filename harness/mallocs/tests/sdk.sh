#!/usr/bin/env bash
# sdk.sh BUILD: what is installed suffices to write a policy: the example is built as a project of its
# own by CMake, and with nothing but the compiler and pkg-config.
. "$(dirname "$0")/common.sh"
prefix=$scratch/prefix
cmake --install "$1" --prefix "$prefix" >"$scratch/log" 2>&1 || {
    cat "$scratch/log"
    exit 1
}
installed=$prefix/bin/fitlab

# an installation needs no source tree: this one could not find it
sed -i "s#$FITLAB_SOURCE#${FITLAB_SOURCE//?/X}#g" "$installed"
"$installed" run -p "$FITLAB_SOURCE/harness/mallocs/tests/labs/implicit/mm.c" -w gawk >"$scratch/log" 2>&1 || {
    cat "$scratch/log"
    complain "what is installed does not find the lab's headers, or the corpus"
}
example=$(dirname "$(find "$prefix" -path '*fitlab/example/my_fit.c')")
cmake -S "$example" -B "$scratch/build" -DCMAKE_PREFIX_PATH="$prefix" >"$scratch/log" 2>&1 &&
    cmake --build "$scratch/build" >>"$scratch/log" 2>&1 || {
    cat "$scratch/log"
    complain "the example does not build against what is installed"
}
"$installed" check "$scratch/build/my_fit.so:fit=best" >"$scratch/verdict" || {
    cat "$scratch/verdict"
    complain "the plug-in by CMake is not sound"
}

pc=$(dirname "$(find "$prefix" -name fitlab.pc)")
flags=$(PKG_CONFIG_PATH=$pc pkg-config --cflags fitlab) ||
    complain "pkg-config does not find fitlab"
cc -O2 -Wall -Wextra -Werror -fPIC -shared $flags "$example/my_fit.c" -o "$scratch/my_fit.so" ||
    complain "the example does not build with pkg-config's flags"
"$installed" run -p "$scratch/my_fit.so:fit=best" -w uniform:live=10,events=100 >/dev/null ||
    complain "the plug-in by pkg-config does not run"

for header in policy region param heap; do
    echo "#include \"$header.h\"" | cc $flags -std=c11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -x c - ||
        complain "$header.h is no header for C11"
    [ $header = heap ] || ! command -v c++ >/dev/null || echo "#include \"$header.h\"" | c++ $flags -Wall -Wextra -Werror -fsyntax-only -x c++ - ||
        complain "$header.h is no header for C++"
done
exit $failed
