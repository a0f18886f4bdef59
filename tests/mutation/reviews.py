"""What has been looked at, in `reviewed/*.yaml`: survivors that change nothing, or are let be, with reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import cast

import yaml

from tests.mutation.mutants import Identity

FOLDER = Path(__file__).parent / "reviewed"
_KEYS = frozenset({"module", "function", "operator", "before", "after", "reason"})


class Kind(StrEnum):
    """Why a survivor is let be.

    An equivalent decides the same of every stack there can be, so it counts for nothing. One that is
    kept could be noticed, and counts as survived.
    """

    EQUIVALENT = "equivalent"
    KEPT = "kept"


@dataclass(frozen=True)
class Review:
    """What somebody found out about one survivor."""

    identity: Identity
    kind: Kind
    reason: str


class ReviewError(Exception):
    """The reviewed survivors cannot be read, or one of them is none any more."""


def load(folder: Path = FOLDER) -> dict[Identity, Review]:
    """The reviews of all files by the mutant that they are of; ReviewError for a wrong entry."""
    found: dict[Identity, Review] = {}
    for path in sorted(folder.glob("*.yaml")):
        entries = cast("list[object]", yaml.safe_load(path.read_text(encoding="utf-8")) or [])
        for number, entry in enumerate(entries, start=1):
            review = _review(f"{path.name}, entry {number}", entry)
            if review.identity in found:
                raise ReviewError(f"{path.name}, entry {number} is another one's double")
            found[review.identity] = review
    return found


def _review(place: str, entry: object) -> Review:
    if not isinstance(entry, Mapping):
        raise ReviewError(f"{place} is no map: write module, function, operator and so on")
    fields = cast("Mapping[str, object]", entry)
    missing = sorted(key for key in _KEYS if not str(fields.get(key) or "").strip())
    if missing:
        raise ReviewError(f"{place} lacks {', '.join(missing)}")
    extra = sorted(fields.keys() - _KEYS - {"kind", "occurrence"})
    if extra:
        raise ReviewError(f"{place} has {', '.join(extra)}, which means nothing")
    try:
        kind = Kind(str(fields.get("kind", Kind.EQUIVALENT)))
    except ValueError as error:
        raise ReviewError(f"{place} is of a kind that is none: {error}") from None
    texts = [str(fields[key]) for key in ("module", "function", "operator", "before", "after")]
    identity = Identity(*texts, occurrence=int(str(fields.get("occurrence", 1))))
    return Review(identity, kind, " ".join(str(fields["reason"]).split()))


def stale(
    reviews: Iterable[Review], judged: Iterable[str], survivors: Iterable[Identity]
) -> list[Review]:
    """The reviews of modules that were judged whole which are of no survivor."""
    modules, alive = frozenset(judged), frozenset(survivors)
    return [one for one in reviews if one.identity.module in modules and one.identity not in alive]


def told(identity: Identity) -> str:
    """One mutant, for a reader: where, and the code before and after."""
    again = f" ({identity.occurrence})" if identity.occurrence > 1 else ""
    where = f"{identity.module}, {identity.function}, {identity.operator}{again}"
    return f"{where}: {identity.before} → {identity.after}"


def as_entry(identity: Identity) -> str:
    """The entry to begin a review with; its reason is left to whoever looked."""
    fields: dict[str, object] = {
        "module": identity.module,
        "function": identity.function,
        "operator": identity.operator,
        "before": identity.before,
        "after": identity.after,
    }
    if identity.occurrence > 1:
        fields["occurrence"] = identity.occurrence
    return yaml.safe_dump([fields], sort_keys=False, allow_unicode=True, width=10_000)
