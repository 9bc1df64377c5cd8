"""Benchmarks of whole processes, all in one run: Tickmark beside other programs over the same exports.

`just bench` runs it, `just bench-quick` with small sizes; benches/README.md says more. Python's standard library alone.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

import measuring
import report
import terraform_files
from measuring import Job, expected_of, interleave, lines, own_memory, table, wanted

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
CONTROLS = os.path.join(HERE, "controls")
ENTITIES = os.path.join(CONTROLS, "entities.tick")
FILES = ["models", "datasets", "plan", "iam", "deployments"]
# The files that each control looks at; a run of one control is handed these alone, whatever the program.
NEEDED = {
    "C1": ["plan"],
    "C2": ["models"],
    "C3": ["datasets", "plan"],
    "C4": ["iam"],
    "C5": ["models", "iam"],
    "C6": ["models", "datasets"],
    "C7": ["models", "deployments"],
    "C8": ["plan"],
}
AS_OF = ["--as-of", "2026-06-30"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="20mb,200mb", help="of 1mb, 20mb, 200mb, 1gb (default: 20mb,200mb)")
    parser.add_argument("--runs", type=int, default=7, help="rounds; medians are taken (default: 7)")
    parser.add_argument("--quick", action="store_true", help="1 MB and 20 MB, three rounds, no slow program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", help="where exports are kept between runs (default: a folder that is removed)")
    parser.add_argument("--date", help="the day to write on the page, such as 2026-06-30; without it, no page is written")
    parser.add_argument("--limit", type=float, default=120, help="seconds after which a program is stopped")
    parser.add_argument("--results", help="where to write all figures as JSON")
    parser.add_argument("--page", default=os.path.join(ROOT, "docs", "performance.md"))
    parser.add_argument("--tickmark", help="a binary to measure; without it, this checkout is built")
    venv = os.path.join(HERE, ".venv", "bin")
    parser.add_argument("--duckdb", default=at_hand(os.path.join(venv, "python")), help="a Python that has `duckdb`")
    parser.add_argument("--checkov", default=at_hand(os.path.join(venv, "checkov")))
    parser.add_argument("--opa", default=at_hand("opa"))
    parser.add_argument("--cfn-guard", default=at_hand("cfn-guard"))
    asked = parser.parse_args()
    if asked.quick:
        asked.sizes, asked.runs = "1mb,20mb", min(asked.runs, 3)
    return asked


def at_hand(program):
    return shutil.which(program)


def build(asked):
    """Builds what is measured, and gives the folders of binaries: ours and the peers'."""
    packages = ["-p", "tickmark-benches"] + ([] if asked.tickmark else ["-p", "tickmark-cli"])
    subprocess.run(["cargo", "build", "--release", "--quiet", *packages], cwd=ROOT, check=True)
    peers = os.path.join(HERE, "peers")
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=peers, check=True)
    shared = os.environ.get("CARGO_TARGET_DIR")
    folders = [shared or os.path.join(ROOT, "target"), shared or os.path.join(peers, "target")]
    return [os.path.join(folder, "release") for folder in folders]


class Company:
    """Exports of one size."""

    def __init__(self, asked, ours, where, size):
        self.size = size
        self.folder = os.path.join(where, f"{size}-{asked.seed}")
        if not os.path.exists(os.path.join(self.folder, "expected.json")):
            generate = os.path.join(ours, "generate")
            argv = [generate, "--size", size, "--seed", str(asked.seed), "--out", self.folder]
            subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
        self.expected = expected_of(self.folder)

    def path(self, name):
        return os.path.join(self.folder, f"{name}.json")

    def bytes_of(self, row):
        control = row.partition(":")[0]
        return sum(os.path.getsize(self.path(name)) for name in NEEDED.get(control, FILES))


class Tools:
    """How each program is called."""

    def __init__(self, asked, ours, peers, scratch):
        self.asked = asked
        self.tickmark_binary = asked.tickmark or os.path.join(ours, "tickmark")
        self.generate = os.path.join(ours, "generate")
        self.peers = peers
        self.scratch = scratch

    def tickmark(self, company, row, jobs=2, findings=False):
        """Verdicts and counts, which is what the others give; with `findings` each of them is explained and printed too."""
        control, _, taken = row.partition(":")
        controls = [ENTITIES, os.path.join(CONTROLS, f"{control.lower()}.tick")] if control in NEEDED else [CONTROLS]
        if taken:
            controls = [ENTITIES, self.variations(taken)]
        paths = [company.path(name) for name in NEEDED.get(control, FILES)]
        argv = [self.tickmark_binary, "check", *paths, *AS_OF, "--jobs", str(jobs)]
        for path in controls:
            argv += ["--controls", path]
        argv += [] if findings else ["--format", "summary"]
        tool = "tickmark" if jobs == 2 else "tickmark, one core"
        tool += ", findings" if findings else ""
        argv = argv if jobs == 2 else ["taskset", "-c", "0", *argv]
        return Job(row, company.size, tool, argv, verify=table(wanted(company.expected, row)))

    def variations(self, taken):
        """A control file with the first so many variations."""
        path = os.path.join(self.scratch, f"c8-{taken}.tick")
        if not os.path.exists(path):
            with open(path, "wb") as file:
                subprocess.run([self.generate, "--variations", taken], check=True, stdout=file)
        return path

    def peer(self, name, company, row, **more):
        argv = [os.path.join(self.peers, name), company.folder, row]
        verify = lines(wanted(company.expected, row)) if name in ("handwritten", "regorus_peer") else None
        return Job(row, company.size, name.removesuffix("_peer"), argv, verify=verify, **more)

    def duckdb(self, company, row):
        argv = [self.asked.duckdb, os.path.join(HERE, "peers", "duckdb_peer.py"), company.folder, row]
        return Job(row, company.size, "duckdb", argv, verify=lines(wanted(company.expected, row)), most_runs=3)

    def opa(self, company):
        """All controls in Rego, over one document that holds the files."""
        document = os.path.join(self.scratch, f"input-{company.size}.json")
        with open(document, "wb") as out:
            for place, name in enumerate(FILES):
                out.write(f'{"," if place else "{"}"{name}":'.encode())
                with open(company.path(name), "rb") as file:
                    shutil.copyfileobj(file, out)
            out.write(b"}")
        rego = os.path.join(self.scratch, "c8.rego")
        with open(rego, "wb") as out:
            subprocess.run([os.path.join(self.peers, "regorus_peer"), "--print-c8"], check=True, stdout=out)
        results = ", ".join(f"data.c{place}.result" for place in range(1, 9))
        argv = [self.asked.opa, "eval", "--data", os.path.join(HERE, "peers", "rego"), "--data", rego]
        argv += ["--input", document, "--format", "values", f"[{results}]"]

        def verify(text):
            found = {}
            for counts in json.loads(text)[0]:
                found.update({name: tuple(numbers) for name, numbers in counts.items()})
            return measuring.difference(found, company.expected)

        return Job("all", company.size, "opa", argv, verify=verify, most_runs=1)

    def checkov(self, company):
        """C1 alone, over the plan with planned values. What is unknown fails there."""
        plan = os.path.join(self.scratch, f"plan-{company.size}.json")
        script = os.path.join(HERE, "peers", "checkov", "planned.py")
        subprocess.run([sys.executable, script, company.path("plan"), plan], check=True)
        argv = [self.asked.checkov, "-f", plan, "--framework", "terraform_plan", "--check", "CKV2_ACME_1"]
        argv += ["--external-checks-dir", os.path.join(HERE, "peers", "checkov"), "--skip-download", "--compact"]
        argv += ["--quiet", "--output", "json"]
        passed, failed, unknown = company.expected["C1"]

        def verify(text):
            summary = json.loads(text)["summary"]
            if (summary["passed"], summary["failed"]) != (passed, failed + unknown):
                return f"planned {passed} and {failed + unknown}, found {summary}"
            return None

        return Job("C1", company.size, "checkov", argv, verify=verify, most_runs=3)

    def cfn_guard(self, company):
        """The 500 variations, as rules over the changes of the plan."""
        rules = os.path.join(self.scratch, "c8.guard")
        with open(rules, "w", encoding="utf-8") as file:
            file.write(report.guard_rules(os.path.join(CONTROLS, "c8.tick")))
        argv = [self.asked.cfn_guard, "validate", "--rules", rules, "--data", company.path("plan")]
        argv += ["--structured", "--show-summary", "none", "--output-format", "json"]
        violated = {name for name, (_, failed, unknown) in wanted(company.expected, "C8").items() if failed + unknown}

        def verify(text):
            found = {rule["Rule"]["name"].replace("_", "-").upper() for rule in json.loads(text)[0]["not_compliant"]}
            return None if found == violated else f"{len(found ^ violated)} rules are judged otherwise"

        return Job("C8", company.size, "cfn-guard", argv, verify=verify, most_runs=1)


# Of what takes some milliseconds one run says little.
SHORT = 6


def jobs_of(asked, tools, companies, tiny):
    """Everything that is measured, in the order of one round."""
    jobs = []
    for company in companies:
        jobs += [tools.tickmark(company, "all"), tools.peer("handwritten", company, "all"), tools.peer("scan", company, "all")]
        jobs += [tools.tickmark(company, "all", jobs=1), tools.tickmark(company, "all", findings=True)]
        if company.size == "1gb":
            continue
        for control in NEEDED:
            jobs += [tools.tickmark(company, control), tools.peer("handwritten", company, control)]
        jobs.append(tools.tickmark(company, "C8:1"))
        jobs.append(tools.peer("jiter_skip", company, "all", most_runs=3))
        jobs.append(tools.peer("serde_values", company, "all", most_runs=3))
        jobs += [tools.peer("regorus_peer", company, row, most_runs=3) for row in ("all", "C8", "C8:1")]
        if asked.duckdb:
            jobs += [tools.duckdb(company, row) for row in ("all", "C8", "C8:1")]
        if asked.opa and not (asked.quick and company.size != "1mb"):
            jobs.append(tools.opa(company))
        if asked.cfn_guard and company.size in ("1mb", "20mb") and not asked.quick:
            jobs.append(tools.cfn_guard(company))
    jobs += tiny_jobs(asked, tools, tiny)
    jobs += terraform_jobs(asked, tools)
    if asked.checkov and not asked.quick:
        small = next((company for company in companies if company.size == "1mb"), None)
        jobs.append(tools.checkov(small or Company(asked, os.path.dirname(tools.generate), tools.scratch, "1mb")))
    for job in jobs:
        if job.size in ("tiny", "1mb", "20mb") and job.tool.startswith(("tickmark", "handwritten", "scan")):
            job.each_round = SHORT
    return jobs


def terraform_jobs(asked, tools):
    """A thousand `.tf` files, and one folder of them as before a commit; Checkov over the same, with all that it checks."""
    folder = os.path.join(tools.scratch, "terraform")
    terraform_files.write(folder)
    one = os.path.join(folder, "team-00")
    jobs = []
    for row, place in [("tf", folder), ("tf:one", one)]:
        argv = [tools.tickmark_binary, "check", f"terraform={place}", "--pack", "terraform-aws", *AS_OF]
        jobs.append(Job(row, "1000 files", "tickmark", argv))
    if asked.checkov and not asked.quick:
        argv = [asked.checkov, "-d", folder, "--framework", "terraform", "--skip-download", "--compact", "--quiet", "--soft-fail"]
        jobs.append(Job("tf", "1000 files", "checkov", argv, most_runs=1))
    return jobs


def tiny_jobs(asked, tools, tiny):
    """A file of some bytes, as before a commit: Tickmark with all packs that it holds, the others with the eight controls."""
    path = os.path.join(tools.scratch, "tiny.json")
    with open(path, "w", encoding="utf-8") as file:
        file.write('{"model": [{"name": "fraud", "version": "7", "stage": "staging", "approvals": [], "tests": []}]}\n')
    argv = [tools.tickmark_binary, "check", path, *AS_OF]
    for pack in report.packs(tools.tickmark_binary):
        argv += ["--pack", pack]
    jobs = [Job("tiny", "tiny", "tickmark", argv)]
    others = [tools.peer("handwritten", tiny, "all"), tools.peer("regorus_peer", tiny, "all")]
    if asked.duckdb:
        others.append(tools.duckdb(tiny, "all"))
    if asked.opa:
        others.append(tools.opa(tiny))
    for job in others:
        job.row, job.size, job.most_runs = "tiny", "tiny", 1000
    return jobs + others


def main():
    asked = arguments()
    ours, peers = build(asked)
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"something else runs on this machine (load {load:.1f}): times will be too long", file=sys.stderr)
    with tempfile.TemporaryDirectory() as scratch:
        where = asked.data or scratch
        tools = Tools(asked, ours, peers, scratch)
        companies = [Company(asked, ours, where, size) for size in asked.sizes.split(",")]
        tiny = Company(asked, ours, where, "1kb")
        jobs = jobs_of(asked, tools, companies, tiny)
        failures = interleave(jobs, asked.runs, asked.limit)
        for job in jobs:
            if job.row == "all" and job.tool in ("tickmark", "handwritten"):
                job.own = max(own_memory(job) for _ in range(5))
        sizes = {company.size: {row: company.bytes_of(row) for row in ["all", *NEEDED]} for company in companies}
    absent = [name for name in ("duckdb", "opa", "cfn_guard", "checkov") if not getattr(asked, name)]
    results = report.Results(jobs, sizes, asked, failures, absent, load)
    print(results.text())
    if asked.results:
        with open(asked.results, "w", encoding="utf-8") as file:
            json.dump(results.figures(), file, indent=1)
            file.write("\n")
    if asked.date:
        report.write_page(asked.page, results.text())


if __name__ == "__main__":
    main()
