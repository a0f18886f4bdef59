"""What covers the requirements: rules of the pack, and tests that a run would execute."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from policies.engine.discovery import discover
from policies.engine.profiles import Profile, activate, known_profiles
from policies.engine.rules import Level, Rule
from reports.errors import ReportError
from reports.locations import REPOSITORY
from reports.requirements.collector import OPTION, Collected
from reports.requirements.model import ID, Evidence, Kind

SUITES = ("tests", "integration")
"""What is collected: the folders whose tests the sessions run."""
INTEGRATION = "integration/"


@dataclass(frozen=True, slots=True)
class Found:
    """The evidence of a source, and what claims to be evidence and is none."""

    evidence: tuple[Evidence, ...]
    problems: tuple[str, ...]

    def __add__(self, other: Found) -> Found:
        return Found(self.evidence + other.evidence, self.problems + other.problems)


def of_rules(
    rules: Iterable[Rule] | None = None, profiles: Mapping[str, Profile] | None = None
) -> Found:
    """What the pack's rules cover; a rule counts only if it stops stacks of the id's system.

    CHAT-000-07 is of the system `chat`, which the profile of that name judges.
    """
    evidence: list[Evidence] = []
    problems: list[str] = []
    every = tuple(discover() if rules is None else rules)
    known = known_profiles() if profiles is None else profiles
    mandatory = {name: _mandatory(every, profile) for name, profile in known.items()}
    for rule in every:
        for identity in rule.covers:
            match = ID.match(identity)
            system = match["system"].lower() if match else ""
            if match and rule.name not in mandatory.get(system, ()):
                problems.append(
                    f"rule {rule.name} covers {identity}, but stops no stack of profile {system!r}: "
                    f"make it mandatory there (policies/profiles) or take the id away"
                )
            else:
                evidence.append(Evidence(Kind.RULE, rule.name, identity))
    return Found(tuple(evidence), tuple(problems))


def _mandatory(rules: Iterable[Rule], profile: Profile) -> frozenset[str]:
    active = activate(rules, profile)
    return frozenset(one.rule.name for one in active if one.level is Level.MANDATORY)


def of_tests(root: Path, suites: Iterable[str] = SUITES) -> Found:
    """What the tests below `root` cover, by pytest's own collection in a process of its own.

    ReportError with pytest's words where a test cannot be collected: it might be the proof.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "evidence.json"
        plugin = ("-p", "reports.requirements.collector", OPTION, str(target))
        # The project's markers and warnings hold; nothing is written beside the tests.
        quiet = ("--collect-only", "-q", "-p", "no:cacheprovider")
        command = (sys.executable, "-m", "pytest", *quiet, *plugin, *suites)
        # The plugin is found wherever the tests are; a developer's own options would narrow them.
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTEST_ADDOPTS": ""}
        done = subprocess.run(
            command, cwd=root, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
            raise ReportError("pytest cannot collect the tests; mend them first:", said[-15:])
        found = cast("Collected", json.loads(target.read_text()))
    return _of_collected(found)


def _of_collected(found: Collected) -> Found:
    evidence: list[Evidence] = []
    problems = list(found["problems"])
    for test in found["tests"]:
        if test["excuse"]:
            named = ", ".join(test["requirements"])
            problems.append(
                f"{test['name']} covers {named}, but is marked {test['excuse']}: "
                "let it run and pass, or take the ids away"
            )
            continue
        kind = Kind.INTEGRATION if test["place"].startswith(INTEGRATION) else Kind.UNIT
        evidence.extend(
            Evidence(kind, test["name"], identity, test["place"])
            for identity in test["requirements"]
        )
    return Found(tuple(evidence), tuple(problems))
