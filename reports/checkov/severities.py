"""How grave a failed check is. checkov's open edition does not say; severities.yaml does, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, cast

import yaml

FILE: Final = Path(__file__).parent / "severities.yaml"
USUAL: Final = "medium"
"""What a check is that the table does not name: something to look at, which stops nothing."""
STOPPING: Final = frozenset({"critical", "high"})
"""With a failure of these, and without a reviewed reason, the run fails."""


@dataclass(frozen=True, slots=True)
class Severity:
    """A severity, and why it is that."""

    name: str
    why: str = ""

    @property
    def level(self) -> str:
        """The enforcement level that it stands for in a report."""
        return "mandatory" if self.name in STOPPING else "advisory"


def severity_of(check: str) -> Severity:
    """The severity of a check by its id."""
    return table().get(check, Severity(USUAL))


@cache
def table() -> Mapping[str, Severity]:
    """Every check that the table names."""
    content = cast("list[dict[str, object]]", yaml.safe_load(FILE.read_text()))
    return {
        check: Severity(str(group["severity"]), str(group["why"]))
        for group in content
        for check in cast("list[str]", group["checks"])
    }
