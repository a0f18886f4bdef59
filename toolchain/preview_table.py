"""The table that people see at the end of a preview."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from toolchain.preview_runs import StackPreview


def show(figures: Sequence["StackPreview"], seconds: float) -> None:
    """Print a row a stack to stdout, and the seconds that all took; a dash where there is no figure."""
    table = Table(title="Previewed under the policy pack", title_justify="left")
    if len(figures) > 1:
        table.caption = f"{len(figures)} stacks in {seconds:.0f} s"
        table.caption_justify = "left"
    table.add_column("stack")
    for name in ("resources", "rules judged", "violations", "waived", "unknown", "seconds"):
        table.add_column(name, justify="right")
    for figure in figures:
        bad = figure.violations is None or figure.violations > 0
        table.add_row(
            figure.stack,
            _text(figure.resources),
            _text(figure.rules),
            f"[bold red]{_text(figure.violations)}"
            if bad
            else f"[green]{_text(figure.violations)}",
            _text(figure.waived),
            _text(figure.unknown),
            f"{figure.seconds:.1f}",
        )
    Console(highlight=False).print(table)


def _text(count: int | None) -> str:
    return "-" if count is None else str(count)
