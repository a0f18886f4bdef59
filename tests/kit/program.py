"""Run a whole Pulumi program in this process, with the offline provider's answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.model import Declaration, Graph
from graph.raw import Raw
from graph.recording import NewResource, RecordingError, record
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
    return record_program(
        program,
        project=project,
        stack=stack,
        config=config,
        secret_config=secret_config,
        preview=preview,
    ).graph


@dataclass(frozen=True, slots=True)
class Recording:
    """A program's graph, and what the program itself gave each resource of a provider."""

    graph: Graph
    given: Mapping[tuple[str, str], Mapping[str, Raw]]

    def declared(self) -> Graph:
        """The graph with inputs as the program gave them: no defaults, no automatic names."""
        return Graph(
            self.graph.stack, [self._as_given(one.declaration) for one in self.graph.resources]
        )

    def _as_given(self, declaration: Declaration) -> Declaration:
        given = self.given.get((declaration.type, declaration.name))
        return declaration if given is None else replace(declaration, inputs=dict(given))


def record_program(
    program: Callable[[], None],
    *,
    project: str = "plumbline",
    stack: str = "dev",
    config: Mapping[str, str] | None = None,
    secret_config: Sequence[str] = (),
    preview: bool = False,
) -> Recording:
    """As `record_stack`, and what was given is kept apart from what the provider made of it."""
    values = dict(config or {})
    provider = (
        OfflineProvider(values["aws:region"]) if "aws:region" in values else OfflineProvider()
    )
    listening = _Listening(provider)
    graph = record(
        program,
        project=project,
        stack=stack,
        config=values,
        secret_config=secret_config,
        checks=listening.checks,
        outputs=provider.outputs,
        invokes=provider.invokes,
        preview=preview,
    )
    return Recording(graph, listening.given)


@dataclass(frozen=True)
class _Listening:
    """The provider's checks, and what was handed to them, by type and name."""

    provider: OfflineProvider
    given: dict[tuple[str, str], Mapping[str, Raw]] = field(
        default_factory=dict[tuple[str, str], Mapping[str, Raw]]
    )

    def checks(self, new: NewResource) -> Mapping[str, Raw]:
        key = (new.type, new.name)
        if self.given.get(key, new.inputs) != new.inputs:
            raise RecordingError(
                f"two resources of type {new.type} are called {new.name}, under different parents: "
                "give one of them another name, so that people can tell them apart"
            )
        self.given[key] = new.inputs
        return self.provider.checks(new)
