"""Runs of whole processes: wall and processor time, peak memory, and whether the counts are the planted ones."""

import json
import os
import re
import signal
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from typing import Callable, Optional

# Ids and counts: {"C1": (pass, fail, unknown)}
Counts = dict


@dataclass
class Run:
    """One process. Times in seconds, memory in bytes.

    Of a child, the kernel counts the memory of the process that it was started from too: a peak below some 20 MB, which is
    what this program takes itself, cannot be told.
    """

    wall: float
    user: float
    system: float
    peak: int
    status: int


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
    # A program that takes long is run less often.
    most_runs: int = 1000
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


def run_once(job, limit):
    """Runs a job, and checks what it prints. A job beyond `limit` seconds is killed and counts as failed."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        env = {**os.environ, **job.env}
        actions = [
            (os.POSIX_SPAWN_DUP2, out.fileno(), 1),
            (os.POSIX_SPAWN_DUP2, err.fileno(), 2),
        ]
        start = time.perf_counter()
        child = os.posix_spawnp(job.argv[0], job.argv, env, file_actions=actions)
        status, usage = wait(child, start + limit)
        wall = time.perf_counter() - start
        out.seek(0)
        text = out.read().decode("utf-8", "replace")
        err.seek(0)
        said = err.read().decode("utf-8", "replace")
    name = f"{job.tool} {job.row} {job.size}"
    if status is None:
        raise Wrong(f"{name}: not done after {limit} s")
    # 1 says that failures were found, and cfn-guard says so with 19.
    if status not in (0, 1, 19):
        raise Wrong(f"{name}: exit status {status}: {said[-400:]}")
    if job.verify and (difference := job.verify(text)):
        raise Wrong(f"{name}: {difference}; {said[-400:]}")
    job.runs.append(Run(wall, usage.ru_utime, usage.ru_stime, usage.ru_maxrss * 1024, status))


def wait(child, deadline):
    """Waits for a child, and kills it at the deadline. A blocking wait, so that watching costs the child nothing."""
    timer = threading.Timer(max(0.0, deadline - time.perf_counter()), os.kill, (child, signal.SIGKILL))
    timer.start()
    _, status, usage = os.wait4(child, 0)
    timer.cancel()
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return None, usage
    return os.waitstatus_to_exitcode(status), usage


def interleave(jobs, runs, limit):
    """Runs all jobs round by round, so that what else happens on the machine hits all alike.

    Returns why a peer could not be measured; of Tickmark and the hand-written program nothing is forgiven.
    """
    failed = {}
    for turn in range(runs):
        for job in jobs:
            if turn >= job.most_runs or id(job) in failed:
                continue
            try:
                run_once(job, limit)
            except (Wrong, OSError) as error:
                if job.tool.startswith(("tickmark", "handwritten")):
                    raise
                failed[id(job)] = str(error)
                print(f"  left out: {error}", file=sys.stderr)
        print(f"round {turn + 1} of {runs}", file=sys.stderr)
    jobs[:] = [job for job in jobs if job.runs and id(job) not in failed]
    return sorted(set(failed.values()))


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
