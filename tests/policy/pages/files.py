"""The pages as files, and beside the generator which fixture each of them shows."""

from __future__ import annotations

import importlib
import json
import pkgutil
from dataclasses import asdict
from pathlib import Path
from typing import Final, cast

import policies.rules
import tests.policy.fixtures
from policies.engine.discovery import discover, rules_of
from policies.engine.remediation import load_remedies
from policies.engine.rules import Rule
from policies.testing.fixtures import Fixtures
from tests.policy.pages.choosing import Choice, Chosen
from tests.policy.pages.page import Subject, index, page

FOLDER: Final = Path(__file__).parents[3] / "docs" / "rules"
CHOSEN: Final = Path(__file__).with_name("chosen.json")


def rules_with_fixtures() -> list[tuple[Rule, Fixtures]]:
    """Every rule that has its fixtures, sorted by name."""
    fixtures = {
        one.rule: one
        for module in pkgutil.iter_modules(tests.policy.fixtures.__path__)
        for one in cast(
            "list[Fixtures]",
            importlib.import_module(f"tests.policy.fixtures.{module.name}").FIXTURES,
        )
    }
    load_remedies()
    return [(rule, fixtures[rule.name]) for rule in discover() if rule.name in fixtures]


def texts(chosen: dict[str, Chosen]) -> dict[str, str]:
    """The text of each page by the name of its file, of the rules for which was chosen."""
    subjects = {
        rule.name: Subject(rule, fixtures, chosen[rule.name])
        for rule, fixtures in rules_with_fixtures()
        if rule.name in chosen
    }
    concerns: list[tuple[str, list[Subject]]] = []
    for module in sorted(pkgutil.iter_modules(policies.rules.__path__), key=lambda one: one.name):
        loaded = importlib.import_module(f"policies.rules.{module.name}")
        own = [subjects[rule.name] for rule in rules_of(loaded) if rule.name in subjects]
        if own:
            concerns.append(((loaded.__doc__ or module.name).splitlines()[0].rstrip("."), own))
    pages = {f"{name}.md": page(subject) for name, subject in subjects.items()}
    return {"README.md": index(concerns), **pages}


def read_chosen() -> dict[str, Chosen]:
    """What was chosen when the pages were written."""
    stored = cast("dict[str, dict[str, dict[str, object]]]", json.loads(CHOSEN.read_text()))
    return {
        name: Chosen(passes=_choice(one["passes"]), fails=_choice(one["fails"]))
        for name, one in stored.items()
    }


def _choice(stored: dict[str, object]) -> Choice:
    return Choice(
        case=cast("int", stored["case"]),
        ready=bool(stored["ready"]),
        reason=str(stored["reason"]),
    )


def write(chosen: dict[str, Chosen]) -> None:
    """Write every page, and take away those of rules that are no more."""
    pages = texts(chosen)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file in FOLDER.glob("*.md"):
        if file.name not in pages:
            file.unlink()
    for name, text in pages.items():
        _ = (FOLDER / name).write_text(text, encoding="utf-8")
    stored = {name: asdict(one) for name, one in sorted(chosen.items())}
    _ = CHOSEN.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
