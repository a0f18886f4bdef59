"""The steps that a hook may do otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from toolchain.offline_aws.wire import Properties, Value

if TYPE_CHECKING:
    from toolchain.offline_aws.lives.run import Run
    from toolchain.offline_aws.lives.spec import Call


class Hook:
    """Steps that a type may do otherwise; by default nothing."""

    def create(self, run: Run) -> None:
        """Instead of a creation call; sets `run.id` if the table's id does not."""

    def creation(self, run: Run) -> Call | None:
        """The creation call; the table's, unless the properties ask for another."""
        return run.spec.create

    def identify(self, run: Run) -> str:
        """The id, where no template can say it; empty where one can."""
        return ""

    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        """The arguments of a creating or changing call, as AWS wants them."""
        return arguments

    def created(self, run: Run) -> None:
        """After the creation and the settings that follow it."""

    def changing(self, run: Run, changed: set[str], old: Properties) -> None:
        """Before an update's calls."""

    def changed(self, run: Run, changed: set[str], old: Properties) -> None:
        """After an update's calls."""

    def read(self, run: Run) -> dict[str, object] | None:
        """Instead of a read call; None when the resource is gone."""
        return None

    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        """Completes what was read."""

    def imported(self, run: Run) -> None:
        """Sets the inputs that only the id of an imported resource tells."""

    def delete(self, run: Run) -> bool:
        """Instead of the table's calls; True if it did all there is to do."""
        return False


registered: dict[str, type[Hook]] = {}


def named(*names: str) -> Callable[[type[Hook]], type[Hook]]:
    """Registers a hook under the names that tables use."""

    def register(kind: type[Hook]) -> type[Hook]:
        for name in names:
            registered[name] = kind
        return kind

    return register


def items(value: object) -> list[dict[str, Value]]:
    """The objects of a list; none if it is no list."""
    if not isinstance(value, list):
        return []
    return [
        cast("dict[str, Value]", item)
        for item in cast("list[object]", value)
        if isinstance(item, dict)
    ]


def strings(value: object) -> list[str]:
    """The items of a list as text; none if it is no list."""
    return [str(item) for item in cast("list[object]", value)] if isinstance(value, list) else []


def only(values: dict[str, object]) -> dict[str, object]:
    """The entries that have a value."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
