"""Reading waivers.yaml: every entry checked, all problems told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Final, cast

import yaml

from policies.engine.rules import Rule
from policies.engine.waiver_entries import KEYS, Waivers, read_waiver
from policies.engine.waiving import Waiver, WaiverSource

# The parser in C reads the file ten times faster; some builds of the library lack it.
_LOADER: Final = cast("type[yaml.SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))


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
    """What a file of YAML says; OSError, UnicodeDecodeError or YAMLError where it cannot be read."""
    # A subclass of SafeLoader, chosen above.
    return cast("object", yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER))  # noqa: S506


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
