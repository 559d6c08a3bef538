#!/usr/bin/env python3
"""Every quirk has a scenario that shows it and one that shows what happens without it.

usage: quirk_pairs.py HL78SIM ROOT    quirk_pairs.txt names them: the first one fails where the quirk is taken away,
                                      the second one where it is put in, both with expectations that do not hold; so
                                      what they show is the quirk's doing and nobody else's
       quirk_pairs.py --self-test
"""
import concurrent.futures
import json
import os
import re
import subprocess
import sys

TABLE = "tests/lint/quirk_pairs.txt"
FAILED = (1, 4)  # docs/exit-codes.md: an expectation does not hold, or never will


def pairs(text):
    """(quirk, shown by, missing in); "-" where there is no such scenario, with its reason in the rest of the line."""
    for line in text.splitlines():
        words = line.split(None, 3)
        if words and not line.startswith("#"):
            yield words[0], words[1], words[2], words[3] if len(words) > 3 else ""


def complaints(text, quirks):
    rows = list(pairs(text))
    named = [quirk for quirk, *_ in rows]
    for quirk in quirks:
        if named.count(quirk) != 1:
            yield "%s: %d rows in %s, one was expected" % (quirk, named.count(quirk), TABLE)
    for quirk, shown, missing, reason in rows:
        if quirk not in quirks:
            yield "%s: no such quirk" % quirk
        if "-" in (shown, missing) and not reason:
            yield "%s: no scenario, and no reason why" % quirk


def turned(tool, root, scenario, quirk, on):
    """Runs a scenario with the quirk as it is not meant to be. A complaint, or None."""
    path = os.path.join(root, "scenarios", scenario + ".json")
    with open(path, encoding="utf-8") as file:
        actions = json.load(file).get("actions", [])
    others = [action for action in actions
              if not (action["do"] in ("quirk_on", "quirk_off") and action["name"] == quirk)]
    command = [tool, "run", path, "--set", "modem.set.%s=%s" % (quirk, "true" if on else "false")]
    if len(others) < len(actions):
        command += ["--set", "actions=" + json.dumps(others)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode in FAILED:
        return None
    return "%s %s %s: exit status %d, and not that of an expectation which does not hold\n%s" % (
        scenario, "with" if on else "without", quirk, run.returncode, run.stderr)


def self_test():
    good = "# c\nfirst a/b c/d\nsecond a/b - nobody knows\n"
    assert list(complaints(good, ["first", "second"])) == []
    assert len(list(complaints(good, ["first"]))) == 1
    assert len(list(complaints(good, ["first", "second", "third"]))) == 1
    assert len(list(complaints("first a/b -\n", ["first"]))) == 1
    return 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    tool, root = sys.argv[1:3]
    with open(os.path.join(root, "sim/profile/quirk.def"), encoding="utf-8") as file:
        quirks = re.findall(r"^QUIRK\((\w+),", file.read(), re.M)
    with open(os.path.join(root, TABLE), encoding="utf-8") as file:
        text = file.read()
    found = list(complaints(text, quirks))
    runs = [(scenario, quirk, on) for quirk, shown, missing, _ in pairs(text)
            for scenario, on in ((shown, False), (missing, True)) if scenario != "-"]
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        found += filter(None, pool.map(lambda run: turned(tool, root, *run), runs))
    for complaint in found:
        print(complaint)
    print("%d quirks, %d runs, %d wrong" % (len(quirks), len(runs), len(found)))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
