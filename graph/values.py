"""Property: one value of one resource that knows whether it is known, absent or secret."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import cast, final

from typing_extensions import override

from graph.raw import UNKNOWN, Plain, Raw, Secret, Unknown, as_number, has_unknown, same
from graph.truth import Truth

_PLAIN_KEY = re.compile(r"[A-Za-z_$][\w$-]*\Z")
_TEXT_LIMIT = 200


class UndecidedError(Exception):
    """A known value was demanded of a value that is not known yet."""

    def __init__(self, path: str) -> None:
        super().__init__(f"the value at {path or 'the root'} is not known before the deployment")
        self.path: str = path


@final
class Property:
    """An immutable view of the value at one path of one resource.

    `absent`: there is nothing, or null. `unknown`: this very value is not known yet. `known`: it
    is there and nothing in it is unknown. A list with one unknown element is neither `unknown`
    nor `known`: its elements can still be asked one by one. `secret`: this value or an ancestor
    of it is marked secret.
    """

    __slots__ = ("_above", "_key", "_raw", "secret")

    def __init__(self, raw: Raw, path: str = "", *, secret: bool = False) -> None:
        while isinstance(raw, Secret):
            secret = True
            raw = raw.value
        self._raw = raw
        self._above: Property | None = None
        self._key: str | int = path
        self.secret = secret

    @property
    def path(self) -> str:
        """Where the value stands in its resource; only messages need it, so nothing keeps it."""
        above = self._above
        return str(self._key) if above is None else join(above.path, self._key)

    @property
    def absent(self) -> bool:
        """Whether there is nothing here, or null."""
        return self._raw is None

    @property
    def unknown(self) -> bool:
        """Whether this very value is not known yet."""
        return isinstance(self._raw, Unknown)

    @property
    def known(self) -> bool:
        """Whether the value is there and known through and through."""
        return self._raw is not None and not has_unknown(self._raw)

    @property
    def value(self) -> Plain:
        """The plain value, secrets unwrapped; None if absent.

        Raises UndecidedError if it, or anything in it, is unknown.
        """
        return _plain(self._raw, self.path)

    def scalar(self) -> bool | int | float | str | None:
        """A known scalar, secrets unwrapped; None for anything else (for joining, not judging)."""
        return self._raw if isinstance(self._raw, bool | int | float | str) else None

    def __getitem__(self, key: str | int) -> Property:
        """The value under a key or index: absent of absent, unknown of unknown; never raises."""
        raw = self._raw
        inner: Raw = None
        if isinstance(raw, Unknown):
            inner = UNKNOWN
        elif isinstance(raw, dict) and isinstance(key, str):
            inner = raw.get(key)
        elif isinstance(raw, list) and isinstance(key, int) and -len(raw) <= key < len(raw):
            inner = raw[key]
        return self._child(inner, key)

    def items(self) -> list[Property]:
        """The elements of a list; none if absent or no list; UndecidedError if unknown."""
        if isinstance(self._raw, Unknown):
            raise UndecidedError(self.path)
        if not isinstance(self._raw, list):
            return []
        return [self._child(item, index) for index, item in enumerate(self._raw)]

    def entries(self) -> list[tuple[str, Property]]:
        """The entries of a map; none if absent or no map; UndecidedError if unknown."""
        if isinstance(self._raw, Unknown):
            raise UndecidedError(self.path)
        if not isinstance(self._raw, dict):
            return []
        return [(key, self._child(item, key)) for key, item in self._raw.items()]

    def json(self) -> Property:
        """A JSON document in a string as a tree.

        Unknown, secret and absent are carried over; a tree stays as it is; text that is no JSON
        is absent.
        """
        if not isinstance(self._raw, str):
            return self if isinstance(self._raw, dict | list | Unknown) else self._with(None)
        try:
            return self._with(_parsed(self._raw))
        except (ValueError, RecursionError):
            return self._with(None)

    def walk(self) -> Iterator[Property]:
        """This value and every nested one, parents before children, leaves included."""
        waiting: list[Property] = [self]
        while waiting:
            current = waiting.pop()
            yield current
            raw = current._raw  # noqa: SLF001 (its own class)
            if isinstance(raw, dict):
                waiting.extend(one for _, one in reversed(current.entries()))
            elif isinstance(raw, list):
                waiting.extend(reversed(current.items()))

    def texts(self) -> Iterator[str]:
        """Every known string in the value, in no special order (for joining, not judging)."""
        waiting: list[Raw] = [self._raw]
        while waiting:
            raw = waiting.pop()
            if isinstance(raw, str):
                yield raw
            elif isinstance(raw, dict):
                waiting.extend(raw.values())
            elif isinstance(raw, list):
                waiting.extend(raw)
            elif isinstance(raw, Secret):
                waiting.append(raw.value)

    def text(self) -> str:
        """The value for a message: "absent", "unknown", "[secret]" or compact JSON, cut short."""
        if self._raw is None:
            return "absent"
        if isinstance(self._raw, Unknown):
            return "unknown"
        if self.secret:
            return "[secret]"
        text = json.dumps(_shown(self._raw), ensure_ascii=False, separators=(",", ":"))
        return text if len(text) <= _TEXT_LIMIT else text[: _TEXT_LIMIT - 1] + "…"

    def equals(self, value: Plain) -> Truth:
        """Whether it is this value; "300" equals 300 and "true" equals True; absent is NO."""
        if self._raw is None:
            return Truth.NO
        answer = same(self._raw, cast("Raw", value))
        return Truth.UNKNOWN if answer is None else Truth.of(answer)

    def is_in(self, values: Iterable[Plain]) -> Truth:
        """Whether it equals one of the values."""
        return Truth.any(self.equals(value) for value in values)

    def matches(self, regex: str) -> Truth:
        """Whether a string (or a scalar's spelling) contains a match; anchor it to demand all."""
        if isinstance(self._raw, Unknown):
            return Truth.UNKNOWN
        if isinstance(self._raw, bool):
            return Truth.of(re.search(regex, str(self._raw).lower()) is not None)
        if isinstance(self._raw, str | int | float):
            return Truth.of(re.search(regex, str(self._raw)) is not None)
        return Truth.NO

    def at_least(self, bound: float) -> Truth:
        """Whether it is a number, or spells one, of at least the bound."""
        return self._number(lambda number: number >= bound)

    def at_most(self, bound: float) -> Truth:
        """Whether it is a number, or spells one, of at most the bound."""
        return self._number(lambda number: number <= bound)

    def is_true(self, default: bool = False) -> Truth:  # noqa: FBT001, FBT002 (read at its call)
        """Whether it is true; `default` is what AWS does when it is absent."""
        return Truth.of(default) if self._raw is None else self.is_in((True,))

    def is_set(self) -> Truth:
        """Whether something sets it: an unknown value counts, absent and null do not."""
        return Truth.of(self._raw is not None)

    def contains(self, value: Plain) -> Truth:
        """Whether a list has the element, a string the part, or a map the key."""
        raw = self._raw
        if isinstance(raw, Unknown):
            return Truth.UNKNOWN
        if isinstance(raw, list):
            return self.any(lambda item: item.equals(value))
        if isinstance(raw, str):
            return Truth.of(isinstance(value, str) and value in raw)
        return Truth.of(isinstance(raw, dict) and isinstance(value, str) and value in raw)

    def any(self, ask: Callable[[Property], Truth]) -> Truth:
        """Whether the answer is YES for an element; NO for an absent list."""
        return Truth.UNKNOWN if self.unknown else Truth.any(ask(item) for item in self.items())

    def all(self, ask: Callable[[Property], Truth]) -> Truth:
        """Whether the answer is YES for every element; YES for an absent list."""
        return Truth.UNKNOWN if self.unknown else Truth.all(ask(item) for item in self.items())

    def _number(self, ask: Callable[[int | float], bool]) -> Truth:
        if isinstance(self._raw, Unknown):
            return Truth.UNKNOWN
        number = as_number(self._raw)
        return Truth.of(number is not None and ask(number))

    def _with(self, raw: Raw) -> Property:
        return Property(raw, self.path, secret=self.secret)

    def _child(self, raw: Raw, key: str | int) -> Property:
        child = Property(raw, secret=self.secret)
        child._above, child._key = self, key
        return child

    @override
    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Property)
            and self.path == other.path
            and self.secret == other.secret
            and self._raw == other._raw
        )

    @override
    def __hash__(self) -> int:
        return hash((self.path, self.secret))

    @override
    def __repr__(self) -> str:
        return f"Property({self.path}: {self.text()})"


# Several rules read the same documents. What is read is never changed.
@lru_cache(maxsize=512)
def _parsed(text: str) -> Raw:
    return cast("Raw", json.loads(text))


def join(path: str, key: str | int) -> str:
    """The path of a key or index under a path: `a.b`, `a[0]`, `a["x/y"]`."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if not _PLAIN_KEY.match(key):
        return f"{path}[{json.dumps(key, ensure_ascii=False)}]"
    return f"{path}.{key}" if path else key


def _plain(raw: Raw, path: str) -> Plain:
    if isinstance(raw, Secret):
        return _plain(raw.value, path)
    if isinstance(raw, Unknown):
        raise UndecidedError(path)
    if isinstance(raw, list):
        return [_plain(item, join(path, index)) for index, item in enumerate(raw)]
    if isinstance(raw, dict):
        return {key: _plain(item, join(path, key)) for key, item in raw.items()}
    return raw


def _shown(raw: Raw) -> Plain:
    if isinstance(raw, Secret):
        return "[secret]"
    if isinstance(raw, Unknown):
        return "[unknown]"
    if isinstance(raw, list):
        return [_shown(item) for item in raw]
    if isinstance(raw, dict):
        return {key: _shown(item) for key, item in raw.items()}
    return raw
