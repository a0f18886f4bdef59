"""Values for any configuration key, made from what its kind tells editors: good ones and bad ones."""

from __future__ import annotations

import json
import re
from typing import cast

from hypothesis import strategies as st

from infra.config.kinds import Kind, Refused, Schema

_NONSENSE = (
    *("", " ", "0", "-1", "1.5", "1e3", "007", "true ", "yes", "True", "null", "None", "[]", "{}"),
    *("[1, 2]", '["a", "a"]', "placeholder!", "db.serverless", "db.t2.micro", "99999999999999"),
    *("UPPER.case", "with space", "umläut", "x" * 700, "line\nfeed", "${aws:region}"),
)


def takes(kind: Kind[object], raw: str) -> bool:
    """Whether a kind accepts this text."""
    try:
        kind.parse(raw)
    except Refused:
        return False
    return True


def accepted(kind: Kind[object]) -> st.SearchStrategy[str]:
    """Texts that a kind takes, edges more often than chance would have them."""
    return _of(kind.schema()).filter(lambda raw: takes(kind, raw))


def refused(kind: Kind[object]) -> st.SearchStrategy[str]:
    """Texts that a kind refuses: just beyond its bounds, of other types, and plain nonsense."""
    schema = kind.schema()
    beyond = [
        str(cast("int", schema[bound]) + step)
        for bound, step in (("minimum", -1), ("maximum", 1))
        if bound in schema
    ]
    return st.sampled_from([*beyond, *_NONSENSE]).filter(lambda raw: not takes(kind, raw))


def _of(schema: Schema) -> st.SearchStrategy[str]:
    if "enum" in schema:
        return st.sampled_from(
            [*dict.fromkeys(str(one) for one in cast("list[object]", schema["enum"]))]
        )
    types = str(schema["type"])
    if "array" in types:
        items = st.lists(
            _of(cast("Schema", schema["items"])),
            min_size=cast("int", schema["minItems"]),
            max_size=cast("int", schema["maxItems"]),
            unique=True,
        )
        return items.map(json.dumps)
    if "integer" in types:
        least, most = cast("int", schema["minimum"]), cast("int", schema["maximum"])
        edges = sorted({least, min(least + 1, most), max(most - 1, least), most})
        return st.one_of(st.sampled_from(edges), st.integers(least, most)).map(str)
    if "boolean" in types:
        return st.sampled_from(["false", "true"])
    longest = cast("int", schema.get("maxLength", 1000))
    pattern = re.compile(cast("str", schema["pattern"]), re.ASCII)
    return st.from_regex(pattern, fullmatch=True).filter(lambda text: len(text) <= longest)
