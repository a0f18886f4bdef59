"""Which database and cache node classes can be used, and how much memory they have.

Memory is what alarm thresholds are derived from. Sources: the instance class tables of the
Amazon RDS and Amazon ElastiCache user guides. Only families that are listed in both general
terms (burstable, general purpose, memory optimised) and can encrypt at rest are known here.
"""

from __future__ import annotations

import re

GIB = 1024**3
_BURSTABLE = {"micro": 1, "small": 2, "medium": 4, "large": 8, "xlarge": 16, "2xlarge": 32}
_BURSTABLE_CACHE = {"micro": 0.5, "small": 1.37, "medium": 3.09}
_FAMILIES = {
    "db": r"t3|t4g|m5|m6g|m6i|m7g|m7i|m8g|r5|r6g|r6i|r7g|r7i|r8g",
    "cache": r"t3|t4g|m5|m6g|m7g|r5|r6g|r7g",
}
_GENERAL_PURPOSE_GIB = 8
_MEMORY_OPTIMISED_GIB = 16
_CACHE_GENERAL_GIB = 6.38
_CACHE_MEMORY_GIB = 13.07


def known_families(service: str) -> str:
    """The families of `service` ("db" or "cache"), in words."""
    return ", ".join(_FAMILIES[service].split("|"))


def memory_bytes(name: str) -> int | None:
    """The memory of a class such as "db.r6g.xlarge" or "cache.t3.micro"; None if none is known.

    For a cache node it is what Redis may use (`maxmemory`), which is less than the machine has.
    """
    match = re.fullmatch(r"(db|cache)\.([a-z0-9]+)\.(\w+)", name)
    if match is None:
        return None
    service, family, size = match.groups()
    if not re.fullmatch(_FAMILIES[service], family):
        return None
    if family.startswith("t"):
        gibibytes = (_BURSTABLE if service == "db" else _BURSTABLE_CACHE).get(size)
    else:
        gibibytes = _by_multiple(service, family, size)
    return None if gibibytes is None else int(gibibytes * GIB)


def _by_multiple(service: str, family: str, size: str) -> float | None:
    """Memory of the families that start at `large` and double with each size."""
    match = re.fullmatch(r"large|(2|4|8|12|16|24)?xlarge", size)
    if match is None:
        return None
    multiple = 1 if size == "large" else 2 * int(match[1] or 1)
    if service == "cache":
        return multiple * (_CACHE_GENERAL_GIB if family.startswith("m") else _CACHE_MEMORY_GIB)
    general = family.startswith("m")
    return multiple * (_GENERAL_PURPOSE_GIB if general else _MEMORY_OPTIMISED_GIB)
