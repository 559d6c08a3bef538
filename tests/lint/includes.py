#!/usr/bin/env python3
"""Checks who includes whom.

The tree is divided into boxes. A box may include the boxes named in ALLOWED and the outside
libraries named in LIBRARIES and LIBRARY_FILES, nothing else. Every violation is printed as
file:line. Run with the repository's root as the only argument, or with --self-test.
"""

import os
import re

import line_check

# Inside sim, from left to right: a box sees what stands in an earlier row, never its neighbours in
# the same row and never what comes later.
SIM_ROWS = [
    ["base"],
    ["core"],
    ["flash", "package", "network", "codec", "profile", "scenario"],
    ["exchange", "ppp"],
    ["lwm2m", "airvantage"],
    ["modem"],
    ["at"],
    ["world"],
    ["load"],
]

# What a public header of sim is about, where its name is not that of its box.
SUBJECTS = {
    "capture": "world",
    "catalogue": "load",
    "error": "base",
    "time": "base",
    "event": "core",
    "host": "core",
    "link": "core",
    "power": "core",
    "tap": "core",
    "trace": "world",
}


def allowed_edges():
    """box -> the boxes it may include besides itself."""
    edges = {}
    seen = []
    for row in SIM_ROWS:
        for box in row:
            edges[box] = set(seen)
        seen += row
    # The judge knows base and core only; the message layer knows what carries and what encodes it.
    edges["scenario"] = {"base", "core"}
    edges["exchange"] = {"base", "core", "network", "codec"}
    edges["ppp"] = {"base", "core", "network", "codec"}
    edges["explore"] = {"base", "core", "scenario"}
    sim_public = {"sim/include"}
    edges["engine"] = set()
    edges["pty"] = sim_public
    edges["posix"] = sim_public | {"engine"}
    edges["pair"] = sim_public | {"engine"}
    edges["examples"] = sim_public | {"pair", "engine"}
    edges["firmware"] = {"engine"}
    everything = set(seen) | {"explore", "engine", "pty", "posix", "pair"} | sim_public
    edges["tools"] = everything
    edges["tests"] = everything | {"tools"}
    return edges


ALLOWED = allowed_edges()

# Of the C library, what needs no operating system. The engine does without allocation and stdio;
# which functions of stdio and stdlib are called is looked at by the symbol check.
ENGINE_HEADERS = {"limits.h", "stdbool.h", "stddef.h", "stdint.h", "string.h"}
PURE_HEADERS = ENGINE_HEADERS | {"ctype.h", "inttypes.h", "stdarg.h", "stdio.h", "stdlib.h"}

# Libraries by the shape of their headers' names.
LIBRARY_OF = [
    (re.compile(r"mbedtls/"), "mbedTLS"),
    (re.compile(r"nettle/"), "Nettle"),
    (re.compile(r"cjson/"), "cJSON"),
    (re.compile(r"ev\.h$"), "libev"),
    (re.compile(r"CUnit/"), "CUnit"),
    (re.compile(r"mxml\.h$"), "Mini-XML"),
]

# box -> the outside libraries of all its files. "POSIX" is any header that is neither the project's
# nor one of the libraries above, "C" the part of the C library in PURE_HEADERS.
LIBRARIES = {
    "engine": {"engine C"},
    "firmware": {"engine C"},
    "load": {"C", "cJSON"},
    "pair": {"C"},
    "examples": {"C"},
    "pty": {"C", "POSIX", "libev"},
    "posix": {"C", "POSIX", "libev", "cJSON"},
    "tools": {"C", "POSIX", "libev", "cJSON", "mbedTLS", "Nettle"},
    "tests": {"C", "POSIX", "libev", "CUnit", "cJSON", "mbedTLS"},
}
LIBRARY_FILES = {
    "sim/package/hash.c": {"C", "Nettle"},
    "sim/ppp/chap.c": {"C", "Nettle"},
    "sim/package/verify.c": {"C", "mbedTLS"},
    "sim/network/secure.c": {"C", "mbedTLS"},
    "tools/report_junit.c": {"C", "POSIX", "Mini-XML"},
}

# Where the files of a box outside sim lie; the longest match counts.
BOX_OF_FOLDER = {
    "host-bindings/engine": "engine",
    "host-bindings/examples": "firmware",
    "host-bindings/pair": "pair",
    "host-bindings/posix": "posix",
    "pty": "pty",
    "tools": "tools",
    "tests": "tests",
    "docs/examples": "examples",
}

# Where an include may be found, after the folder of the file itself.
ROOTS = [
    "sim/include",
    "sim",
    "host-bindings/engine/include",
    "host-bindings/engine",
    "host-bindings/pair/include",
    "host-bindings/posix/include",
    "host-bindings/posix",
    "pty/include",
    "pty",
    "tools",
    "tests",
    "tests/unit",
]

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
FOLDERS = ["sim", "pty", "host-bindings", "tools", "tests", "docs/examples"]


def box_of(path):
    """The box of a file of the project, or None."""
    parts = path.split("/")
    if path.startswith("sim/include/hl78sim/"):
        subject = os.path.splitext(parts[-1])[0]
        return SUBJECTS.get(subject, subject)
    if parts[0] == "sim" and len(parts) > 2:
        return parts[1]
    for folder, box in BOX_OF_FOLDER.items():
        if path.startswith(folder + "/"):
            return box
    return None


def library_of(name):
    for pattern, library in LIBRARY_OF:
        if pattern.match(name):
            return library
    return "C" if name in PURE_HEADERS else "POSIX"


def resolve(path, name, exists):
    """The project's file that an include means, or None."""
    for root in [os.path.dirname(path)] + ROOTS:
        candidate = os.path.normpath(os.path.join(root, name))
        if exists(candidate):
            return candidate
    return None


def fault_inside(box, target):
    """Why a file of `box` may not include the project's file `target`, or None."""
    other = box_of(target)
    if other == box:
        return None
    allowed = ALLOWED[box]
    public = target.startswith("sim/include/")
    if other in allowed or (public and "sim/include" in allowed):
        return None
    return "%s may not include %s (%s)" % (box, other or "this", target)


def fault_outside(box, path, name):
    """Why a file of `box` may not include the outside header `name`, or None."""
    libraries = LIBRARY_FILES.get(path, LIBRARIES.get(box, {"C"}))
    if "engine C" in libraries:
        return None if name in ENGINE_HEADERS else "%s may not include <%s>" % (box, name)
    library = library_of(name)
    if library in libraries:
        return None
    return "%s may not use %s (<%s>)" % (path if path in LIBRARY_FILES else box, library, name)


def faults_of(path, text, exists):
    """All (line, message) of one file."""
    box = box_of(path)
    if box not in ALLOWED:
        return [(1, "no box is known for this file: add it to tests/lint/includes.py")]
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quoted, name = match.group(1) == '"', match.group(2)
        target = resolve(path, name, exists)
        if target:
            fault = fault_inside(box, target)
        elif quoted:
            fault = '"%s" is no file of the project' % name
        else:
            fault = fault_outside(box, path, name)
        if fault:
            found.append((number, fault))
    return found


def sources(top):
    for folder in FOLDERS:
        for where, folders, files in os.walk(os.path.join(top, folder)):
            folders.sort()
            for name in sorted(files):
                if name.endswith((".c", ".h", ".def")):
                    yield os.path.relpath(os.path.join(where, name), top)


# (file, its line, whether it is a violation)
EXAMPLES = [
    ("sim/core/sched.c", '#include "base/assert.h"', False),
    ("sim/core/sched.c", "#include <hl78sim/time.h>", False),
    ("sim/base/time.c", '#include "core/sched.h"', True),
    ("sim/base/time.c", "#include <hl78sim/event.h>", True),
    ("sim/flash/flash.c", '#include "network/network.h"', True),
    ("sim/lwm2m/client.c", '#include "airvantage/airvantage.h"', True),
    ("sim/lwm2m/client.c", '#include "exchange/exchange.h"', False),
    ("sim/exchange/exchange.c", '#include "flash/flash.h"', True),
    ("sim/scenario/judge.c", '#include "network/network.h"', True),
    ("sim/modem/modem.c", "#include <hl78sim/world.h>", True),
    ("sim/world/world.c", '#include "modem/modem.h"', False),
    ("sim/world/world.c", "#include <hlhost/engine.h>", True),
    ("sim/core/sched.c", "#include <time.h>", True),
    ("sim/core/sched.c", "#include <unistd.h>", True),
    ("sim/core/sched.c", "#  include\t<sys/socket.h>", True),
    ("sim/package/verify.c", "#include <mbedtls/pk.h>", False),
    ("sim/package/keys.c", "#include <mbedtls/pk.h>", True),
    ("sim/package/hash.c", "#include <nettle/sha2.h>", False),
    ("sim/package/verify.c", "#include <nettle/sha2.h>", True),
    ("sim/load/json.c", "#include <cjson/cJSON.h>", False),
    ("sim/world/world.c", "#include <cjson/cJSON.h>", True),
    ("host-bindings/engine/engine.c", "#include <string.h>", False),
    ("host-bindings/engine/engine.c", "#include <stdlib.h>", True),
    ("host-bindings/engine/engine.c", "#include <hl78sim/time.h>", True),
    ("host-bindings/pair/pair.c", "#include <hlhost/engine.h>", False),
    ("host-bindings/pair/pair.c", '#include "modem/modem.h"', True),
    ("host-bindings/pair/pair.c", "#include <ev.h>", True),
    ("pty/pty.c", "#include <ev.h>", False),
    ("pty/pty.c", "#include <hlhost/engine.h>", True),
    ("tools/main.c", "#include <CUnit/Basic.h>", True),
    ("tools/main.c", "#include <mxml.h>", True),
    ("tools/report_junit.c", "#include <mxml.h>", False),
    ("tests/unit/test_time.c", "#include <CUnit/Basic.h>", False),
    ("sim/core/sched.c", '#include "core/nowhere.h"', True),
]

EXAMPLE_FILES = {
    "sim/base/assert.h", "sim/core/sched.h", "sim/network/network.h", "sim/flash/flash.h",
    "sim/airvantage/airvantage.h", "sim/exchange/exchange.h", "sim/modem/modem.h",
    "sim/include/hl78sim/time.h", "sim/include/hl78sim/event.h", "sim/include/hl78sim/world.h",
    "host-bindings/engine/include/hlhost/engine.h",
}


if __name__ == "__main__":
    line_check.main("includes.py",
                    lambda top: line_check.check(top, sources(top), faults_of, "forbidden includes"),
                    lambda: line_check.self_test(EXAMPLES, EXAMPLE_FILES, faults_of,
                                                 lambda path: "/* A file. */\n"))
