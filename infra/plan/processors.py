"""How many processors an instance class has, and what a burstable one may use of them.

Sources: the instance class tables of the Amazon RDS and Amazon ElastiCache user guides; the table
of CPU credits in the Amazon EC2 user guide (burstable performance instances).
"""

from __future__ import annotations

import re

_BURSTABLE_VCPUS = {"xlarge": 4, "2xlarge": 8}
_CREDITS_PER_HOUR = {
    "micro": 12,
    "small": 24,
    "medium": 24,
    "large": 36,
    "xlarge": 96,
    "2xlarge": 192,
}


def vcpus(name: str) -> int:
    """The virtual processors of a class such as "db.r6g.xlarge".

    Every size up to "large" has two. Raises ValueError for what isn't the name of a class.
    """
    family, size = _parts(name)
    if family.startswith("t"):
        return _BURSTABLE_VCPUS.get(size, 2)
    if size == "large":
        return 2
    multiple = re.fullmatch(r"(\d*)xlarge", size)
    if multiple is None:
        raise ValueError(f"the processors of {name} are not known")
    return 4 * int(multiple[1] or 1)


def credits_per_hour(name: str) -> int | None:
    """The CPU credits that a burstable class earns in an hour; None for any other class.

    One credit is one processor for one minute.
    """
    family, size = _parts(name)
    return _CREDITS_PER_HOUR.get(size) if family.startswith("t") else None


def _parts(name: str) -> tuple[str, str]:
    match = re.fullmatch(r"(?:db|cache)\.([a-z0-9]+)\.([a-z0-9]+)", name)
    if match is None:
        raise ValueError(f"{name} is not the name of an instance class")
    return match[1], match[2]
