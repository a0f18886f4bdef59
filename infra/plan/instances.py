"""Which database and cache node classes can be used, and how much memory they have.

Memory is what alarm thresholds are derived from. Only families that can encrypt at rest are known
here. Sources: "Hardware specifications for DB instance classes" and "Supported DB engines for DB
instance classes" (PostgreSQL) of the Amazon RDS user guide; "Supported node types" and "Redis OSS
node-type specific parameters" (`maxmemory`) of the Amazon ElastiCache user guide.
"""

from __future__ import annotations

GIB = 1024**3

_BURSTABLE_GIB = {"micro": 1, "small": 2, "medium": 4, "large": 8, "xlarge": 16, "2xlarge": 32}
_GENERAL_GIB = 8
_MEMORY_OPTIMISED_GIB = 16
_TIMES_LARGE = {
    "large": 1,
    "xlarge": 2,
    "2xlarge": 4,
    "4xlarge": 8,
    "8xlarge": 16,
    "12xlarge": 24,
    "16xlarge": 32,
    "24xlarge": 48,
    "32xlarge": 64,
    "48xlarge": 96,
}
"""How many times the CPUs and the memory of `large` a size has."""

_DATABASE_SIZES = {
    ("m6g", "m7g", "r6g", "r7g"): tuple(_TIMES_LARGE)[:7],
    ("m5", "r5"): tuple(_TIMES_LARGE)[:8],
    ("m6i", "r6i"): tuple(_TIMES_LARGE)[:9],
    ("m7i", "m8g", "r7i", "r8g"): tuple(size for size in _TIMES_LARGE if size != "32xlarge"),
}

_CACHE_BYTES: dict[tuple[str, ...], dict[str, int]] = {
    ("t3", "t4g"): {"micro": 536_870_912, "small": 1_471_026_299, "medium": 3_317_862_236},
    ("m6g", "m7g"): {
        "large": 6_854_542_746,
        "xlarge": 13_891_921_715,
        "2xlarge": 27_966_669_210,
        "4xlarge": 56_116_178_125,
        "8xlarge": 111_325_552_312,
        "12xlarge": 168_715_971_994,
        "16xlarge": 225_000_375_228,
    },
    ("m5",): {
        "large": 6_854_542_746,
        "xlarge": 13_891_921_715,
        "2xlarge": 27_966_669_210,
        "4xlarge": 56_116_178_125,
        "12xlarge": 168_715_971_994,
        "24xlarge": 337_500_562_842,
    },
    ("r6g", "r7g"): {
        "large": 14_037_181_030,
        "xlarge": 28_261_849_702,
        "2xlarge": 56_711_183_565,
        "4xlarge": 113_609_865_216,
        "8xlarge": 225_000_375_228,
        "12xlarge": 341_206_346_547,
        "16xlarge": 450_000_750_456,
    },
    ("r5",): {
        "large": 14_037_181_030,
        "xlarge": 28_261_849_702,
        "2xlarge": 56_711_183_565,
        "4xlarge": 113_609_865_216,
        "12xlarge": 341_206_346_547,
        "24xlarge": 682_485_973_811,
    },
}


def _database_classes() -> dict[str, int]:
    classes = {
        f"db.{family}.{size}": gibibytes * GIB
        for family in ("t3", "t4g")
        for size, gibibytes in _BURSTABLE_GIB.items()
    }
    for families, sizes in _DATABASE_SIZES.items():
        for family in families:
            large = _GENERAL_GIB if family.startswith("m") else _MEMORY_OPTIMISED_GIB
            for size in sizes:
                classes[f"db.{family}.{size}"] = large * _TIMES_LARGE[size] * GIB
    return classes


DATABASE_CLASSES: dict[str, int] = _database_classes()
"""Every known class of a database instance, and its memory in bytes."""

CACHE_NODE_TYPES: dict[str, int] = {
    f"cache.{family}.{size}": memory
    for families, sizes in _CACHE_BYTES.items()
    for family in families
    for size, memory in sizes.items()
}
"""Every known type of a cache node, and what Redis may use of its memory, in bytes."""


def memory_bytes(name: str) -> int | None:
    """The memory of a class such as "db.r6g.xlarge" or "cache.t3.micro"; None if none is known."""
    return DATABASE_CLASSES.get(name, CACHE_NODE_TYPES.get(name))


def known_families(classes: dict[str, int]) -> str:
    """The families of these classes, in words."""
    return ", ".join(sorted({name.split(".")[1] for name in classes}))
