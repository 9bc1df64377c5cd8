#!/usr/bin/env python3
"""Compares the verdicts of our packs with those of Checkov on the inputs beside this file, resource by resource.

    tests/checkov/compare.py --tickmark target/release/tickmark [--checkov checkov] [--write] [--keep DIR]

`table.tsv` says which of our controls answers to which checks of Checkov. A resource fails by Checkov where any of the checks that
belong to a control fails on it. Every difference has to be explained: in `differences.tsv` where both look at a resource and
judge otherwise, in the third column of the table where only one of them looks at it. An explanation of something that is no
difference is an error too. `--write` renews the table in `docs/src/checkov.md`; without it, a table that is out of date is an error.
Where Checkov is not installed, nothing is compared, and a notice says so. `--keep` keeps what Checkov printed, and takes it from there
the next time.
"""

import argparse
import fnmatch
import json
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PAGE = ROOT / "docs" / "src" / "checkov.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
# Folder of inputs: Checkov's framework, and our packs.
INPUTS = {
    "terraform-aws": ("terraform", ["terraform-aws"]),
    "terraform-google": ("terraform", ["terraform-google"]),
    "terraform-azure": ("terraform", ["terraform-azure"]),
    "kubernetes": ("kubernetes", ["kubernetes"]),
    "cloudformation": ("cloudformation", ["cloudformation"]),
}


def rows(name):
    """The lines of a table, each as its cells; comments and empty lines are left out."""
    for line in (HERE / name).read_text().splitlines():
        if line and not line.startswith("#"):
            yield [cell.strip() for cell in line.split("\t")]


def checkov_results(command, folder, framework, keep):
    """What Checkov says: check id -> resource -> whether it passes."""
    kept = keep and keep / f"{folder}.json"
    if kept and kept.exists():
        text = kept.read_text()
    else:
        arguments = [command, "-d", str(HERE / folder), "--framework", framework, "-o", "json", "--compact", "--soft-fail"]
        text = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout
        if kept:
            kept.write_text(text)
    parts = json.loads(text)
    found = {}
    for part in parts if isinstance(parts, list) else [parts]:
        for passes, checks in ((True, "passed_checks"), (False, "failed_checks")):
            for check in part["results"][checks]:
                resources = found.setdefault(check["check_id"], {})
                resource = name_of_theirs(check["resource"], framework)
                resources[resource] = passes and resources.get(resource, True)
    return found


def name_of_theirs(resource, framework):
    """Both sides call a resource: its address (Terraform), its logical id (CloudFormation), `Kind namespace/name` (Kubernetes)."""
    if framework == "cloudformation":
        return resource.rsplit(".", 1)[-1]
    if framework == "kubernetes":
        kind, namespace, name = resource.split(".", 2)
        # What belongs to no namespace Checkov files under `default`.
        return f"{kind} {name}" if kind.startswith("Cluster") else f"{kind} {namespace}/{name}"
    return resource


def name_of_ours(subject, framework):
    if framework != "kubernetes":
        return subject["id"]
    if subject["noun"].endswith("workload"):
        namespace, kind, name = subject["id"].split("/")
        return f"{kind} {namespace}/{name}"
    kind = "".join(word.title() for word in subject["noun"].removeprefix("k8s_").split("_"))
    return f"{kind} {subject['id']}"


def our_results(command, folder, framework, packs):
    """What our packs say: control -> resource -> verdict."""
    arguments = [command, "check", str(HERE / folder), "--as-of", "2026-06-30", "--format", "json"]
    for pack in packs:
        arguments += ["--controls", str(ROOT / "controls" / pack)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"tickmark: {done.stderr[-2000:]}")
    return {
        control["id"]: {name_of_ours(subject, framework): subject["verdict"] for subject in control["subjects"]}
        for control in json.loads(done.stdout)["controls"]
    }


def compare(table, theirs, ours):
    """For each control: how many resources both pass and both fail, who else is judged how, and who is looked at by one alone."""
    outcome = {}
    for control, ids in table:
        verdicts = ours.get(control, {})
        judged = {}
        for check in ids:
            for resource, passes in theirs.get(check, {}).items():
                judged[resource] = passes and judged.get(resource, True)
        both = sorted(verdicts.keys() & judged.keys())
        word = {True: "pass", False: "fail"}
        differ = [(name, verdicts[name], word[judged[name]]) for name in both if verdicts[name] != word[judged[name]]]
        outcome[control] = {
            "pass": sum(1 for name in both if verdicts[name] == "pass" and judged[name]),
            "fail": sum(1 for name in both if verdicts[name] == "fail" and not judged[name]),
            "differ": differ,
            "ours": sorted(verdicts.keys() - judged.keys()),
            "theirs": sorted(judged.keys() - verdicts.keys()),
        }
    return outcome


def explained(outcome, scopes):
    """The mistakes: differences that nobody explains, and explanations of no difference."""
    reasons = [(control, pattern, mine, other) for control, pattern, mine, other, _ in rows("differences.tsv")]
    used = set()
    mistakes = []
    for control, found in outcome.items():
        for name, mine, other in found["differ"]:
            key = [r for r in reasons if r[0] == control and fnmatch.fnmatchcase(name, r[1]) and r[2:] == (mine, other)]
            used.update(key)
            if not key:
                mistakes.append(f"{control} {name}: ours {mine}, Checkov {other}")
        alone = found["ours"] + found["theirs"]
        if alone and not scopes[control]:
            mistakes.append(f"{control}: ours alone {found['ours'][:4]}, Checkov alone {found['theirs'][:4]}")
        if scopes[control] and not alone:
            mistakes.append(f"{control}: a scope is explained that does not differ")
        if not found["pass"] + found["fail"] + len(found["differ"]):
            mistakes.append(f"{control}: nothing was compared")
    mistakes += [f"{r[0]} {r[1]}: explained, but no such difference" for r in reasons if r not in used]
    return mistakes


def page(outcome, ids, scopes):
    """The table of the page, and the explanations below it."""
    lines = ["| control | Checkov | both pass | both fail | differ |", "|---|---|---|---|---|"]
    for control, found in outcome.items():
        cells = [control, " ".join(ids[control]), found["pass"], found["fail"], len(found["differ"])]
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    same = [found for found in outcome.values() if not found["differ"]]
    checks = sum(len(ids[control]) for control, found in outcome.items() if not found["differ"])
    lines += ["", f"{len(same)} of {len(outcome)} controls, which answer to {checks} checks, judge every resource as Checkov does."]
    lines += ["", "### Where we judge otherwise", "", "| control | resources | ours | Checkov | why |", "|---|---|---|---|---|"]
    for control, pattern, mine, other, why in rows("differences.tsv"):
        lines.append(f"| {control} | `{pattern}` | {mine} | {other} | {why} |")
    lines += ["", "### Where one looks at what the other does not", "", "| control | why |", "|---|---|"]
    lines += [f"| {control} | {why} |" for control, why in scopes.items() if why]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickmark", required=True)
    parser.add_argument("--checkov", default="checkov")
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    if not shutil.which(given.checkov):
        print(f"NOTICE: `{given.checkov}` is not installed: nothing was compared")
        return 0
    ids, scopes = {}, {}
    for control, checks, *scope in rows("table.tsv"):
        ids[control], scopes[control] = checks.split(), " ".join(scope)
    outcome = {}
    seen = {}
    for folder, (framework, packs) in INPUTS.items():
        theirs = checkov_results(given.checkov, folder, framework, given.keep)
        ours = our_results(given.tickmark, folder, framework, packs)
        table = [(control, checks) for control, checks in ids.items() if control in ours]
        seen.update(dict.fromkeys(control for control, _ in table))
        outcome.update(compare(table, theirs, ours))
    outcome = {control: outcome[control] for control in ids if control in outcome}
    mistakes = explained(outcome, scopes)
    mistakes += [f"{control}: no pack has such a control" for control in ids if control not in seen]
    text = PAGE.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    renewed = f"{before}{BEGIN}\n{page(outcome, ids, scopes)}\n{END}{after}"
    if given.write:
        PAGE.write_text(renewed)
    elif renewed != text:
        mistakes.append(f"{PAGE.relative_to(ROOT)} is out of date: run this with --write")
    print("\n".join(mistakes))
    total = sum(found["pass"] + found["fail"] for found in outcome.values())
    print(f"{len(outcome)} controls, {total} verdicts alike, {len(mistakes)} mistakes")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
