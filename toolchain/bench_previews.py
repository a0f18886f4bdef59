"""What a preview costs with the policy pack and without it, by the real engine."""

from collections.abc import Mapping, Sequence

from toolchain.bench_costs import Cost, cost_of, median_cost, rounded, times
from toolchain.errors import ToolchainError
from toolchain.launch import prepared, run_silently
from toolchain.locations import REPOSITORY
from toolchain.progress import step
from toolchain.pulumi_cli import find_or_make


def previews(stack: str, rounds: int) -> dict[str, object]:
    """Preview a stack so often with and without the pack, in turn, so that drift hits both."""
    find_or_make()
    with_pack: list[Cost] = []
    without: list[Cost] = []
    with step(f"Previewing {stack}", total=2 * (rounds + 1)) as one_more:
        # The first pair fills caches and is not counted.
        for number in range(rounds + 1):
            for costs, pack in ((with_pack, True), (without, False)):
                cost = _preview(stack, pack=pack)
                one_more()
                if number > 0:
                    costs.append(cost)
    return {"stack": stack, **figures(with_pack, without)}


def figures(with_pack: Sequence[Cost], without: Sequence[Cost]) -> Mapping[str, object]:
    """The medians of both, of what the pack added, and of how many times as much that made it."""
    added = median_cost([a.beyond(b) for a, b in zip(with_pack, without, strict=True)])
    ratio = times(with_pack, without)
    return {
        "rounds": len(with_pack),
        "preview_with_pack_seconds": rounded(median_cost(with_pack).wall),
        "preview_without_pack_seconds": rounded(median_cost(without).wall),
        "pack_wall_seconds": rounded(added.wall),
        "pack_cpu_seconds": rounded(added.cpu),
        "wall_ratio_with_to_without": ratio["wall"],
        "cpu_ratio_with_to_without": ratio["cpu"],
    }


def _preview(stack: str, *, pack: bool) -> Cost:
    arguments = ["preview", "--non-interactive", "--suppress-progress", "--cwd", str(REPOSITORY)]
    arguments += ["--stack", stack]
    if pack:
        arguments += ["--policy-pack", str(REPOSITORY / "policies")]
    with prepared(arguments) as invocation:
        cost, (code, output) = cost_of(lambda: run_silently(invocation))
    if code != 0:
        raise ToolchainError(
            f"The preview of {stack} failed, so there is nothing to measure:\n{output}"
        )
    return cost
