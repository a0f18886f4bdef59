"""Run a whole Pulumi program in this process, with the offline provider's answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from graph.model import Graph
from graph.recording import record
from tests.kit.provider import OfflineProvider


def record_stack(
    program: Callable[[], None],
    *,
    project: str = "plumbline",
    stack: str = "dev",
    config: Mapping[str, str] | None = None,
    secret_config: Sequence[str] = (),
    preview: bool = False,
) -> Graph:
    """The graph of a program; with `preview`, everything that only AWS could tell is unknown."""
    values = dict(config or {})
    provider = (
        OfflineProvider(values["aws:region"]) if "aws:region" in values else OfflineProvider()
    )
    return record(
        program,
        project=project,
        stack=stack,
        config=values,
        secret_config=secret_config,
        checks=provider.checks,
        outputs=provider.outputs,
        invokes=provider.invokes,
        preview=preview,
    )
