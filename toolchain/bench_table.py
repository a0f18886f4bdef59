"""The tables that people see at the end of a bench."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias, cast

from rich.console import Console
from rich.table import Table

from toolchain.bench_contenders import SAME

_Entry: TypeAlias = Mapping[str, object]
_Seconds: TypeAlias = Mapping[str, float]


def show(figures: Mapping[str, object]) -> None:
    """Print what was measured to stdout, a table each for previews, our rules and other tools."""
    console = Console(highlight=False)
    console.print(_previews(figures))
    if "load" in figures:
        console.print(_load(cast("_Entry", figures["load"])))
    if "others" in figures:
        others = cast("_Entry", figures["others"])
        console.print(_others(others))
        for line in _remarks(others):
            console.print(line, soft_wrap=True)


def _previews(figures: _Entry) -> Table:
    table = _table(f"Previews of {figures['stack']}, medians of {figures['rounds']}")
    for name in ("with the pack", "without it", "the pack's time", "the pack's CPU time"):
        table.add_column(name, justify="right")
    keys = ("preview_with_pack", "preview_without_pack", "pack_wall", "pack_cpu")
    table.add_row(*(_seconds(cast("float", figures[f"{key}_seconds"])) for key in keys))
    return table


def _load(load: _Entry) -> Table:
    table = _table(f"All {load['rules']} rules on made-up stacks, CPU time")
    for name in ("resources", "resource rules", "stack rules"):
        table.add_column(name, justify="right")
    for stack in cast("list[dict[str, float]]", load["stacks"]):
        table.add_row(
            f"{stack['resources']:,}",
            _seconds(stack["resource_rules_cpu_seconds"]),
            _seconds(stack["stack_rules_cpu_seconds"]),
        )
    if "growth" in load:
        growth = cast("Mapping[str, _Seconds]", load["growth"])
        grown = (growth[kind]["exponent"] for kind in ("resource_rules", "stack_rules"))
        table.add_section()
        table.add_row("grows with the power", *(f"{exponent:.2f}" for exponent in grown))
    return table


def _others(others: _Entry) -> Table:
    table = _table("Beside other tools, CPU time of the whole program")
    for name in ("asked", "tool"):
        table.add_column(name, no_wrap=True)
    for name in ("resources", "seconds", "after start", "times ours", "after start"):
        table.add_column(name, justify="right")
    told = cast("list[_Entry]", others["costs"])
    before = ""
    for entry in sorted(told, key=lambda one: (one["asked"] != SAME, _size(one))):
        group = f"{entry['asked']} {entry['resources']}"
        if before and group != before:
            table.add_section()
        before = group
        table.add_row(
            str(entry["asked"]),
            str(entry["tool"]),
            f"{_size(entry):,}",
            _seconds(cast("_Seconds", entry["seconds"])["cpu"]),
            _seconds(cast("_Seconds", entry["seconds_after_start"])["cpu"]),
            _times(entry.get("times_ours")),
            _times(entry.get("times_ours_after_start")),
        )
    return table


def _remarks(others: _Entry) -> Iterable[str]:
    for tool, reason in cast("Mapping[str, str]", others["missing"]).items():
        yield f"{tool} was not measured: {reason}"
    for one in cast("list[_Entry]", others["not_measured"]):
        yield f"{one['tool']}, {one['asked']}, {one['resources']} resources: {one['reason']}"
    for size, tools in cast("Mapping[str, Mapping[str, _Entry]]", others["agreement"]).items():
        for tool, said in tools.items():
            yield (
                f"{tool} gave {said['same']} of {said['verdicts']} verdicts as we do "
                f"on {int(size):,} resources."
            )


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left")


def _size(entry: _Entry) -> int:
    return cast("int", entry["resources"])


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s"


def _times(ratio: object) -> str:
    return f"{cast('_Seconds', ratio)['cpu']:.1f}" if ratio is not None else "1"
