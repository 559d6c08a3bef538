#!/usr/bin/env python3
"""Looks into the built libraries, as objdump sees them.

- The simulator and the host engine call nothing but what CALLS allows, so that a call to time, rand,
  getenv, open or socket fails here.
- Every exported name has its library's prefix.
- No library has a variable outside of functions that can change, exported or static.

usage: symbols.py BUILD-FOLDER, or symbols.py --self-test COMPILER
"""

import os
import re
import subprocess
import sys
import tempfile

# The libraries of the project: where the build puts them, and their prefix.
LIBRARIES = {
    "sim/libhl78sim.a": "hlsim",
    "host-bindings/engine/libhl78host.a": "hlhost",
    "host-bindings/pair/libhl78pair.a": "hlpair",
    "host-bindings/posix/libhl78posix.a": "hlposix",
    "pty/libhl78pty.a": "hlpty",
}

# What the compiler itself may ask for.
COMPILER = r"_GLOBAL_OFFSET_TABLE_|__stack_chk_fail|__(u|)(div|mod)[dt]i[34]"
MEMORY = r"mem(chr|cmp|cpy|move|set)|bcmp"
TEXT = r"str(cat|chr|cmp|cpy|cspn|len|ncmp|ncpy|nlen|pbrk|rchr|spn|str)"
NUMBERS = r"strto(l|ll|ul|ull)|__isoc23_strto(l|ll|ul|ull)"
CHARACTERS = r"__ctype_(b|tolower|toupper)_loc|tolower|toupper"
ALLOCATION = r"malloc|calloc|realloc|free"
FORMATTING = r"v?snprintf"
SORTING = r"qsort|bsearch"

# What a compiler makes of some of them in a distribution's library.
CHECKED = r"__(memcpy|snprintf|vsnprintf)_chk"

# Variables of a library that was joined with an object of ours (sim/network/dtls.cmake): tables
# that nobody marked as constant, and a level of messages that nobody sets.
FOREIGN = {
    "secure_whole.o": re.compile(r"ssl_(preset|serialized)_\w+|supported_(init|ciphersuites)|debug_threshold"),
}

# Which foreign functions a library may call; a library that is not here may call any.
CALLS = {
    "hlhost": [COMPILER, MEMORY, TEXT],
    "hlsim": [COMPILER, CHECKED, MEMORY, TEXT, NUMBERS, CHARACTERS, ALLOCATION, FORMATTING, SORTING, "abort",
              "mbedtls_\\w+", "nettle_sha256_\\w+", "nettle_md5_\\w+", "cJSON_\\w+"],
}

# A line of objdump's symbol table: flags in seven columns, section, size, name.
SYMBOL = re.compile(r"^[0-9a-f]+ (?P<flags>.{7}) (?P<section>\S+)\s[0-9a-f]+ (\.\w+ )?(?P<name>\S+)$")

# Sections of what can change. Constants that hold addresses lie in .data.rel.ro and cannot.
CHANGING = re.compile(r"^(\.t?data(?!\.rel\.ro)|\.t?bss|\*COM\*)")


def symbols_of(archive):
    """Yields (object file, flags, section, name)."""
    run = subprocess.run(["objdump", "-t", archive], check=True, capture_output=True, text=True)
    where = archive
    for line in run.stdout.splitlines():
        if ": " in line and "file format" in line:
            where = line.split(":")[0]
        match = SYMBOL.match(line)
        if match:
            yield where, match.group("flags"), match.group("section"), match.group("name")


def faults_of(archive, prefix):
    calls = CALLS.get(prefix)
    allowed = re.compile("|".join(calls)) if calls else None
    for where, flags, section, name in symbols_of(archive):
        own = name.startswith(prefix + "_")
        if section == "*UND*":
            if allowed and not own and not allowed.fullmatch(name):
                yield "%s: calls %s, which is not allowed there" % (where, name)
            continue
        if flags[0] in "gu!" or flags[1] == "w":
            if not own:
                yield "%s: exports %s, which has not the prefix %s_" % (where, name, prefix)
        foreign = FOREIGN.get(where)
        if CHANGING.match(section) and "d" not in flags and not (foreign and foreign.fullmatch(name)):
            yield "%s: %s is a variable outside of functions" % (where, name)


def check(build):
    count = 0
    for path, prefix in LIBRARIES.items():
        for fault in faults_of(os.path.join(build, path), prefix):
            count += 1
            print("%s: %s" % (path, fault))
    print("%d libraries, %d forbidden symbols" % (len(LIBRARIES), count))
    return 1 if count else 0


# (a source, its prefix, the symbols that must be found fault with)
EXAMPLES = [
    ("#include <time.h>\nlong hlsim_now(void) { return (long)time(0); }", "hlsim", ["time"]),
    ("#include <stdlib.h>\nint hlsim_die(void) { return rand() + !getenv(\"A\"); }", "hlsim",
     ["rand", "getenv"]),
    ("#include <stdlib.h>\nvoid *hlsim_new(void) { return malloc(4); }", "hlsim", []),
    ("#include <stdlib.h>\nvoid *hlhost_new(void) { return malloc(4); }", "hlhost", ["malloc"]),
    ("#include <stdio.h>\nvoid hlsim_say(void) { puts(\"a\"); }", "hlsim", ["puts"]),
    ("int helper(void) { return 1; }", "hlsim", ["helper"]),
    ("static int helper(void) { return 1; }\nint hlsim_x(void) { return helper(); }", "hlsim", []),
    ("int hlsim_x(void) { static int times; return ++times; }", "hlsim", ["times"]),
    ("static int level = 3;\nint hlsim_x(void) { return ++level; }", "hlsim", ["level"]),
    ("int hlsim_level;\n", "hlsim", ["hlsim_level"]),
    ("const char *const hlsim_names[] = { \"a\", \"b\" };", "hlsim", []),
]


def self_test(compiler):
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for source, prefix, expected in EXAMPLES:
            names = [os.path.join(folder, "example" + end) for end in (".c", ".o")]
            with open(names[0], "w", encoding="utf-8") as file:
                file.write(source + "\n")
            subprocess.run([compiler, "-std=c11", "-fPIC", "-O0", "-c", names[0], "-o", names[1]],
                           check=True)
            faults = list(faults_of(names[1], prefix))
            if len(faults) != len(expected) or not all(
                    re.search(r"[ .]%s\b" % name, " ".join(faults)) for name in expected):
                wrong += 1
                print("expected %s, found %s" % (expected, faults))
    print("%d examples, %d judged wrongly" % (len(EXAMPLES), wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--self-test":
        sys.exit(self_test(sys.argv[2]))
    if len(sys.argv) != 2:
        sys.exit("usage: symbols.py BUILD-FOLDER | --self-test COMPILER")
    sys.exit(check(sys.argv[1]))
