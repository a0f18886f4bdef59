"""Running mutants: the modules in slices over two processes, each slice with its own memory."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from tests.mutation.judging import RuleJury
from tests.mutation.mutants import MutatedModule
from tests.mutation.outcomes import BaselineError, Judged, Refused, path_of
from tests.mutation.profiles import ProfileJury
from tests.mutation.trials import trials

ROOT: Final = Path(__file__).parents[2]
_PACKAGES: Final = ("rules", "profiles")
_SLICE: Final = 150


@dataclass(frozen=True)
class _Slice:
    module: str
    chosen: tuple[int, ...]


class NoSuchModuleError(Exception):
    """A module was named that holds neither rules nor a profile."""


def modules(asked: Sequence[str] = ()) -> list[str]:
    """The modules asked for, by names such as `rules.secrets` or `secrets`; all where none is."""
    known = [
        f"{package}.{path.stem}"
        for package in _PACKAGES
        for path in sorted((ROOT / "policies" / package).glob("*.py"))
        if path.stem != "__init__"
    ]
    if not asked:
        return known
    chosen = [one if "." in one else f"rules.{one}" for one in asked]
    wrong = [one for one in chosen if one not in known]
    if wrong:
        raise NoSuchModuleError(
            f"policies has no module {', '.join(wrong)}; name it as {known[0]} or {known[-1]}"
        )
    return chosen


def run(
    names: Iterable[str], sample: int | None = None, jobs: int = 2
) -> tuple[list[Judged], list[Refused]]:
    """Judge the mutants of these modules, or as many of each as a sample says.

    Modules that do not pass their own fixtures as they are come back refused, each once.
    """
    slices = [one for name in names for one in _slices(name, sample)]
    if jobs == 1 or len(slices) == 1:
        found = [_judge(one) for one in slices]
    else:
        # Forked, so that the fixtures are read once; no thread runs here that a fork could lose.
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(jobs, mp_context=context) as pool:
            found = list(pool.map(_judge, slices))
    refused = dict.fromkeys(one for one in found if isinstance(one, Refused))
    judged = [each for one in found if not isinstance(one, Refused) for each in one]
    return judged, list(refused)


def _slices(name: str, sample: int | None) -> list[_Slice]:
    indices = list(range(len(_module(name).mutants)))
    if sample is not None and sample < len(indices):
        # A sample is the same each time, so that two runs can be compared.
        indices = sorted(random.Random(name).sample(indices, sample))  # noqa: S311 (no secret)
    return [
        _Slice(name, tuple(indices[start : start + _SLICE]))
        for start in range(0, len(indices), _SLICE)
    ]


@cache
def _module(name: str) -> MutatedModule:
    path = path_of(name)
    source = (ROOT / path).read_text(encoding="utf-8")
    return MutatedModule(f"policies.{name}", path, source)


@cache
def _jury(name: str) -> RuleJury | ProfileJury:
    if name.startswith("profiles."):
        return ProfileJury(_module(name))
    return RuleJury(_module(name), trials())


def _judge(one: _Slice) -> list[Judged] | Refused:
    try:
        module, jury = _module(one.module), _jury(one.module)
    except BaselineError as error:
        return Refused(one.module, str(error))
    mutants = [module.mutants[index] for index in one.chosen]
    return [Judged(each.identity, each.line, jury.judge(each)) for each in mutants]
