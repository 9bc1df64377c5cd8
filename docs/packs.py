#!/usr/bin/env python3
"""Writes the pages of the built-in packs (`docs/src/packs/`) from their controls: what each asks, and which criteria it answers to.

    docs/packs.py          renews the pages
    docs/packs.py --check  ends with an error where a page is out of date
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKS = {
    "infrastructure": "One control for whatever cloud it is.",
    "terraform-aws": "Resources of the AWS provider, in configurations, plans and states.",
    "terraform-google": "Resources of the Google provider, in configurations, plans and states.",
    "terraform-azure": "Resources of the Azure provider, in configurations, plans and states.",
    "cloudformation": "Resources of CloudFormation templates.",
    "kubernetes": "Manifests, as they are written or as Helm and Kustomize print them.",
}
CONTROL = re.compile(r'^control (\S+) "(.*)" \{$')
FIELD = re.compile(r'^  (cites|severity|because)\s+"?(.*?)"?$')


def controls(path):
    """The controls of a file, in its order: id, title and fields."""
    found = []
    for line in path.read_text().splitlines():
        if control := CONTROL.match(line):
            found.append({"id": control[1], "title": control[2], "severity": "medium"})
        elif line == "}":
            found.append(None)
        elif (field := FIELD.match(line)) and found and found[-1]:
            found[-1][field[1]] = field[2]
    return [control for control in found if control]


def page(pack, what):
    files = sorted((ROOT / "controls" / pack).glob("*.tick"))
    lines = [f"# The pack `{pack}`", "", f"{what} `tickmark check PATH --pack {pack}` runs it; `tickmark explain ID --pack {pack}` reads a", "control in plain words."]
    total = 0
    for path in files:
        # The comment at the head of a file says what its controls are about.
        head = []
        for line in path.read_text().splitlines():
            if not line.startswith("#"):
                break
            head.append(line.removeprefix("#").strip())
        lines += ["", f"## {path.stem.capitalize()}", "", " ".join(head), "", "| control | says | severity | criteria |", "|---|---|---|---|"]
        for control in controls(path):
            total += 1
            lines.append(f"| {control['id']} | **{control['title']}.** {control['because']} | {control['severity']} | {control['cites']} |")
    lines += ["", f"{total} controls."]
    return "\n".join(lines) + "\n"


def main():
    late = []
    for pack, what in PACKS.items():
        path = ROOT / "docs" / "src" / "packs" / f"{pack}.md"
        text = page(pack, what)
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_text() != text:
                late.append(str(path.relative_to(ROOT)))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    for path in late:
        print(f"{path} is out of date: run docs/packs.py")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
