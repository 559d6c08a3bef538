#!/usr/bin/env python3
"""Checks what the house style forbids and a pattern can see. Prints every find as file:line.

usage: forbidden.py ROOT, or forbidden.py --self-test
"""

import os
import re

import line_check

FOLDERS = ["sim", "pty", "host-bindings", "tools", "tests", "docs"]
# The checks themselves name what they forbid.
EXEMPT = "tests/lint/"

LINES_MAX = 600

# (what is wrong, files, pattern)
C_FILE = re.compile(r"\.[ch]$")
RULES = [
    ("a test waits for the clock: use virtual time, an event or a ready file",
     re.compile(r"^tests/.*\.(c|h|py|sh)$"),
     re.compile(r"\b(time\.)?(u|nano|)sleep\s*\(|^\s*sleep [0-9]")),
    ("unfinished work is named: finish it or leave it out",
     re.compile(r"\.(c|h|py|sh|def|txt|cmake)$"),
     re.compile(r"\b(TODO|FIXME|XXX)\b")),
    ("comments are written /* */",
     C_FILE,
     re.compile(r"^\s*//")),
    ("the version of a firmware decides something: a quirk of the profile should",
     re.compile(r"^sim/(?!package/).*\.[ch]$"),
     re.compile(r'\bstrn?cmp\([^)]*\b(version|firmware)\b[^)]*, *"[0-9]')),
    ("a struct is named by `struct`, not by a typedef",
     C_FILE,
     re.compile(r"^typedef (struct|enum|union)\b")),
    ("a function of the C library that is easily misused is called",
     re.compile(r"^(?!tests/).*\.[ch]$"),
     re.compile(r"\b(gets|sprintf|vsprintf|strtok|atoi|atol)\s*\(")),
]


# A document that a text names.
DOCUMENT = re.compile(r"(?<![\w./-])([\w./-]+\.md)\b")


def documents_missing(path, line, exists):
    """Documents that the line names and the project does not have."""
    for name in DOCUMENT.findall(line):
        places = [name, os.path.join("docs", name), os.path.join(os.path.dirname(path), name)]
        if not any(exists(os.path.normpath(place)) for place in places):
            yield name


def faults_of(path, text, exists):
    """All (line, message) of one file."""
    found = []
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        for message, files, pattern in RULES:
            if files.search(path) and pattern.search(line):
                found.append((number, message))
        for name in documents_missing(path, line, exists):
            found.append((number, "%s is no document of the project" % name))
    if C_FILE.search(path) and not path.startswith("tests/") and len(lines) > LINES_MAX:
        found.append((len(lines), "more than %d lines: there is a second file inside" % LINES_MAX))
    if C_FILE.search(path) and not text.startswith("/*"):
        found.append((1, "a file begins with a comment that says its one job"))
    return found


def sources(top):
    yield from (name for name in sorted(os.listdir(top)) if name.endswith(".md"))
    for folder in FOLDERS:
        for where, folders, files in os.walk(os.path.join(top, folder)):
            folders[:] = sorted(name for name in folders if name != "node_modules")
            for name in sorted(files):
                path = os.path.relpath(os.path.join(where, name), top)
                if not path.startswith(EXEMPT) and re.search(r"\.(c|h|py|sh|def|txt|cmake|md)$", path):
                    yield path


# (file, a line of it, whether it is a fault)
EXAMPLES = [
    ("tests/unit/test_a.c", "    usleep(10);", True),
    ("tests/unit/test_a.c", "    hlsim_world_run_until(world, asleep(1));", False),
    ("tests/interop/host.py", "    time.sleep(1)", True),
    ("pty/clock.c", "    nanosleep(&pause, NULL);", False),
    ("sim/core/sched.c", "/* TODO: later */", True),
    ("sim/core/sched.c", "// a comment", True),
    ("sim/core/sched.c", '    say("http://example.org");', False),
    ("sim/modem/update.c", '    if (strcmp(image.version, "4.6.8.0") == 0) {', True),
    ("sim/modem/update.c", "    if (strcmp(image.version, wanted) == 0) {", False),
    ("sim/modem/update.h", "typedef struct update update_t;", True),
    ("sim/modem/update.h", "typedef void (*update_done)(void *user);", False),
    ("sim/modem/update.c", "    sprintf(text, format);", True),
    ("sim/modem/update.c", "/* As notes.md says. */", True),
    ("sim/modem/update.c", "/* As format.md and docs/format.md say. */", False),
    ("sim/modem/update.c", "    snprintf(text, sizeof text, format);", False),
]

EXAMPLE_FILES = {"docs/format.md"}


def head_of(path):
    return "/* A file. */\n" if C_FILE.search(path) else "# A file.\n"


if __name__ == "__main__":
    line_check.main("forbidden.py",
                    lambda top: line_check.check(top, sources(top), faults_of, "faults"),
                    lambda: line_check.self_test(EXAMPLES, EXAMPLE_FILES, faults_of, head_of))
