"""What a policy report is made of: records of previews, exported states, reports of other tools."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar, cast

import yaml

from graph.from_state import StateError
from graph.model import ConfigValue, Graph
from policies.engine.environment import PROFILE_VARIABLE, config_of
from policies.engine.record import Record, read_record
from policies.engine.rules import Rule
from reports import locations
from reports.errors import ReportError
from reports.formats.as_json import read
from reports.judged import Places, judge, report_of_record
from reports.results import Place, Report, StackReport
from reports.sources import places_of
from reports.states import read_state

_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """How an exported state is to be judged; paths are the user's, and may be left out."""

    today: date
    environ: Mapping[str, str]
    profile: str | None = None
    config: Path | None = None
    root: Path | None = None


def of_record(path: Path, rules: Sequence[Rule]) -> StackReport:
    """The report of what the pack said of a preview; the preview's JSON is sought beside it."""
    record = _told(path, lambda text: read_record(text, rules))
    preview = path.with_name(path.name.replace(".record.", ".preview."))
    places = _told(preview, places_of) if preview != path and preview.exists() else {}
    return _stack_report(record, "preview", places)


def of_state(path: Path, rules: Sequence[Rule], how: Judging) -> StackReport:
    """The report of an exported state, judged as a preview of it would be."""
    graph = _told(path, lambda text: read_state(text, path.stem))
    folder = _folder(how.root) if how.root else ""
    places = _told(path, lambda text: places_of(text, folder))
    project, stack = graph.stack.project, graph.stack.name
    file = how.config or own_stack_file(project, stack)
    config = _told(file, lambda text: stack_config(text, project)) if file else {}
    named = replace(graph.stack, config={key: ConfigValue(value) for key, value in config.items()})
    environ = dict(how.environ)
    if how.profile is not None:
        environ[PROFILE_VARIABLE] = how.profile
    whole = Graph(named, [one.declaration for one in graph.resources])
    return _stack_report(judge(whole, rules, how.today, environ), "state", places)


def of_other_tool(path: Path) -> Report:
    """What another tool found, in the JSON of our own reports."""
    return _told(path, read)


def own_stack_file(project: str, stack: str) -> Path | None:
    """The file of one of this repository's stacks; None for anybody else's."""
    described = cast(
        "Mapping[str, object]", yaml.safe_load((locations.REPOSITORY / "Pulumi.yaml").read_text())
    )
    folder = locations.REPOSITORY / str(described.get("stackConfigDir", "."))
    file = folder / f"Pulumi.{stack}.yaml"
    return file if project == described.get("name") and file.exists() else None


def stack_config(text: str, project: str) -> dict[str, str]:
    """The configuration in a stack's file, keyed `namespace:key`, without what is encrypted."""
    try:
        content: object = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ReportError(f"it is no YAML: {' '.join(str(error).split())}") from None
    found = cast("dict[str, object]", content).get("config") if isinstance(content, dict) else None
    entries = cast("dict[str, object]", found) if isinstance(found, dict) else {}
    plain: dict[object, object] = {
        key if ":" in key else f"{project}:{key}": value
        for key, value in entries.items()
        if not (isinstance(value, dict) and "secure" in value)
    }
    values = config_of(plain, ())
    return {key: entry.value for key, entry in values.items()}


def _folder(root: Path) -> str:
    """A project's folder relative to the repository that it is in: ours, or none."""
    resolved, repository = root.resolve(), locations.REPOSITORY.resolve()
    return resolved.relative_to(repository).as_posix() if repository in resolved.parents else ""


def _told(path: Path, reading: Callable[[str], _Read]) -> _Read:
    """What a file holds; ReportError that names the file if it cannot be read."""
    try:
        # Some systems put a byte order mark before what is redirected into a file.
        return reading(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ReportError(f"{path} cannot be read: it is no text in UTF-8") from None
    except StateError as error:
        raise ReportError(f"{path}: {error}") from None
    except ReportError as error:
        raise ReportError(f"{path}: {error.headline}", error.problems) from None


def _stack_report(record: Record, source: str, places: Places) -> StackReport:
    own = own_stack_file(record.project, record.stack)
    file = Place(own.relative_to(locations.REPOSITORY).as_posix()) if own else None
    return report_of_record(record, source, places, file)
