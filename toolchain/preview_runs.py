"""Runs previews, one on the user's terminal or several beside each other, and reads what was judged."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from toolchain.launch import Invocation, end, prepared, run, run_silently
from toolchain.locations import REPOSITORY
from toolchain.progress import Counter, counted

SUMMARY_VARIABLE = "PLUMBLINE_SUMMARY"
"""Names the file into which the policy pack writes what it has judged."""
RECORD_VARIABLE = "PLUMBLINE_REPORT"
"""Names the file into which the policy pack writes each of its judgements, for reports."""
# Measured on two busy cores, a small stack and a large one: one after the other 61 s (70, 52),
# beside each other 44 s; 33 CPU-seconds either way, so more than processors could gain nothing.
BESIDE = 2
"""How many previews run at once, where there are as many processors."""
_PREPARING = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class StackPreview:
    """One stack's figures; a figure is None where the preview ended before there was one."""

    stack: str
    resources: int | None
    rules: int | None
    violations: int | None
    waived: int | None
    unknown: int | None
    seconds: float
    """Wall time of the whole preview."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """How a preview ended."""

    figures: StackPreview
    code: int
    output: str
    """What the CLI printed, where it did not print it on the terminal itself."""


def on_terminal(stack: str, records: Path | None = None) -> Result:
    """Preview a stack with all that the CLI says on the user's terminal as it says it."""
    color = sys.stdout.isatty()
    with _ready(stack, color=color, records=records) as (invocation, summary):
        started = time.monotonic()
        code = run(invocation)
        return _result(stack, summary, code, "", started)


def beside_each_other(
    stacks: Sequence[str],
    show: Callable[[Result], None],
    *,
    color: bool,
    records: Path | None = None,
    as_json: bool = False,
) -> list[Result]:
    """Preview stacks, as many at once as the machine takes; `show` gets each result whole, in the order of `stacks`.

    Where a folder for records is given, the pack writes `<stack>.record.json` there. The output is what the CLI
    prints for people, or its JSON. An interrupt ends those that run, and begins no others.
    """
    runs = _Runs(records, as_json=as_json)
    pool = ThreadPoolExecutor(min(BESIDE, os.cpu_count() or 1), thread_name_prefix="preview")
    with counted("Previewing", len(stacks)) as counter:
        try:
            futures = [pool.submit(runs.judge, stack, counter, color=color) for stack in stacks]
            return [_shown(future, counter, show) for future in futures]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            runs.end()
            raise
        finally:
            pool.shutdown()


def _shown(future: Future[Result], counter: Counter, show: Callable[[Result], None]) -> Result:
    result = future.result()
    with counter.paused():
        show(result)
    return result


class _Runs:
    """Previews at work, so that an interrupt can end them."""

    def __init__(self, records: Path | None, *, as_json: bool) -> None:
        self._records = records
        self._as_json = as_json
        self._processes: list[subprocess.Popen[str]] = []
        self._ending = threading.Event()

    def judge(self, stack: str, counter: Counter, *, color: bool) -> Result:
        ready = _ready(stack, color=color, records=self._records, as_json=self._as_json)
        with counter.item(stack), ready as (invocation, summary):
            started = time.monotonic()
            code, output = run_silently(invocation, started=self._started)
            return _result(stack, summary, code, output, started)

    def _started(self, process: subprocess.Popen[str]) -> None:
        self._processes.append(process)
        if self._ending.is_set():
            end(process)

    def end(self) -> None:
        self._ending.set()
        for process in list(self._processes):
            end(process)


@contextmanager
def _ready(
    stack: str, *, color: bool, records: Path | None = None, as_json: bool = False
) -> Generator[tuple[Invocation, Path]]:
    """The command that previews a stack, and the file in which the pack will say what it judged."""
    with tempfile.TemporaryDirectory(prefix="plumbline-") as folder:
        summary = Path(folder) / "summary.json"
        arguments = [
            "preview",
            "--non-interactive",
            "--suppress-progress",
            *("--cwd", str(REPOSITORY)),
            *("--policy-pack", str(REPOSITORY / "policies")),
            *("--stack", stack),
            *(("--color", "always") if color else ()),
            *(("--json",) if as_json else ()),
        ]
        with ExitStack() as exits:
            with _PREPARING:  # A stack is made on first use, and two must not be made at once.
                extra = {SUMMARY_VARIABLE: str(summary)}
                if records is not None:
                    extra[RECORD_VARIABLE] = str(records / f"{stack}.record.json")
                invocation = exits.enter_context(prepared(arguments, extra=extra))
            yield invocation, summary


def _result(stack: str, summary: Path, code: int, output: str, started: float) -> Result:
    figures = _read_summary(summary)
    preview = StackPreview(
        stack=stack,
        resources=figures.get("resources"),
        rules=figures.get("rules"),
        violations=figures.get("violations"),
        waived=figures.get("waived"),
        unknown=figures.get("unknown"),
        seconds=round(time.monotonic() - started, 2),
    )
    if code == 0 and preview.rules is None:
        said = f"error: the policy pack judged nothing in stack {stack}: it left no summary."
        print(said, file=sys.stderr)
        code = 1
    return Result(figures=preview, code=code, output=output)


def _read_summary(path: Path) -> dict[str, int]:
    """The pack's figures; empty where the preview ended before the pack had judged anything."""
    try:
        content = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    return {key: value for key, value in content.items() if isinstance(value, int)}
