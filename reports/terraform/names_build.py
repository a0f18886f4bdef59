"""Rewrites names/: `python -m reports.terraform.names_build [FOLDER]`.

FOLDER has the facts of the AWS provider's schema (toolchain/offline_aws/facts, whose README names their source). Of
these, a plan needs only what does not follow from Pulumi's name; the rest is left out, so that a table stays small:

- `tf`: the Terraform type
- `fields`: arguments by Pulumi's name, each `"MARKS NAME"`, or `["MARKS NAME", {fields}]` for a nested block, all of
  which are there
- MARKS: `1` a list of at most one item that Pulumi flattens, `m` a map with the user's keys, `o` a single object,
  `*` sensitive; NAME is there where it isn't the snake case of Pulumi's
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias, cast

from reports.locations import REPOSITORY
from reports.terraform.names import FOLDER, Entry, snake

FACTS = REPOSITORY / "toolchain" / "offline_aws" / "facts"

_Fact: TypeAlias = "str | Mapping[str, object]"


def tables(facts: Path) -> Iterator[tuple[str, str]]:
    """Each table's file name and text."""
    for source in sorted(facts.glob("*.json")):
        content = cast("dict[str, dict[str, object]]", json.loads(source.read_bytes()))
        lines = [
            f"{json.dumps(token)}: {json.dumps(_resource(facts_of), separators=(',', ':'))}"
            for token, facts_of in sorted(content.items())
        ]
        yield source.name, "{\n" + ",\n".join(lines) + "\n}\n"


def main(arguments: list[str]) -> int:
    """Write every table anew."""
    for name, text in tables(Path(arguments[0]) if arguments else FACTS):
        (FOLDER / name).write_text(text)
    return 0


def _resource(facts: Mapping[str, object]) -> dict[str, object]:
    properties = cast("Mapping[str, _Fact]", facts["p"])
    found: dict[str, object] = {"tf": facts["tf"]}
    fields = _fields(properties)
    if fields:
        found["fields"] = fields
    return found


def _fields(properties: Mapping[str, _Fact]) -> dict[str, Entry]:
    entries = ((name, _entry(name, fact)) for name, fact in sorted(properties.items()))
    return {name: entry for name, entry in entries if entry is not None}


def _entry(name: str, fact: _Fact) -> Entry | None:
    """What is irregular about an argument; None where nothing is."""
    body: Mapping[str, object] = {} if isinstance(fact, str) else fact
    kind = _head(fact).rpartition(" ")[2]
    marks = "".join(
        (
            "1" if "one" in body else "",
            "m" if "m" in kind.split(":") else "",
            "o" if kind == "o" and "one" not in body else "",
            "*" if set(_flags(fact)) & {"s", "w"} else "",
        )
    )
    renamed = _name(name, fact)
    head = f"{marks} {renamed}" if renamed != snake(name) else marks
    if "fields" in body:
        return [head, _fields(cast("Mapping[str, _Fact]", body["fields"]))]
    return head or None


def _head(fact: _Fact) -> str:
    return fact if isinstance(fact, str) else cast("str", fact["is"])


def _flags(fact: _Fact) -> str:
    return _head(fact).rpartition(" ")[0]


def _name(name: str, fact: _Fact) -> str:
    return snake(name) if isinstance(fact, str) else cast("str", fact.get("tf", snake(name)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
