"""Runs of whole processes: wall and processor time, peak memory, and whether the counts are the planted ones."""

import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from typing import Callable, Optional

import launcher

# Ids and counts: {"C1": (pass, fail, unknown)}
Counts = dict


@dataclass
class Run:
    """One process. Times in seconds, memory in bytes. A peak below some megabytes cannot be told: `launcher.py` says why."""

    wall: float
    user: float
    system: float
    peak: int
    status: Optional[int]


@dataclass
class Job:
    """One thing to measure, again and again."""

    row: str  # "all", "C1", "C8:1", "tiny", …
    size: str
    tool: str
    argv: list
    env: dict = field(default_factory=dict)
    # What the output must say; none where the program gives no verdicts.
    verify: Optional[Callable[[str], Optional[str]]] = None
    # A program that takes long is run less often,
    most_runs: int = 1000
    # and one that takes no time several times a round, side by side with the others of that kind.
    each_round: int = 1
    # What it takes of memory beside files that are mapped, the program's own among them.
    own: Optional[int] = None
    runs: list = field(default_factory=list)

    def median(self, of="wall"):
        return statistics.median(getattr(run, of) for run in self.runs)

    def least(self, of="wall"):
        return min(getattr(run, of) for run in self.runs)

    @property
    def processor(self):
        return statistics.median(run.user + run.system for run in self.runs)


class Wrong(Exception):
    """A program failed, or found other counts than were planted."""


class Launcher:
    """The small process that starts what is measured (`launcher.py` says why)."""

    def __init__(self):
        argv = [sys.executable, "-I", "-S", os.path.join(os.path.dirname(os.path.abspath(__file__)), "launcher.py")]
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, argv, env, out, err, limit):
        """Runs a program; it is killed after `limit` seconds, and then has no status."""
        launcher.send(self.process.stdin, (argv, env, out, err))
        child = launcher.receive(self.process.stdout)
        if isinstance(child, str):
            raise OSError(child)
        # A blocking wait, so that watching costs the child nothing.
        timer = threading.Timer(limit, os.kill, (child, signal.SIGKILL))
        timer.start()
        wall, user, system, peak, status = launcher.receive(self.process.stdout)
        timer.cancel()
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        return Run(wall, user, system, peak, None if killed else os.waitstatus_to_exitcode(status))


def run_once(job, limit, starter):
    """Runs a job, and checks what it prints. A job beyond `limit` seconds is killed and counts as failed."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = os.path.join(folder, "out"), os.path.join(folder, "err")
        run = starter.run(job.argv, {**os.environ, **job.env}, out, err, limit)
        with open(out, encoding="utf-8", errors="replace") as file:
            text = file.read()
        with open(err, encoding="utf-8", errors="replace") as file:
            said = file.read()
    name = f"{job.tool} {job.row} {job.size}"
    if run.status is None:
        raise Wrong(f"{name}: not done after {limit} s")
    # 1 says that failures were found, and cfn-guard says so with 19.
    if run.status not in (0, 1, 19):
        raise Wrong(f"{name}: exit status {run.status}: {said[-400:]}")
    if job.verify and (difference := job.verify(text)):
        raise Wrong(f"{name}: {difference}; {said[-400:]}")
    job.runs.append(run)


def interleave(jobs, runs, limit):
    """Runs all jobs round by round, so that what else happens on the machine hits all alike.

    Returns why a peer could not be measured; of Tickmark and the hand-written program nothing is forgiven.
    """
    failed = {}
    starter = Launcher()
    for turn in range(runs):
        most = max(job.each_round for job in jobs)
        for job in (job for place in range(most) for job in jobs if place < job.each_round):
            if turn >= job.most_runs or id(job) in failed:
                continue
            try:
                run_once(job, limit, starter)
            except (Wrong, OSError) as error:
                if job.tool.startswith(("tickmark", "handwritten")):
                    raise
                failed[id(job)] = str(error)
                print(f"  left out: {error}", file=sys.stderr)
        print(f"round {turn + 1} of {runs}", file=sys.stderr)
    jobs[:] = [job for job in jobs if job.runs and id(job) not in failed]
    return sorted(set(failed.values()))


def own_memory(job):
    """The most memory that a run has of its own (anonymous, as the kernel calls it), by looking a thousand times a second."""
    most = 0
    with tempfile.TemporaryFile() as nowhere:
        process = subprocess.Popen(job.argv, env={**os.environ, **job.env}, stdout=nowhere, stderr=nowhere)
        while process.poll() is None:
            try:
                with open(f"/proc/{process.pid}/status", encoding="utf-8") as file:
                    anonymous = re.search(r"^RssAnon:\s+(\d+) kB", file.read(), re.M)
            except OSError:
                break
            # Of a process that is ending nothing is told.
            most = max(most, int(anonymous.group(1)) * 1024 if anonymous else 0)
            time.sleep(0.001)
        process.wait()
    return most


def expected_of(folder):
    with open(os.path.join(folder, "expected.json"), encoding="utf-8") as file:
        controls = json.load(file)["controls"]
    return {name: (counts["pass"], counts["fail"], counts["unknown"]) for name, counts in controls.items()}


def wanted(expected, row):
    """The counts that a row is about: of all controls, of one, or of the first N variations (`C8:N`)."""
    control, _, taken = row.partition(":")
    if control in ("all", "tiny"):
        return expected
    if control == "C8":
        taken = int(taken or 500)
        return {f"C8-{place:03}": expected[f"C8-{place:03}"] for place in range(1, taken + 1)}
    return {control: expected[control]}


def difference(found, expected):
    wrong = [name for name in expected if found.get(name) != expected[name]]
    if not wrong and len(found) == len(expected):
        return None
    first = next(iter(wrong), None)
    return f"{len(wrong)} controls are wrong, as {first}: planted {expected.get(first)}, found {found.get(first)}"


def lines(expected):
    """Checks `ID PASS FAIL UNKNOWN` lines."""

    def verify(text):
        rows = (line.split() for line in text.splitlines())
        return difference({row[0]: tuple(map(int, row[1:])) for row in rows if len(row) == 4}, expected)

    return verify


TABLE_ROW = re.compile(r"^(C\d\S*)\s+\w+\s+\S+ \w+((?:\s+[\d,·]+){6})\s*$", re.M)


def table(expected):
    """Checks the table at the end of Tickmark's text: in scope, pass, fail, unknown, pending, excepted."""

    def verify(text):
        found = {}
        for name, numbers in TABLE_ROW.findall(text):
            scope, passed, failed, unknown, pending, excepted = (int(n.replace(",", "").replace("·", "0")) for n in numbers.split())
            if scope != passed + failed + unknown + pending + excepted:
                return f"{name}: the counts do not add up"
            found[name] = (passed, failed, unknown)
        return difference(found, expected)

    return verify
