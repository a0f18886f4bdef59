"""Reading waivers.yaml: every entry checked, all problems told at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Final, cast

import yaml

from policies.engine.rules import Rule
from policies.engine.waiver_entries import KEYS, Waivers, read_waiver
from policies.engine.waiving import Waiver, WaiverSource

# The parser in C reads the file ten times faster; some builds of the library lack it.
_FAST: Final = cast("type[yaml.SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))
# No file of waivers is nested deeper than five.
_DEEPEST: Final = 200
_BRACKETS: Final = re.compile(r"[\[{\]}]")
_BLOCKS: Final = re.compile(rf"^ *(?:[-?:] +){{{_DEEPEST}}}", re.MULTILINE)


class _Loader(_FAST):
    """Reads what only looks like a date or a number as the text that it is.

    The library raises ValueError for `2026-02-30`, and would so take all other entries with it.
    """


def _or_text(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> object:
    construct = _FAST.yaml_constructors[node.tag]
    try:
        return construct(loader, node)
    except ValueError:
        return node.value


for _kind in ("timestamp", "int", "float"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_kind}", _or_text)


def load_waivers(
    paths: Iterable[Path], project: str, rules: Mapping[str, Rule], today: date
) -> Waivers:
    """The waivers that speak of a project; a file that is not there is an empty one."""
    valid: list[Waiver] = []
    problems: list[str] = []
    for path in paths:
        entries = _entries(path, problems)
        for number, entry in enumerate(entries, start=1):
            fields = cast("dict[object, object]", entry) if isinstance(entry, dict) else None
            if fields is not None and fields.get("project", project) != project:
                continue
            where = f"{path}, entry {number}"
            if fields is None:
                wanted = ", ".join(sorted(KEYS))
                problems.append(f"{where} is not a mapping with the keys {wanted}")
                continue
            waiver = read_waiver(
                fields, WaiverSource.FILE, where, rules=rules, today=today, problems=problems
            )
            if waiver is not None:
                valid.append(waiver)
    return Waivers(tuple(valid), tuple(problems))


def load_yaml(path: Path) -> object:
    """What a file of YAML says; OSError, ValueError or YAMLError where it cannot be read."""
    text = path.read_text(encoding="utf-8")
    # The parser in C takes the process with it where the nesting has no end.
    if _too_deep(text):
        raise yaml.YAMLError(f"it is nested more than {_DEEPEST} deep")
    # A subclass of SafeLoader.
    return cast("object", yaml.load(text, Loader=_Loader))  # noqa: S506


def _too_deep(text: str) -> bool:
    if _BLOCKS.search(text) is not None:
        return True
    depth = 0
    for bracket in _BRACKETS.findall(text):
        depth += 1 if bracket in "[{" else -1
        if depth > _DEEPEST:
            return True
    return False


def _entries(path: Path, problems: list[str]) -> list[object]:
    try:
        content = load_yaml(path)
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path} cannot be read: {type(error).__name__}")
        return []
    except yaml.YAMLError as error:
        problems.append(f"{path} is no YAML: {' '.join(str(error).split())}")
        return []
    if content is None:
        return []
    if not isinstance(content, list):
        problems.append(f"{path} is not a list of waivers: begin each entry with `- rule: …`")
        return []
    return cast("list[object]", content)
