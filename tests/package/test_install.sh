#!/bin/sh
# Installs the build into a folder, moves that folder, and builds the example against it by CMake and
# by pkg-config. The program finds what it needs there.
# usage: test_install.sh CMAKE BUILD SOURCE COMPILER
set -eu

cmake=$1
build=$2
source=$3
compiler=$4
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

"$cmake" --install "$build" --prefix "$tmp/first" >"$tmp/log" || { cat "$tmp/log"; fail "install"; }
mv "$tmp/first" "$tmp/moved"
prefix=$tmp/moved
program=$prefix/bin/hl78sim
cd "$tmp"

# --- The program alone: nothing of the machine that built it

"$program" doctor | grep -q "^PASS  shipped scenarios: $prefix/" || fail "doctor"
"$program" list scenarios --names >names
grep -q -v "^$prefix/" names && fail "a scenario of another folder"
[ "$(wc -l <names)" -ge 8 ] || fail "scenarios"
"$program" run "$prefix/share/hl78sim/scenarios/basic" -j 2 >log || { cat log; fail "scenarios"; }
"$program" new mine >/dev/null
"$program" run mine.json >/dev/null
grep -l -r -F -e "$source" -e "$build" "$prefix" &&
    fail "names of the build machine"
for command in $("$program" help | sed -n 's/^  \([a-z]*\)  .*/\1/p' | grep -v '^help$'); do
    [ -s "$prefix/share/man/man1/hl78sim-$command.1" ] || fail "no page of $command"
done
[ -s "$prefix/share/man/man1/hl78sim.1" ] || fail "no page"
bash -c 'source "$1" && complete -p hl78sim' - \
    "$prefix/share/bash-completion/completions/hl78sim" >/dev/null || fail "completion"
[ -s "$prefix/share/hl78sim/scenarios/schema/scenario.schema.json" ] || fail "no schema"
(cd "$source" && find docs/*.md README.md) >documents
while read -r file; do
    [ -s "$prefix/share/doc/hl78sim/$file" ] || fail "no $file"
done <documents
example=$prefix/share/doc/hl78sim/docs/examples/update_in_memory.c
wanted='updated: HL7800.4.4.14.0 -> HL7800.4.6.8.0'

# --- CMake

mkdir by_cmake
cp "$example" by_cmake
cat >by_cmake/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.21)
project(example C)
find_package(hl78sim 0.1 REQUIRED)
add_executable(update update_in_memory.c)
target_link_libraries(update PRIVATE hl78sim::pair)
find_package(hl78sim 0.1 REQUIRED COMPONENTS host pty posix)
add_executable(engine_only engine_only.c)
target_link_libraries(engine_only PRIVATE hl78sim::host)
END
printf '#include <hlhost/engine.h>\nint main(void) { return 0; }\n' >by_cmake/engine_only.c
configure() { "$cmake" -S "$1" -B "$1/build" -DCMAKE_C_COMPILER="$compiler" -DCMAKE_PREFIX_PATH="$prefix" >log 2>&1; }
{ configure by_cmake && "$cmake" --build by_cmake/build >>log 2>&1; } || { cat log; fail "CMake"; }
[ "$(by_cmake/build/update)" = "$wanted" ] || fail "the example by CMake"
by_cmake/build/engine_only

mkdir other_version no_component
printf 'cmake_minimum_required(VERSION 3.21)\nproject(x C)\nfind_package(hl78sim 9.0 REQUIRED)\n' \
    >other_version/CMakeLists.txt
configure other_version && fail "version 9.0 was found"
grep -q 'requested version "9.0"' log || { cat log; fail "the message about a version"; }
printf 'cmake_minimum_required(VERSION 3.21)\nproject(x C)\nfind_package(hl78sim REQUIRED COMPONENTS x)\n' \
    >no_component/CMakeLists.txt
configure no_component && fail "a component x was found"
grep -q 'there is no component x' log || { cat log; fail "the message about a component"; }

# --- pkg-config

PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name hl78sim.pc)")
export PKG_CONFIG_PATH
# Words on purpose.
# shellcheck disable=SC2046
"$compiler" -std=c11 -Wall -Wextra -Werror "$example" $(pkg-config --cflags --libs hl78pair) -o by_pkg_config
[ "$(./by_pkg_config)" = "$wanted" ] || fail "the example by pkg-config"
for library in hl78sim hl78host hl78pair hl78pty hl78posix; do
    pkg-config --exists --print-errors "$library" || fail "$library.pc"
    printf 'int main(void) { return 0; }\n' >empty.c
    # shellcheck disable=SC2046
    "$compiler" empty.c $(pkg-config --cflags --libs "$library") -o empty || fail "$library.pc"
done

# --- Every header by itself, and the engine as source

(cd "$prefix/include" && find . -name '*.h') | sed 's#^\./##' >headers
[ "$(wc -l <headers)" -ge 30 ] || fail "headers"
while read -r header; do
    printf '#include <%s>\n#include <%s>\n' "$header" "$header" >header.c
    "$compiler" -std=c11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only "-I$prefix/include" header.c ||
        fail "<$header> needs something before it"
done <headers
for file in "$prefix"/share/hl78sim/engine/*.c; do
    "$compiler" -std=c11 -Wall -Wextra -Werror -fsyntax-only \
        -I"$prefix/share/hl78sim/engine/include" -I"$prefix/share/hl78sim/engine" "$file" ||
        fail "the engine as source"
done
echo "all passed"
