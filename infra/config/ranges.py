"""Regular expressions for the whole numbers of a range, for schemas that bound text."""

from __future__ import annotations


def range_pattern(minimum: int, maximum: int) -> str:
    """What matches the numbers from `minimum` to `maximum`, both included, and nothing else.

    Without anchors, in the words that Python and ECMA-262 share. The numbers have no leading
    zeros. Raises ValueError for a negative or an empty range.
    """
    if not 0 <= minimum <= maximum:
        raise ValueError(f"no range of whole numbers goes from {minimum} to {maximum}")
    alternatives: list[str] = []
    for length in range(len(str(minimum)), len(str(maximum)) + 1):
        lowest = max(minimum, 10 ** (length - 1) if length > 1 else 0)
        highest = min(maximum, 10**length - 1)
        alternatives += _same_length(str(lowest), str(highest))
    return "|".join(alternatives)


def _same_length(low: str, high: str) -> list[str]:
    """Alternatives that match the numbers between two of the same number of digits."""
    rest = len(low) - 1
    if rest == 0:
        return [_digit(low, high)]
    if low[0] == high[0]:
        return [low[0] + tail for tail in _same_length(low[1:], high[1:])]
    alternatives: list[str] = []
    first, last = int(low[0]), int(high[0])
    if low[1:] != "0" * rest:
        alternatives += [low[0] + tail for tail in _same_length(low[1:], "9" * rest)]
        first += 1
    above: list[str] = []
    if high[1:] != "9" * rest:
        above = [high[0] + tail for tail in _same_length("0" * rest, high[1:])]
        last -= 1
    if first <= last:
        alternatives.append(_digit(str(first), str(last)) + _any_digits(rest))
    return alternatives + above


def _digit(low: str, high: str) -> str:
    return low if low == high else f"[{low}-{high}]"


def _any_digits(count: int) -> str:
    return "[0-9]" if count == 1 else f"[0-9]{{{count}}}"
