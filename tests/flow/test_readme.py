#!/usr/bin/python3
"""What README.md shows is what happens, and the command that CONTRIBUTING.md shows is one.

usage: test_readme.py HL78SIM SOURCES

The lines of its dialogue come in the run that they are said to be of, in that order; the calls of
its example stand in the program that the tests run; its links lead somewhere; the commands and
options that it names exist.
"""
import pathlib
import re
import subprocess
import sys

SCENARIO = "scenarios/fota/power-cut-mid-download.json"
EXAMPLE = "docs/examples/update_in_memory.c"


def dialogue(program, top, text):
    shown = re.findall(r"^ +(\d+\.\d+  [*!] .*?)(?:   .*)?$", text, re.M)
    verdict = re.findall(r"^ +((?:PASS|seed|host:) .*)$", text, re.M)
    run = subprocess.run(
        [program, "run", SCENARIO, "--transcript", "-"], cwd=top, capture_output=True, text=True, check=True
    )
    came = iter(line.strip() for line in run.stdout.splitlines())
    wrong = [f"not in the run, or not in this order: {line}" for line in shown + verdict if line not in came]
    return wrong + (["the dialogue is gone"] if len(shown) < 5 or len(verdict) < 3 else [])


def calls(text, example):
    block = re.search(r"^```c\n(.*?)^```", text, re.M | re.S).group(1)
    written = re.sub(r"\s+", " ", example.read_text())
    return [f"not in {example.name}: {line}" for line in block.splitlines() if line.rstrip(";") not in written]


def command(top):
    """The row, the function and the transcript of the command that is shown stand in their files."""
    text = (top / "CONTRIBUTING.md").read_text()
    wrong = []
    for kind, name in (("c", "sim/at/cmd_vendor_identity.c"), ("", "tests/golden/at/engineering.txt")):
        block = re.search(rf"^```{kind}\n(.*?)^```", text, re.M | re.S).group(1)
        text = text.replace(block, "", 1).replace(f"```{kind}\n```\n", "", 1)
        there = iter((top / name).read_text().splitlines())
        halves = block.split("\n\n", 1) if kind else [block]
        for half in halves[::-1]:  # the function stands before the row
            for line in half.splitlines():
                if re.sub(r" */\*.*?\*/", "", line) not in there:
                    wrong.append(f"not in {name}, or not in this order: {line}")
                    break
    return wrong


def kinds(top):
    header = (top / "sim/include/hl78sim/event.h").read_text().split("enum hlsim_event_kind")[0]
    page = (top / "docs/trace-format.md").read_text()
    names = re.findall(r'X\(HLSIM_EVENT_\w+, +"([a-z._]+)"\)', header)
    return [f"docs/trace-format.md has no kind {name}" for name in names if not re.search(rf"^\|.*`{name}`", page, re.M)]


def anchor(title):
    return re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-")


def links(page):
    """Those that lead to no file, or in it to no heading."""
    for target, _, part in re.findall(r"\]\(([^)#:]*)(#([^)]*))?\)", page.read_text()):
        there = page.parent / target if target else page
        if not there.exists():
            yield f"leads nowhere: {target}"
        elif part and part not in map(anchor, re.findall(r"^#+ (.*)", there.read_text(), re.M)):
            yield f"no such heading: {target}#{part}"


def options(program, text):
    wrong = []
    for command, rest in re.findall(r"hl78sim ([a-z]+)\b([^`\n]*)", text):
        run = subprocess.run([program, "help", command], capture_output=True, text=True)
        for option in re.findall(r"(?<!\S)--[a-z]+", rest.split(" -- ")[0]):
            if option not in run.stdout:
                wrong.append(f"{command} has no {option}")
        if run.returncode != 0:
            wrong.append(f"there is no command {command}")
    return wrong


def main(program, sources):
    top = pathlib.Path(sources)
    text = (top / "README.md").read_text()
    wrong = dialogue(program, top, text) + calls(text, top / EXAMPLE)
    wrong += command(top) + kinds(top) + options(program, text)
    for page in [top / "README.md", top / "CONTRIBUTING.md", *top.glob("docs/*.md"), *top.glob("docs/decisions/*.md")]:
        wrong += [f"{page.relative_to(top)}: {what}" for what in links(page)]
    print("\n".join(wrong) or "all as shown")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
