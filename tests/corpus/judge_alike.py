#!/usr/bin/python3
"""The loader and the JSON Schemas judge the corpus alike.

usage: judge_alike.py HL78SIM     compare `HL78SIM check FILE` (0 good, 2 bad) with python3-jsonschema
       judge_alike.py --refresh   put figures, quirks and kinds of events of sim into the schemas,
                                  and the same figures and quirks into the corpus's profiles

Folders of the corpus: valid and invalid mean both; invalid-references holds what only the loader
can see (references, sums, ranges between two keys) or only it refuses by design (repeated keys).
Every scenario and profile under scenarios/ must be good for both.
"""
import json
import pathlib
import re
import subprocess
import sys

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests" / "corpus"
SCHEMAS = ROOT / "scenarios" / "schema"

# What the one mistake of a profile is, where it is a row that is missing or unknown.
ODD_ROWS = {
    "figure-missing": "install_time",
    "figure-unknown": "instal_time",
    "quirk-missing": "stored_before_certified",
}


def defined():
    """Names and kinds of all figures and quirks, from the .def files."""
    figures = re.findall(r"^FIGURE\((\w+), (\w+),", (ROOT / "sim/profile/figure.def").read_text(), re.M)
    quirks = re.findall(r"^QUIRK\((\w+),", (ROOT / "sim/profile/quirk.def").read_text(), re.M)
    return [(name, kind.lower()) for kind, name in figures], quirks


def event_kinds():
    """The names of all kinds of events."""
    text = (ROOT / "sim/include/hl78sim/event.h").read_text()
    return re.findall(r'^ *X\(HLSIM_EVENT_\w+, *"([^"]+)"\)', text, re.M)


def in_step(kind, schema):
    """The schema with the figures, quirks and kinds of events as they are defined now."""
    figures, quirks = defined()
    figure_rows = {name: {"$ref": "#/$defs/figure_" + kind} for name, kind in figures}
    quirk_rows = {name: {"$ref": "#/$defs/figure_quirk"} for name in quirks}
    if kind == "scenario":
        schema["$defs"]["set"]["properties"] = {**figure_rows, **quirk_rows}
        schema["$defs"]["event_kind"]["enum"] = event_kinds()
        schema["$defs"]["quirk_name"]["enum"] = quirks
        for action in schema["$defs"]["action"]["oneOf"]:
            action["properties"]["about"] = {"$ref": "#/$defs/about"}
    else:
        schema["$defs"]["figures"]["properties"] = figure_rows
        schema["$defs"]["quirks"]["properties"] = quirk_rows
        base = schema["$defs"]["whole_base"]["properties"]
        base["figures"]["required"] = list(figure_rows)
        base["quirks"]["required"] = list(quirk_rows)
    return schema


def text_of(schema):
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def schema_file(kind):
    return SCHEMAS / (kind + ".schema.json")


def in_step_with(shipped, own, odd):
    """The rows as shipped, in that order, with the file's own values; `odd` stays as the file has it."""
    rows = {name: own.get(name, row) for name, row in shipped.items() if name != odd or name in own}
    if odd in own:
        rows[odd] = own[odd]
    return rows


def completed_profiles():
    """(path, text) of the corpus's profiles with the figures and quirks of today, no more, no fewer."""
    shipped = json.loads((ROOT / "scenarios/profiles/hl7800.json").read_text())["base"]
    for path in sorted((CORPUS / "profile").glob("*/*.json")):
        text = path.read_text()
        profile = json.loads(text)
        if "like" in profile or not isinstance(profile.get("base"), dict):
            continue
        for kind in ("figures", "quirks"):
            own = profile["base"].get(kind, {})
            profile["base"][kind] = in_step_with(shipped[kind], own, ODD_ROWS.get(path.stem))
            for firmware in profile["firmwares"]:
                if kind in firmware:
                    firmware[kind] = {n: r for n, r in firmware[kind].items() if n in shipped[kind]}
        lines = text.count("\n")
        yield path, text_of(profile) if lines > 1 else json.dumps(profile, ensure_ascii=False) + "\n"


def refresh():
    for path, text in completed_profiles():
        path.write_text(text)
    for kind in ("scenario", "profile"):
        schema = json.loads(schema_file(kind).read_text())
        schema_file(kind).write_text(text_of(in_step(kind, schema)))


def files():
    """(kind, path, good for the schema or None when it is not asked, good for the loader)"""
    for kind in ("scenario", "profile"):
        for folder, by_schema, by_loader in (
            ("valid", True, True),
            ("invalid", False, False),
            ("invalid-references", None, False),
        ):
            for path in sorted((CORPUS / kind / folder).glob("*.json")):
                yield kind, path, by_schema, by_loader
    yield "profile", ROOT / "docs/examples/my-module.json", True, True
    for path in sorted((ROOT / "scenarios").rglob("*.json")):
        folder = path.relative_to(ROOT / "scenarios").parts[0]
        if folder == "profiles":
            yield "profile", path, True, True
        elif folder != "schema":
            yield "scenario", path, True, True


def main(arguments):
    if arguments == ["--refresh"]:
        refresh()
        return 0
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    failures = 0
    counted = 0
    validators = {}
    for kind in ("scenario", "profile"):
        schema = json.loads(schema_file(kind).read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        validators[kind] = jsonschema.Draft202012Validator(schema)
        if text_of(in_step(kind, schema)) != schema_file(kind).read_text():
            print(f"{schema_file(kind)}: not in step with sim: judge_alike.py --refresh")
            failures += 1
    for path, text in completed_profiles():
        if text != path.read_text():
            print(f"{path}: not in step with sim: judge_alike.py --refresh")
            failures += 1
    for kind, path, by_schema, by_loader in files():
        counted += 1
        if by_schema is not None:
            errors = list(validators[kind].iter_errors(json.loads(path.read_text())))
            if (not errors) != by_schema:
                failures += 1
                print(f"{path}: the schema says {'good' if not errors else errors[0].message}")
        run = subprocess.run([arguments[0], "check", str(path)], capture_output=True, text=True)
        if run.returncode != (0 if by_loader else 2):
            failures += 1
            print(f"{path}: the loader's status is {run.returncode}\n{run.stdout}{run.stderr}")
        elif not by_loader and not re.search(r"\.json:\d+:\d+: ", run.stdout + run.stderr):
            failures += 1
            print(f"{path}: the loader names no place\n{run.stdout}{run.stderr}")
    print(f"{counted} files, {failures} failures")
    return 1 if failures or counted < 60 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
