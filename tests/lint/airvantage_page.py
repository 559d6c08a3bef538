#!/usr/bin/env python3
"""Keeps docs/airvantage.md in step with what it speaks of.

usage: airvantage_page.py ROOT             every key, action, figure and quirk of the air side is on the page, and
                                           every name on the page exists
       airvantage_page.py ROOT HL78SIM     the scenarios of its table show the indications that it promises
       airvantage_page.py --self-test
"""
import json
import os
import re
import subprocess
import sys

PAGE = "docs/airvantage.md"

# The figures and quirks which these use are of the air side ...
AIR_SIDE = ["sim/lwm2m", "sim/exchange", "sim/modem/session.c", "sim/modem/polling.c", "sim/modem/update.c",
            "sim/modem/download.c", "sim/modem/agreement.c", "sim/modem/deadline.c", "sim/modem/services.c"]
# ... and so are the actions with these words at their beginning.
AIR_ACTIONS = re.compile(r"^(server|http|credentials|system|gateway|operation|package|nat|network|latency|loss|pdp)(_|$)")

# Names with an underscore that are no key: of codes, protocols and files.
NAME = re.compile(r"^[a-z][a-z0-9]*(_[a-z0-9]+)+$")
SCENARIO = re.compile(r"^(basic|fota|network|faults|quirks)/[a-z0-9.-]+$")
KEY = re.compile(r"^(airvantage|network)\.([a-z_]+)$")


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def spans(page):
    """What stands between backticks, outside of blocks."""
    return re.findall(r"`([^`\n]+)`", page)


def sources(root):
    for path in AIR_SIDE:
        if path.endswith(".c"):
            yield read(root, path)
            continue
        for name in sorted(os.listdir(os.path.join(root, path))):
            if name.endswith(".c"):
                yield read(root, path + "/" + name)


def facts(root):
    """What there is: `keys` and `actions` of the air side, `rows` (figures and quirks) that it uses,
    `names` of anything, `scenarios`."""
    schema = json.loads(read(root, "scenarios/schema/scenario.schema.json"))
    rows = set(re.findall(r"^FIGURE\(\w+, (\w+),", read(root, "sim/profile/figure.def"), re.M))
    rows |= set(re.findall(r"^QUIRK\((\w+),", read(root, "sim/profile/quirk.def"), re.M))
    text = "\n".join(sources(root))
    used = set(re.findall(r"figures(?:_of\(\w+\))?->(\w+)", text)) | set(re.findall(r"HLSIM_QUIRK_(\w+)", text))
    policy = re.search(r"struct hlsim__airvantage_policy \{(.*?)\n\};", read(root, "sim/airvantage/airvantage.h"), re.S)
    fields = set(re.findall(r"(\w+);", policy.group(1)))
    actions = {action["properties"]["do"]["const"] for action in schema["$defs"]["action"]["oneOf"]}
    keys = {top + "." + key for top in ("airvantage", "network")
            for key in schema["properties"][top]["properties"] if key != "about"}
    scenarios = {os.path.join(folder, name)[len(os.path.join(root, "scenarios")) + 1:-len(".json")]
                 for folder, _, names in os.walk(os.path.join(root, "scenarios"))
                 for name in names if name.endswith(".json")}
    return {"keys": keys, "actions": {name for name in actions if AIR_ACTIONS.match(name)},
            "rows": used & rows, "names": rows | fields | actions, "scenarios": scenarios}


def faults(page, known):
    """What is missing on the page, and what is on it and does not exist."""
    said = set(spans(page))
    for what in ("keys", "actions", "rows"):
        for name in sorted(known[what] - said):
            yield "%s: nothing is said of it" % name
    for name in sorted(said):
        key = KEY.match(name)
        if NAME.match(name) and name not in known["names"]:
            yield "%s: no figure, quirk, action or field of the policy" % name
        if key and name not in known["keys"] and key.group(2) != "operation":
            yield "%s: no key of a scenario" % name
        if SCENARIO.match(name) and name not in known["scenarios"]:
            yield "%s: no scenario" % name


# --- What falls out ----------------------------------------------------------------------------

def promised(page):
    """(scenario, items) of each row of the table."""
    section = page.split("\n## What falls out\n")[1].split("\n## ")[0]
    return [(scenario, items.split(", ")) for items, scenario in
            re.findall(r"^\|[^|]*\|[^|]*\| `([^`]*)` \| `([^`]*)` \|$", section, re.M)]


def shown(transcript):
    """The items of a transcript, in the way in which the page writes them."""
    items = []
    for line in transcript.splitlines():
        match = re.search(r"\* \+(?:WDSI: ([0-9,]+)|(KSUP): \d+)$", line)
        if match and match.group(1) != "0" and not re.match(r"18(,|$)", match.group(1) or ""):
            items.append(match.group(1) or match.group(2))
    return items + ["end"]


def holds(items, found):
    return any(found[i:i + len(items)] == items for i in range(len(found) - len(items) + 1))


def check_rows(root, program):
    rows = promised(read(root, PAGE))
    has_dtls = "without DTLS" not in subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    wrong = 0
    for scenario, items in rows:
        path = os.path.join(root, "scenarios", scenario + ".json")
        if not has_dtls and re.search(r'"tags": .*"dtls"', read(root, "scenarios/" + scenario + ".json")):
            continue
        run = subprocess.run([program, "run", path, "--transcript", "-"], capture_output=True, text=True)
        found = shown(run.stdout)
        if run.returncode != 0 or not holds(items, found):
            wrong += 1
            print("%s: exit status %d, %s, and not %s" % (scenario, run.returncode, ", ".join(found), ", ".join(items)))
    print("%d rows, %d wrong" % (len(rows), wrong))
    return 1 if wrong or not rows else 0


# --- The command line --------------------------------------------------------------------------

def check_names(root):
    found = list(faults(read(root, PAGE), facts(root)))
    for fault in found:
        print("%s: %s" % (PAGE, fault))
    return 1 if found else 0


def self_test():
    known = {"keys": {"network.loss"}, "actions": {"server_up"}, "rows": {"idle_close"},
             "names": {"server_up", "idle_close", "install_time"}, "scenarios": {"basic/never-seen"}}
    good = "`network.loss` `server_up` `idle_close` `basic/never-seen` `AT+WDSC` `install_time`"
    page = "\n## What falls out\n\n| a | b | `4, 23,0, end` | `basic/x` |\n\n## Next\n\n| a | b | `1` | `basic/y` |\n"
    transcript = "     1.0  * +KSUP: 0\n  2.0  * +WDSI: 0\n  3.0  * +WDSI: 18,3\n  4.0  * +WDSI: 23,0\n  5.0  > AT+WDSI: 7\n"
    cases = [
        (list(faults(good, known)) == [], "a page with everything"),
        (len(list(faults(good.replace("`server_up`", ""), known))) == 1, "an action is missing"),
        (len(list(faults(good.replace("idle_close", "idle_closes"), known))) == 2, "a figure has another name"),
        (len(list(faults(good + " `network.lost`", known))) == 1, "a key that is none"),
        (len(list(faults(good + " `basic/seen`", known))) == 1, "a scenario that is none"),
        (promised(page) == [("basic/x", ["4", "23,0", "end"])], "rows of the one section"),
        (shown(transcript) == ["KSUP", "23,0", "end"], "what is shown"),
        (holds(["4", "5"], ["1", "4", "5"]) and not holds(["4", "5"], ["4", "6", "5"]), "in one piece"),
    ]
    wrong = [what for good, what in cases if not good]
    for what in wrong:
        print("judged wrongly: " + what)
    print("%d examples, %d judged wrongly" % (len(cases), len(wrong)))
    return 1 if wrong else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if len(sys.argv) == 2:
        return check_names(sys.argv[1])
    if len(sys.argv) == 3:
        return check_rows(sys.argv[1], sys.argv[2])
    sys.exit("usage: airvantage_page.py ROOT [HL78SIM] | --self-test")


if __name__ == "__main__":
    sys.exit(main())
