"""What the runs say: the table of figures to reach, the others beside, and the page that shows them."""

import os
import platform
import re
import subprocess

START, END = "<!-- results: written by benches/run.py -->", "<!-- end of results -->"
CONTROLS = [f"C{place}" for place in range(1, 9)]


def packs(binary):
    """The packs that are built into a binary, as its help lists them."""
    text = subprocess.run([binary, "check", "--help"], capture_output=True, text=True, check=True).stdout
    listed = re.search(r"A built-in pack \(may be given several times\):\s*([a-z0-9, \n-]+?)\n\n", text)
    return [name.strip() for name in listed.group(1).split(",")] if listed else []


def guard_rules(controls):
    """The variations as rules of cfn-guard. A rule of some name fails where any change breaks it."""
    with open(controls, encoding="utf-8") as file:
        text = file.read()
    changes = "resource_changes[ type == 'aws_security_group_rule' change.after is_struct ].change.after"
    rules = [f"let rules = {changes}\n"]
    for name, condition in re.findall(r"control (C8-\d+).*?no aws_security_group_rule where (.*?)\n\}", text, re.S):
        port = re.search(r"from_port <= (\d+)", condition)
        group = re.search(r'security_group_id == "([^"]*)"', condition)
        if port:
            kept = f"cidr_blocks[*] != '0.0.0.0/0' or from_port > {port.group(1)} or to_port < {port.group(1)}"
        else:
            kept = f"security_group_id != '{group.group(1)}'"
        rules.append(f"rule {name.lower().replace('-', '_')} when %rules !empty {{\n  %rules {{ {kept} }}\n}}\n")
    return "\n".join(rules)


def machine():
    """The machine, without its name."""
    model = "unknown processor"
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), model)
    except OSError:
        pass
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB of memory, {platform.system()}"


def seconds(value):
    return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"


def times(value):
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


class Results:
    """All jobs with their runs."""

    def __init__(self, jobs, sizes, asked, failures, absent, load):
        self.jobs = {(job.row, job.size, job.tool): job for job in jobs}
        self.sizes = sizes
        self.asked = asked
        self.failures = failures
        self.absent = absent
        self.load = load

    def job(self, row, size, tool="tickmark"):
        return self.jobs.get((row, size, tool))

    def ratio(self, upper, lower):
        return upper.median() / lower.median() if upper and lower else None

    # ---- the figures to reach ----

    def reached(self):
        """(what, figure to reach, measured, whether it holds)"""
        return [
            *self.against_handwritten(),
            *self.against_engines(),
            *self.each_alone(),
            *self.variations(),
            *self.growth(),
            *self.memory(),
            *self.floor(),
            *self.tiny(),
            *self.terraform(),
            *self.cores(),
        ]

    def at_most(self, what, bound, value, detail=""):
        if value is None:
            return []
        return [(what, f"at most {bound}", f"{times(value)}{detail}", value <= bound)]

    def at_least(self, what, bound, value, detail=""):
        if value is None:
            return []
        return [(what, f"at least {bound}", f"{times(value)}{detail}", value >= bound)]

    def both(self, upper, lower):
        return f" ({seconds(upper.median())} to {seconds(lower.median())})" if upper and lower else ""

    def against_handwritten(self):
        for size in self.sizes:
            ours, theirs = self.job("all", size), self.job("all", size, "handwritten")
            what = f"all eight, {size}: times hand-written"
            yield from self.at_most(what, 1.5, self.ratio(ours, theirs), self.both(ours, theirs))
            ours = self.job("all", size, "tickmark, findings")
            if ours and theirs:
                what = f"the same with findings explained and printed, {size}: times hand-written"
                yield (what, "", f"{times(self.ratio(ours, theirs))}{self.both(ours, theirs)}", None)

    def against_engines(self):
        for tool, bound in [("duckdb", 4), ("regorus", 25), ("opa", 100)]:
            for size in self.sizes:
                ours, theirs = self.job("all", size), self.job("all", size, tool)
                what = f"all eight, {size}: times faster than {tool}"
                rows = self.at_least(what, bound, self.ratio(theirs, ours), self.both(ours, theirs))
                # The figure is one of 200 MB.
                yield from rows if size == "200mb" else [(what, "", measured, None) for what, _, measured, _ in rows]

    def each_alone(self):
        for size in self.sizes:
            for control in CONTROLS:
                ours, theirs = self.job(control, size), self.job(control, size, "handwritten")
                if ours and theirs:
                    processor = f"; processor {times(ours.processor / max(theirs.processor, 1e-6))}"
                    detail = self.both(ours, theirs) + processor
                    yield from self.at_most(f"{control} alone, {size}: times hand-written", 2, self.ratio(ours, theirs), detail)

    def variations(self):
        for size in self.sizes:
            for tool in ["tickmark", "regorus", "duckdb"]:
                many, one = self.job("C8", size, tool), self.job("C8:1", size, tool)
                what = f"500 predicates, {size}: times one"
                rows = self.at_most(what, 2.5, self.ratio(many, one), self.both(many, one))
                if tool != "tickmark":
                    rows = [(f"{what} ({tool})", "", measured, None) for what, _, measured, _ in rows]
                yield from rows

    def growth(self):
        for small, large, bound in [("20mb", "200mb", 10.5), ("200mb", "1gb", 5.3)]:
            for tool in ["tickmark", "handwritten", "regorus"]:
                upper, lower = self.job("all", large, tool), self.job("all", small, tool)
                rows = self.at_most(f"{large}: times {small}", bound, self.ratio(upper, lower), self.both(upper, lower))
                if tool != "tickmark":
                    rows = [(f"{what} ({tool})", "", measured, None) for what, _, measured, _ in rows]
                yield from rows

    def memory(self):
        for size in self.sizes:
            whole = self.sizes[size]["all"]
            # Of less, a peak cannot be told from what this program takes itself.
            if whole < 10_000_000:
                continue
            for tool in ["tickmark", "handwritten", "serde_values", "regorus", "duckdb"]:
                job = self.job("all", size, tool)
                if not job:
                    continue
                peak = job.median("peak")
                above = max(0.0, peak - whole) / whole
                what = f"memory above the input, {size}: times the input"
                rows = self.at_most(what, 0.5, above, f" (peak {peak / 1e6:.0f} MB)")
                if tool != "tickmark":
                    rows = [(f"{what} ({tool})", "", measured, None) for what, _, measured, _ in rows]
                yield from rows
                if job.own is not None:
                    # The peak counts what is mapped of the program, which is the same for any input and shared by all that run it.
                    of_tool = "" if tool == "tickmark" else f" ({tool})"
                    what = f"memory of its own, without what is mapped, {size}: times the input{of_tool}"
                    yield (what, "", f"{times(job.own / whole)} ({job.own / 1e6:.0f} MB)", None)

    def floor(self):
        for size in self.sizes:
            ours, scan = self.job("all", size), self.job("all", size, "scan")
            yield from self.at_most(f"floor, {size}: times a projecting scan", 3, self.ratio(ours, scan), self.both(ours, scan))

    def tiny(self):
        ours = self.job("tiny", "tiny")
        if ours:
            milliseconds = ours.median() * 1000
            yield ("tiny input, all packs: milliseconds", "under 10", f"{milliseconds:.1f}", milliseconds < 10)
        for tool in ["handwritten", "regorus", "opa", "duckdb"]:
            if job := self.job("tiny", "tiny", tool):
                yield (f"tiny input, eight controls: milliseconds ({tool})", "", f"{job.median() * 1000:.1f}", None)

    def terraform(self):
        for row, what in [("tf", "1,000 `.tf` files"), ("tf:one", "one folder of them")]:
            ours, theirs = self.job(row, "1000 files"), self.job(row, "1000 files", "checkov")
            if ours and ours.runs:
                yield (f"{what}: milliseconds", "", f"{ours.median() * 1000:.0f}", None)
            if ours and theirs and ours.runs and theirs.runs:
                yield (f"{what}: times faster than checkov", "", f"{times(theirs.median() / ours.median())}{self.both(theirs, ours)}", None)

    def cores(self):
        for size in self.sizes:
            two, one = self.job("all", size), self.job("all", size, "tickmark, one core")
            rows = self.at_least(f"two cores, {size}: times one", 1.7, self.ratio(one, two), self.both(one, two))
            yield from rows if size in ("200mb", "1gb") else [(what, "", measured, None) for what, _, measured, _ in rows]

    # ---- everything, and the page ----

    def figures(self):
        """All figures, for machines."""
        return {
            "machine": machine(),
            "date": self.asked.date,
            "seed": self.asked.seed,
            "load_before": self.load,
            "bytes": self.sizes,
            "left_out": self.failures,
            "not_at_hand": self.absent,
            "reached": [dict(zip(("what", "figure", "measured", "holds"), row)) for row in self.reached()],
            "jobs": [
                {
                    "row": job.row,
                    "size": job.size,
                    "tool": job.tool,
                    "runs": len(job.runs),
                    "wall": job.median(),
                    "least_wall": job.least(),
                    "processor": job.processor,
                    "peak": job.median("peak"),
                    "own": job.own,
                }
                for job in self.jobs.values()
            ],
        }

    def text(self):
        runs = max(len(job.runs) for job in self.jobs.values())
        made = f", {self.asked.date}" if self.asked.date else ""
        out = [f"Measured on {machine()}{made}; seed {self.asked.seed}, medians of up to {runs} runs.", ""]
        out += ["| what | figure | measured | |", "|---|---|---|---|"]
        signs = {True: "reached", False: "**missed**", None: ""}
        out += [f"| {what} | {figure} | {measured} | {signs[holds]} |" for what, figure, measured, holds in self.reached()]
        out += ["", "Everything that was run (wall time, processor time, peak memory):", ""]
        out += ["| what | size | program | wall | processor | peak |", "|---|---|---|---|---|---|"]
        for job in sorted(self.jobs.values(), key=lambda job: (job.size, job.row, job.tool)):
            peak = f"{job.median('peak') / 1e6:.0f} MB"
            out.append(
                f"| {job.row} | {job.size} | {job.tool} | {seconds(job.median())} | {seconds(job.processor)} | {peak} |"
            )
        if self.absent:
            out += ["", f"Not at hand, and so not measured: {', '.join(self.absent)}."]
        if self.failures:
            out += ["", "Left out:", "", *(f"- {failure.splitlines()[0][:200]}" for failure in self.failures)]
        if self.load > 0.5:
            out += ["", f"Something else ran on the machine (load {self.load:.1f}): times are too long, ratios less so."]
        return "\n".join(out) + "\n"


def write_page(path, text):
    """Puts the figures between the markers of the page."""
    with open(path, encoding="utf-8") as file:
        page = file.read()
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{before}{START}\n\n{text}\n{END}{after}")
