#!/usr/bin/python3
"""The engine on a small core: compiles it for a Cortex-M0+, says how large it is, and fails when that
is more than a small product can spare, or when it asks its C library for more than it may.

usage: cortex_m0plus.py SOURCE-FOLDER BUILD-FOLDER COMPILER-PREFIX

The code is counted after a link that drops what nobody calls, with the public functions as roots.
The stack is the deepest chain of calls that the compiler's own call graph shows, each function once;
the C library's functions are not in it, and calls by pointer there are none.
"""
import pathlib
import re
import subprocess
import sys

CODE_MAX = 16 * 1024
RAM_MAX = 4 * 1024
ALLOWED = re.compile(r"mem(cpy|set|move|cmp)|str(chr|cmp|len|ncmp|pbrk|spn|cspn)|__aeabi_\w+|__gnu_thumb1_\w+")
ROOTS = ["hlhost_engine_size", "hlhost_engine_init", "hlhost_engine_step", "hlhost_engine_sent",
         "hlhost_engine_report", "hlhost_error_text", "hlhost_result_text", "hlhost_reason_text"]
FLAGS = ["-mcpu=cortex-m0plus", "-mthumb", "-Os", "-std=c11", "-Wall", "-Wextra", "-Werror",
         "-ffunction-sections", "-fdata-sections", "-fcallgraph-info=su"]


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def compiled(prefix, engine, build):
    build.mkdir(parents=True, exist_ok=True)
    for path in sorted(engine.glob("*.c")):
        out = build / (path.stem + ".o")
        run(prefix + "gcc", *FLAGS, "-I", str(engine), "-I", str(engine / "include"), "-c", str(path),
            "-o", str(out))
        yield out


def linked(prefix, objects, build):
    out = build / "engine.elf"
    roots = [word for root in ROOTS for word in ("-u", root)]
    run(prefix + "ld", "-r", "--gc-sections", *roots, *map(str, objects), "-o", str(out))
    return out


def code_size(prefix, elf):
    sizes = {}
    for line in run(prefix + "size", "-A", str(elf)).splitlines():
        words = line.split()
        if len(words) == 3 and words[0].startswith("."):
            sizes[words[0]] = int(words[1])
    wanted = (".text", ".rodata", ".data", ".bss")
    return sum(size for name, size in sizes.items() if name.startswith(wanted))


def state_size(prefix, engine, build):
    """sizeof(struct hlhost_engine), as the size of a variable."""
    source = build / "state.c"
    source.write_text('#include "engine_state.h"\nstruct hlhost_engine state;\n')
    run(prefix + "gcc", *FLAGS[:4], "-I", str(engine), "-I", str(engine / "include"), "-c",
        str(source), "-o", str(build / "state.obj"))
    for line in run(prefix + "nm", "-S", str(build / "state.obj")).splitlines():
        words = line.split()
        if words[-1] == "state":
            return int(words[1], 16)
    raise SystemExit("the engine's state has no size")


def deepest(build):
    """(bytes, chain of functions) from the compiler's call graphs."""
    frames, calls = {}, {}
    for path in build.glob("*.ci"):
        text = path.read_text()
        for name, frame in re.findall(r'node: { title: "([^"]+)" label: "[^"]*?(\d+) bytes', text):
            frames[name] = int(frame)
        for caller, callee in re.findall(r'sourcename: "([^"]+)" targetname: "([^"]+)"', text):
            calls.setdefault(caller, set()).add(callee)

    def depth(name, above):
        if name in above:
            return 0, []
        chains = [depth(callee, above | {name}) for callee in sorted(calls.get(name, ()))]
        best = max(chains, default=(0, []))
        return frames.get(name, 0) + best[0], [name] + best[1]

    return max(depth(name, frozenset()) for name in frames)


def main():
    engine = pathlib.Path(sys.argv[1])
    build = pathlib.Path(sys.argv[2])
    prefix = sys.argv[3]
    objects = list(compiled(prefix, engine, build))
    elf = linked(prefix, objects, build)
    missing = [line.split()[-1] for line in run(prefix + "nm", "-u", str(elf)).splitlines() if line]
    foreign = [name for name in missing if not ALLOWED.fullmatch(name)]
    code = code_size(prefix, elf)
    state = state_size(prefix, engine, build)
    stack, chain = deepest(build)
    print("code and constants: %d of %d bytes" % (code, CODE_MAX))
    print("state: %d bytes, deepest stack: %d bytes, of %d together" % (state, stack, RAM_MAX))
    print("deepest: " + " > ".join(name.split(":")[-1] for name in chain))
    print("from the C library: " + " ".join(sorted(missing)))
    if foreign:
        print("not allowed: " + " ".join(foreign))
    return 1 if foreign or code > CODE_MAX or state + stack > RAM_MAX else 0


if __name__ == "__main__":
    sys.exit(main())
