#!/usr/bin/env python3
"""Keeps the ledger of fidelity whole.

usage: fidelity.py ROOT HL78SIM             docs/fidelity.md is what `hl78sim list fidelity` prints, every command of
                                            reference_commands.txt is in it, and every row says whence it is known
       fidelity.py ROOT HL78SIM --update    writes the page
       fidelity.py --self-test
"""
import os
import re
import subprocess
import sys

PAGE = "docs/fidelity.md"
CATALOGUE = "tests/lint/reference_commands.txt"
ROW = re.compile(r"^\| `([^`]+)` \| (.*) \| (implemented|partial|constant|refused) \| (.*) \| (.*) \|$")


def catalogued(text):
    """The commands of the catalogue, with their AT."""
    return ["AT" + name for line in text.splitlines() if not line.startswith("#") for name in line.split()
            if name != "A/"]


def rows(page):
    for line in page.splitlines():
        match = ROW.match(line)
        if match:
            yield match.groups()


def complaints(page, catalogue):
    names = {name for name, *_ in rows(page)}
    commands = {re.sub(r"(=\?|\?)$", "", name) for name in names}
    for command in catalogue:
        if command not in commands:
            yield "%s is not in the ledger: give it a row, a constant answer, or a reason in refused.def" % command
    for name, _, status, evidence, lacks in rows(page):
        if ":" not in evidence or not evidence.split(":", 1)[1].strip():
            yield "%s: nothing says whence it is known" % name
        if status == "partial" and not lacks.strip():
            yield "%s: partial, and nothing says what is missing" % name


def self_test():
    page = "| `AT+A` | a | implemented | documented: X |  |\n| `AT+B?` |  | constant | guess: Y | always the same |\n"
    assert list(complaints(page, catalogued("# c\n+A +B\n"))) == []
    assert len(list(complaints(page, ["AT+C"]))) == 1
    assert len(list(complaints("| `AT+A` | a | implemented | documented |  |\n", []))) == 1
    assert len(list(complaints("| `AT+A` | a | partial | documented: X |  |\n", []))) == 1
    return 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    root, tool = sys.argv[1:3]
    path = os.path.join(root, PAGE)
    page = subprocess.run([tool, "list", "fidelity"], check=True, capture_output=True, text=True).stdout
    if sys.argv[3:] == ["--update"]:
        with open(path, "w", encoding="utf-8") as file:
            file.write(page)
        return 0
    with open(os.path.join(root, CATALOGUE), encoding="utf-8") as file:
        found = list(complaints(page, catalogued(file.read())))
    with open(path, encoding="utf-8") as file:
        if file.read() != page:
            found.append("%s is not what `hl78sim list fidelity` prints; fidelity.py --update writes it" % PAGE)
    for complaint in found:
        print(complaint)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
