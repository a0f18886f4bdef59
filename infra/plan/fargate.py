"""Which Fargate task sizes exist.

Source: Amazon ECS developer guide, "Task CPU and memory" for Fargate (Linux).
"""

from __future__ import annotations

from dataclasses import dataclass

GIB = 1024
MEMORY_BY_CPU: dict[int, tuple[int, ...]] = {
    256: (512, GIB, 2 * GIB),
    512: tuple(range(GIB, 4 * GIB + 1, GIB)),
    1024: tuple(range(2 * GIB, 8 * GIB + 1, GIB)),
    2048: tuple(range(4 * GIB, 16 * GIB + 1, GIB)),
    4096: tuple(range(8 * GIB, 30 * GIB + 1, GIB)),
    8192: tuple(range(16 * GIB, 60 * GIB + 1, 4 * GIB)),
    16384: tuple(range(32 * GIB, 120 * GIB + 1, 8 * GIB)),
}
"""Memory sizes in MiB that AWS offers for each number of CPU units (1,024 units are a vCPU)."""

MAXIMUM_STOP_TIMEOUT_SECONDS = 120
"""Fargate kills a container at the latest so long after SIGTERM."""

MAXIMUM_OPEN_FILES = 65_535
"""A Fargate container opens so many files at most, each connection being one (Amazon ECS developer
guide, "Task definition parameters for Fargate": the hard limit of `nofile`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSize:
    """A task's CPU units and its memory in MiB."""

    cpu: int
    memory: int

    def exists(self) -> bool:
        """Whether Fargate offers this pair."""
        return self.memory in MEMORY_BY_CPU.get(self.cpu, ())


def memory_choices(cpu: int) -> str:
    """The memory sizes that go with `cpu`, in words, such as "512, 1024 or 2048"."""
    sizes = [str(size) for size in MEMORY_BY_CPU[cpu]]
    return f"{', '.join(sizes[:-1])} or {sizes[-1]}"


def architecture(*, graviton: bool) -> str:
    """The processors that every task of a stack runs on, in the words of the ECS API."""
    return "ARM64" if graviton else "X86_64"
