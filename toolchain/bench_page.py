"""The figures in `docs/bench.md`, as the last bench wrote them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias, cast

from toolchain.errors import ToolchainError
from toolchain.locations import REPOSITORY

PAGE: Final = REPOSITORY / "docs" / "bench.md"
BEGINS: Final = "<!-- figures: `nox -s bench` writes them -->"
ENDS: Final = "<!-- end of figures -->"

_Entry: TypeAlias = Mapping[str, object]
_Seconds: TypeAlias = Mapping[str, float]


def write(figures: _Entry, page: Path = PAGE) -> None:
    """Put the figures in the page, in the place of the last ones."""
    page.write_text(renewed(page.read_text(encoding="utf-8"), figures), encoding="utf-8")


def renewed(text: str, figures: _Entry) -> str:
    """The page's text with these figures. Raises `ToolchainError` where it has no place for them."""
    before, begins, rest = text.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not begins or not ends:
        raise ToolchainError(f"{PAGE} has lost the lines that its figures stand between: {BEGINS}")
    return f"{before}{BEGINS}\n\n" + "\n".join(_lines(figures)) + f"\n\n{ENDS}{after}"


def _lines(figures: _Entry) -> Iterator[str]:
    machine = cast("_Entry", figures["machine"])
    yield (
        f"{machine['cpus']} CPUs with a load of {machine['load_average_before']} at the start, "
        f"Python {machine['python']}, medians of {figures['rounds']}. "
        f"A preview of `{figures['stack']}` takes {figures['preview_with_pack_seconds']:.1f} s with the pack and "
        f"{figures['preview_without_pack_seconds']:.1f} s without it; the pack takes "
        f"{figures['pack_cpu_seconds']:.2f} s of CPU time."
    )
    yield ""
    yield from _load(cast("_Entry", figures["load"]))
    yield ""
    yield from _others(cast("_Entry", figures["others"]))


def _load(load: _Entry) -> Iterator[str]:
    yield f"| resources | {load['resource_rules']} resource rules | {load['stack_rules']} stack rules |"
    yield "| ---: | ---: | ---: |"
    for stack in cast("Sequence[_Seconds]", load["stacks"]):
        over = (stack["resource_rules_cpu_seconds"], stack["stack_rules_cpu_seconds"])
        yield f"| {stack['resources']:,} | {over[0]:.2f} s | {over[1]:.2f} s |"
    growth = cast("Mapping[str, _Seconds]", load["growth"])
    exponents = [growth[kind]["exponent"] for kind in ("resource_rules", "stack_rules")]
    yield f"| grows with the power | {exponents[0]:.2f} | {exponents[1]:.2f} |"


def _others(others: _Entry) -> Iterator[str]:
    costs = cast("Sequence[_Entry]", others["costs"])
    sizes = sorted({cast("int", one["resources"]) for one in costs})
    rows = dict.fromkeys((str(one["asked"]), str(one["tool"])) for one in costs)
    versions = cast("Mapping[str, str]", others["versions"])
    head = " | ".join(f"{size:,} resources" for size in sizes)
    yield f"| asked | tool | {head} |"
    yield "| --- | --- |" + " ---: |" * len(sizes)
    for asked, tool in sorted(rows, key=lambda row: list(rows).index(row)):
        found = {
            one["resources"]: one for one in costs if (one["asked"], one["tool"]) == (asked, tool)
        }
        cells = " | ".join(_cell(found.get(size)) for size in sizes)
        yield f"| {asked} | {tool} {versions.get(tool, '')}".rstrip() + f" | {cells} |"
    yield ""
    for size, tools in cast("Mapping[str, Mapping[str, _Entry]]", others["agreement"]).items():
        told = ", ".join(
            f"{tool} {one['same']:,} of {one['verdicts']:,}" for tool, one in tools.items()
        )
        yield f"Verdicts that are the same as ours, on {int(size):,} resources: {told}.  "
    for tool, reason in cast("Mapping[str, str]", others["missing"]).items():
        yield f"{tool} was not there: {' '.join(reason.split())}  "
    for one in cast("Sequence[_Entry]", others["not_measured"]):
        yield f"{one['tool']}, {one['asked']}, {one['resources']:,} resources: {one['reason']}  "


def _cell(entry: _Entry | None) -> str:
    if entry is None:
        return "-"
    whole, after = (
        cast("_Seconds", entry[key])["cpu"] for key in ("seconds", "seconds_after_start")
    )
    if "times_ours" not in entry:
        return f"{whole:.2f} s, {after:.2f} s"
    ratios = [cast("_Seconds", entry[f"times_ours{key}"])["cpu"] for key in ("", "_after_start")]
    return f"{whole:.2f} s ({ratios[0]:.1f}x), {after:.2f} s ({ratios[1]:.1f}x)"
