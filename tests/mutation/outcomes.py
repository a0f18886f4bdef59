"""What became of mutants."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tests.mutation.mutants import Identity


class Outcome(StrEnum):
    """What became of a mutant; one that cannot be loaded says nothing of the fixtures."""

    KILLED = "killed"
    SURVIVED = "survived"
    STILLBORN = "stillborn"


@dataclass(frozen=True)
class Judged:
    """One mutant and what became of it."""

    identity: Identity
    line: int
    outcome: Outcome


@dataclass(frozen=True)
class Refused:
    """A module whose mutants cannot be judged, and why."""

    module: str
    reason: str


class BaselineError(Exception):
    """What is to be changed does not pass its own tests as it is: they can't judge a mutant."""


def path_of(module: str) -> str:
    """The file of a module such as `rules.secrets`, relative to the repository."""
    return f"policies/{module.replace('.', '/')}.py"
