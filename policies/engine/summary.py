"""The summary of a run as a file, for whoever started the preview."""

from __future__ import annotations

import json
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, final

from policies.engine.files import write_whole
from policies.engine.judging import Finding, Judgement, Verdict
from policies.engine.rules import Level
from policies.engine.session import Totals

SUMMARY_VARIABLE: Final = "PLUMBLINE_SUMMARY"
WAIVERS_RULE: Final = "waivers"
_INTERVAL_SECONDS: Final = 1.0


def summary_of(totals: Totals) -> dict[str, object]:
    """The summary as JSON; `violations` are the findings of any level that nothing excuses."""
    findings = [_finding(one) for one in totals.findings]
    findings += [_waiver_problem(problem) for problem in totals.waiver_problems]
    waived = sum(1 for one in totals.findings if one.waiver is not None)
    return {
        "stack": totals.stack.name,
        "project": totals.stack.project,
        "profile": totals.profile,
        "resources": totals.resources,
        "rules": totals.rules,
        "violations": len(findings) - waived,
        "waived": waived,
        "unknown": totals.unknown,
        "verdicts": _counts(totals.judgements),
        "byRule": _by_rule(totals),
        "mended": [{"rule": rule, "urn": urn} for rule, urn in sorted(totals.mended)],
        "findings": sorted(findings, key=lambda one: (str(one["rule"]), str(one["urn"]), str(one))),
    }


def _counts(judgements: Iterable[Judgement]) -> dict[str, int]:
    """How often each verdict was given; a rule over the whole stack gives one."""
    given = Counter(str(one.verdict) for one in judgements)
    return {str(verdict): given[str(verdict)] for verdict in Verdict}


def _by_rule(totals: Totals) -> dict[str, dict[str, int]]:
    said: dict[str, list[Judgement]] = {one.rule.name: [] for one in totals.active}
    for judgement in totals.judgements:
        said.setdefault(judgement.active.rule.name, []).append(judgement)
    return {name: _counts(judgements) for name, judgements in sorted(said.items())}


@final
class ToldFile:
    """Keeps a file about the run up to date without writing it for each finding.

    The first finding is written at once and later ones at most once a second; `flush` writes what
    is left, and belongs at the end of the run.
    """

    def __init__(
        self, path: Path, totals: Callable[[], Totals], write: Callable[[Totals, Path], None]
    ) -> None:
        self._path = path
        self._totals = totals
        self._write = write
        self._lock = threading.Lock()
        self._written = -math.inf
        self._stale = False

    def changed(self) -> None:
        """There is something new to tell."""
        with self._lock:
            self._stale = True
        if time.monotonic() - self._written >= _INTERVAL_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what is not written yet."""
        with self._lock:
            if self._stale:
                self._stale = False
                self._written = time.monotonic()
                self._write(self._totals(), self._path)


def write_summary(totals: Totals, path: Path) -> None:
    """Write the summary at once; one that cannot be written is told on stderr."""
    write_whole(path, json.dumps(summary_of(totals)) + "\n", "the pack's summary")


def _finding(finding: Finding) -> dict[str, object]:
    rule = finding.active.rule
    waiver = finding.waiver
    return {
        "rule": rule.name,
        "level": str(finding.active.level),
        "severity": str(rule.severity),
        "urn": finding.urn,
        "path": finding.path,
        "message": finding.message,
        "waived": waiver is not None,
        "waiver": None
        if waiver is None
        else {
            "reason": waiver.reason,
            "owner": waiver.owner,
            "ticket": waiver.ticket,
            "expires": str(waiver.expires),
            "source": str(waiver.source),
        },
    }


def _waiver_problem(problem: str) -> dict[str, object]:
    return {
        "rule": WAIVERS_RULE,
        "level": str(Level.MANDATORY),
        "severity": "high",
        "urn": "",
        "path": "",
        "message": problem,
        "waived": False,
        "waiver": None,
    }
