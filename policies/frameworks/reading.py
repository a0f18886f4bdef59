"""Reading the tables of frameworks, and refusing them whole: every problem with its file."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import cast

import yaml

from policies.engine.errors import PackError
from policies.engine.rules import Severity
from policies.frameworks.model import (
    BEST_PRACTICES,
    SECURITY_HUB,
    Control,
    Framework,
    Reference,
    Tables,
    natural,
)

DATA = Path(__file__).parent / "data"
# The safe loader, in the form that is ten times faster where PyYAML was built with it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KEYS = frozenset({"title", "severity", "listed", "undecidable", "relations"})
_SEVERITIES = frozenset(one.value for one in Severity)


def read_tables(folder: Path = DATA) -> Tables:
    """The tables of a folder; PackError with all the problems of all its files."""
    reader = _Reader(folder)
    made = reader.tables()
    if reader.problems:
        raise PackError("The tables of frameworks cannot be read:", reader.problems)
    return made


def without(text: str, decided: Container[str]) -> str:
    """The list of open controls without those that are decided; what else it says stays."""
    kept: list[str] = []
    leaving = False
    for line in text.splitlines(keepends=True):
        if not line.startswith((" ", "#")):
            leaving = f"{BEST_PRACTICES} {line.partition(':')[0]}" in decided
        if not leaving or line.startswith("#"):
            kept.append(line)
    return "".join(kept)


class _Reader:
    """Reads file by file and gathers what does not fit."""

    def __init__(self, folder: Path) -> None:
        self.problems: list[str] = []
        self._folder: Path = folder
        self._frameworks: dict[str, Framework] = {}
        self._references: dict[str, Reference] = {}
        self._sets: Mapping[str, object] = {}

    def tables(self) -> Tables:
        self._sets = self._mapping("requirement-sets.yaml")
        for name, entry in self._mapping("frameworks.yaml").items():
            self._framework(name, entry)
        for file in sorted((self._folder / "requirements").glob("*.yaml")):
            for one, title in self._mapping(f"requirements/{file.name}").items():
                self._refer(f"requirements/{file.name}", file.stem, one, title)
        controls: dict[str, Control] = {}
        for file in sorted((self._folder / "controls").glob("*.yaml")):
            framework = BEST_PRACTICES if file.stem.startswith("fsbp-") else SECURITY_HUB
            for one, entry in self._mapping(f"controls/{file.name}").items():
                control = self._control(f"controls/{file.name}", framework, one, entry)
                if control is not None:
                    controls[control.label] = control
        order = {name: place for place, name in enumerate(self._frameworks)}
        ranked = sorted(
            self._references.values(), key=lambda one: (order[one.framework.id], natural(one.id))
        )
        return Tables(
            self._frameworks,
            {one.label: one for one in ranked},
            {one.label: controls[one.label] for one in ranked if one.label in controls},
            self._open(controls),
        )

    def _mapping(self, name: str) -> Mapping[str, object]:
        try:
            text = (self._folder / name).read_text(encoding="utf-8")
            held: object = yaml.load(text, Loader=_LOADER)  # noqa: S506 (either is a safe one)
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            self.problems.append(f"{name}: {' '.join(str(error).split())}")
            return {}
        if held is None:
            return {}
        if not isinstance(held, dict):
            self.problems.append(f"{name}: it is no mapping")
            return {}
        found = cast("dict[object, object]", held)
        self.problems.extend(
            f"{name}: {key!r} is no text (quote it)" for key in found if not isinstance(key, str)
        )
        return {key: value for key, value in found.items() if isinstance(key, str)}

    def _framework(self, name: str, entry: object) -> None:
        texts = _texts(entry)
        wanted = {one.name for one in fields(Framework)} - {"id"}
        if set(texts) != wanted:
            self.problems.append(f"frameworks.yaml: {name} wants the texts {sorted(wanted)}")
            return
        self._frameworks[name] = Framework(id=name, **texts)

    def _refer(self, file: str, framework: str, one: str, title: object) -> Reference | None:
        if framework not in self._frameworks:
            self.problems.append(f"{file}: there is no framework {framework!r}")
        elif not isinstance(title, str) or not title:
            self.problems.append(f"{file}: {one} has no title")
        else:
            reference = Reference(self._frameworks[framework], one, title)
            if reference.label in self._references:
                self.problems.append(f"{file}: {reference.label} is there twice")
            self._references[reference.label] = reference
            return reference
        return None

    def _control(self, file: str, framework: str, one: str, entry: object) -> Control | None:
        held = _mapped(entry)
        reference = self._refer(file, framework, one, held.get("title"))
        severity, reason = held.get("severity"), held.get("undecidable")
        if set(held) - _KEYS:
            self.problems.append(f"{file}: {one} has unknown keys {sorted(set(held) - _KEYS)}")
        if severity not in _SEVERITIES:
            self.problems.append(f"{file}: {one} has severity {severity!r}")
        if reference is None or severity not in _SEVERITIES:
            return None
        return Control(
            reference,
            Severity(severity),
            listed=held.get("listed", True) is True,
            undecidable=str(reason) if reason else None,
            relations=tuple(self._relations(file, one, _mapped(held.get("relations", {})))),
        )

    def _relations(
        self, file: str, control: str, held: Mapping[str, object]
    ) -> Iterator[Reference]:
        for framework, ids in held.items():
            found: dict[str, None] = {}
            for one in _listed(ids):
                found.update(dict.fromkeys(_listed(self._sets.get(one, [one]))))
            for one in sorted(found, key=natural):
                reference = self._references.get(f"{framework} {one}")
                if reference is None:
                    self.problems.append(f"{file}: {control} leads to no {framework} {one}")
                else:
                    yield reference

    def _open(self, controls: Mapping[str, Control]) -> dict[str, str]:
        made: dict[str, str] = {}
        for one, reason in self._mapping("open.yaml").items():
            label = f"{BEST_PRACTICES} {one}"
            control = controls.get(label)
            if control is None:
                self.problems.append(f"open.yaml: there is no {label}")
            elif control.undecidable:
                self.problems.append(f"open.yaml: {label} cannot be decided, so it is not open")
            elif not isinstance(reason, str) or not reason:
                self.problems.append(f"open.yaml: {label} has no reason")
            else:
                made[label] = reason
        return made


def _mapped(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _listed(value: object) -> list[str]:
    return [str(one) for one in cast("list[object]", value)] if isinstance(value, list) else []


def _texts(value: object) -> dict[str, str]:
    return {key: one for key, one in _mapped(value).items() if isinstance(one, str)}
