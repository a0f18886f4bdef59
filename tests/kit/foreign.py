"""Other people's programs, which plant their own faults, run in this process."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from graph.model import Graph
from tests.kit.program import record_stack
from toolchain.documents import read_mapping
from toolchain.locations import REPOSITORY

FOLDER = REPOSITORY / "tests" / "foreign"


@dataclass(frozen=True)
class PlantedFault:
    """A fault that a program plants when asked, as its author tells it."""

    name: str
    wrong: str
    """What is wrong, in a sentence."""
    places: frozenset[tuple[str, str]]
    """The resources where a tool may point, any of them: last part of the type, and name."""


@dataclass(frozen=True)
class ForeignProgram:
    """A program in `tests/foreign` with a `faults.yaml` beside it."""

    name: str

    @property
    def folder(self) -> Path:
        """Where it is."""
        return FOLDER / self.name

    def faults(self) -> list[PlantedFault]:
        """All that can be planted."""
        told = read_mapping(self.folder / "faults.yaml")["faults"]
        return [_fault(one) for one in cast("list[dict[str, object]]", told)]

    def record(self, planted: str = "", *, preview: bool = False) -> Graph:
        """Its graph with one fault planted, with `all` of them, or with none."""
        settings = cast("dict[str, object]", read_mapping(self.folder / "Pulumi.yaml")["config"])
        with self._importable(planted):
            return record_stack(
                lambda: _run(self.folder / "__main__.py"),
                project=self.name,
                stack="prod",
                config={key: str(value) for key, value in settings.items()},
                preview=preview,
            )

    @contextmanager
    def _importable(self, planted: str) -> Generator[None]:
        """Its modules are to be found, made anew, and forgotten afterwards."""
        variable = f"{self.name.upper()}_FAULTS"
        before = set(sys.modules)
        sys.path.insert(0, str(self.folder))
        os.environ[variable] = planted
        try:
            yield
        finally:
            del os.environ[variable]
            sys.path.remove(str(self.folder))
            for name in set(sys.modules) - before:
                if (self.folder / name.partition(".")[0]).is_dir():
                    del sys.modules[name]


def _run(program: Path) -> None:
    runpy.run_path(str(program), run_name="__main__")


def _fault(told: dict[str, object]) -> PlantedFault:
    places = cast("list[dict[str, str]]", told["resources"])
    return PlantedFault(
        name=str(told["name"]),
        wrong=str(told["wrong"]),
        places=frozenset((one["type"], one["name"]) for one in places),
    )
