"""Reading waivers.yaml: every entry checked, all problems told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final, cast

import yaml

from policies.engine.rules import Rule
from policies.engine.waiving import Waiver

LONGEST: Final = timedelta(days=180)
_TEXTS: Final = ("rule", "project", "resource", "reason", "owner")
_KEYS: Final = frozenset({*_TEXTS, "stacks", "expires"})

# The parser in C reads the file ten times faster; some builds of the library lack it.
_LOADER: Final = cast("type[yaml.SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@dataclass(frozen=True, slots=True)
class Waivers:
    """The waivers of one project, and what is wrong with the file."""

    valid: tuple[Waiver, ...] = ()
    problems: tuple[str, ...] = ()


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
            waiver = _waiver(fields, where, rules, today, problems)
            if waiver is not None:
                valid.append(waiver)
    return Waivers(tuple(valid), tuple(problems))


def _entries(path: Path, problems: list[str]) -> list[object]:
    try:
        # A subclass of SafeLoader, chosen above.
        content: object = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506
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


def _waiver(
    fields: Mapping[object, object] | None,
    where: str,
    rules: Mapping[str, Rule],
    today: date,
    problems: list[str],
) -> Waiver | None:
    if fields is None:
        problems.append(f"{where} is not a mapping with the keys {', '.join(sorted(_KEYS))}")
        return None
    found = [*_shape_problems(fields), *_rule_problems(fields.get("rule"), rules)]
    stacks = _stacks(fields.get("stacks"), found)
    expires = _expiry(fields.get("expires"), today, found)
    problems.extend(f"{where}: {problem}" for problem in found)
    if found or expires is None:
        return None
    texts = {key: str(fields[key]).strip() for key in _TEXTS}
    return Waiver(
        rule=texts["rule"],
        project=texts["project"],
        stacks=stacks,
        resource=texts["resource"],
        reason=texts["reason"],
        owner=texts["owner"],
        expires=expires,
    )


def _shape_problems(fields: Mapping[object, object]) -> list[str]:
    found = [f"{key!s} is no key of a waiver" for key in fields if key not in _KEYS]
    for key in _TEXTS:
        value = fields.get(key)
        if not isinstance(value, str) or not value.strip():
            found.append(f"{key} is missing: it must be text that is not empty")
    return found


def _rule_problems(name: object, rules: Mapping[str, Rule]) -> list[str]:
    if not isinstance(name, str) or not name.strip():
        return []
    rule = rules.get(name.strip())
    if rule is None:
        return [f"there is no rule {name!r}"]
    return [] if rule.waivable else [f"the rule {name} cannot be waived: mend what it finds"]


def _stacks(value: object, found: list[str]) -> tuple[str, ...]:
    patterns = cast("list[object]", value) if isinstance(value, list) else []
    if not patterns or not all(isinstance(one, str) and one for one in patterns):
        found.append("stacks is missing: it must be a list of stack names or patterns")
    return tuple(str(one) for one in patterns)


def _expiry(value: object, today: date, found: list[str]) -> date | None:
    # A date with a time of day is a datetime, which is a date to Python and none to us.
    if type(value) is not date:
        found.append("expires is missing: it must be a date, YYYY-MM-DD")
        return None
    latest = today + LONGEST
    if value > latest:
        found.append(
            f"expires {value} is more than {LONGEST.days} days ahead: {latest} at the latest, "
            "then look at it again"
        )
    return value
