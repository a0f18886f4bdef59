"""Reading docs/requirements/*.yaml, and refusing it whole: every problem with its file and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import yaml

from reports.errors import ReportError
from reports.markdown import broken
from reports.requirements.model import ID, Requirement, Scope, Specification, Superseded

_FILE_KEYS = ("spec", "title", "sections")
_REQUIREMENT_KEYS = ("id", "text", "scope", "reason", "superseded")
_SUPERSEDED_KEYS = ("spec", "instead", "page")


def read_all(folder: Path) -> tuple[Specification, ...]:
    """Every specification of a folder, by name; ReportError with all problems of all files."""
    reader = _Reader(docs=folder.parent)
    files = sorted(folder.glob("*.yaml"))
    read = [reader.file(file) for file in files]
    if not files:
        reader.problems.append(f"{folder}: there is no requirements file in it")
    if reader.problems:
        raise ReportError("The requirements cannot be read:", reader.problems)
    return tuple(sorted(read, key=lambda specification: specification.name))


class _Reader:
    """Reads files one by one, gathering what does not fit; an id is unique over all of them."""

    def __init__(self, docs: Path) -> None:
        self.problems: list[str] = []
        self._docs: Path = docs
        self._ids: dict[str, str] = {}
        self._file: Path = docs

    def file(self, file: Path) -> Specification:
        self._file = file
        try:
            root = yaml.compose(file.read_text(), Loader=yaml.SafeLoader)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            self.problems.append(f"{file.name}: it is not YAML: {' '.join(str(error).split())}")
            root = None
        else:
            if root is None:
                self.problems.append(f"{file.name}: it is empty")
        if root is None:
            return Specification(file.stem, "", ())
        top = self._mapping(root, _FILE_KEYS, required=_FILE_KEYS)
        spec = self._text(top, "spec")
        sections = self._mapping(top["sections"], None) if "sections" in top else {}
        requirements = [
            requirement
            for section, node in sections.items()
            for requirement in self._section(spec, section, node)
        ]
        return Specification(spec, self._text(top, "title"), tuple(requirements))

    def _section(self, spec: str, section: str, node: yaml.Node) -> Iterator[Requirement]:
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self._problem(node, f"section {section!r} must be a list of requirements")
            return
        for item in cast("list[yaml.Node]", node.value):
            keys = self._mapping(item, _REQUIREMENT_KEYS, required=("id", "text"))
            if keys:
                yield self._requirement(spec, section, item, keys)

    def _requirement(
        self, spec: str, section: str, item: yaml.Node, keys: Mapping[str, yaml.Node]
    ) -> Requirement:
        identity = self._text(keys, "id")
        if identity:
            self._check_id(identity, spec, keys["id"])
        scope = self._scope(keys)
        reason = self._text(keys, "reason")
        if scope is Scope.SERVICES and "reason" not in keys:
            self._problem(item, f"{identity} needs a `reason` why infrastructure cannot hold it")
        if scope is Scope.INFRASTRUCTURE and "reason" in keys:
            self._problem(keys["reason"], f"{identity} gives a reason, but its scope needs none")
        return Requirement(
            id=identity,
            spec=spec,
            section=section,
            text=self._text(keys, "text"),
            scope=scope,
            reason=reason,
            superseded=self._superseded(keys["superseded"]) if "superseded" in keys else None,
        )

    def _check_id(self, identity: str, spec: str, node: yaml.Node) -> None:
        match = ID.match(identity)
        if match is None:
            self._problem(node, f"{identity!r} is no id; write one such as CHAT-{spec}-07")
        elif match["spec"] != spec:
            self._problem(node, f"{identity} is not of spec {spec}, whose file this is")
        place = f"{self._file.name}:{_line(node)}"
        first = self._ids.setdefault(identity, place)
        if first != place:
            self._problem(node, f"{identity} is at {first} already; give this one a free number")

    def _scope(self, keys: Mapping[str, yaml.Node]) -> Scope:
        if "scope" not in keys:
            return Scope.INFRASTRUCTURE
        written = self._text(keys, "scope")
        if written not in list(Scope):
            known = " or ".join(Scope)
            self._problem(keys["scope"], f"scope {written!r} does not exist; write {known}")
            return Scope.INFRASTRUCTURE
        return Scope(written)

    def _superseded(self, node: yaml.Node) -> Superseded:
        keys = self._mapping(node, _SUPERSEDED_KEYS, required=_SUPERSEDED_KEYS)
        page = self._text(keys, "page")
        why = broken(self._docs / "README.md", page) if page else ""
        if why:
            self._problem(keys["page"], f"the page docs/{page} cannot be found: {why}")
        return Superseded(
            spec=self._text(keys, "spec"), instead=self._text(keys, "instead"), page=page
        )

    def _mapping(
        self, node: yaml.Node, known: tuple[str, ...] | None, required: tuple[str, ...] = ()
    ) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            self._problem(node, f"here must be keys with values: {', '.join(known or ())}")
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
            name = str(key.value)
            if known is not None and name not in known:
                self._problem(key, f"unknown key {name!r}; known are {', '.join(known)}")
            elif name in found:
                self._problem(key, f"{name!r} stands there twice")
            found[name] = value
        for name in required:
            if name not in found:
                self._problem(node, f"{name!r} is missing")
        return found

    def _text(self, keys: Mapping[str, yaml.Node], name: str) -> str:
        """The text of a key, empty where the key is missing, which has been told by then."""
        node = keys.get(name)
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode) or node.tag != "tag:yaml.org,2002:str":
            self._problem(node, f"{name!r} must be text; put it in quotes if it looks like more")
            return ""
        text = str(node.value).strip()
        if not text:
            self._problem(node, f"{name!r} is empty")
        return text

    def _problem(self, node: yaml.Node, text: str) -> None:
        self.problems.append(f"{self._file.name}:{_line(node)}: {text}")


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
