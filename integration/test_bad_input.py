"""Bad input ends in one clear message before anything is created, and never in a traceback."""

from pathlib import Path

import pytest

from integration.engine import Engine, Outcome, change, copy_of_ours, engine
from toolchain import stacks
from toolchain.errors import ToolchainError
from toolchain.locations import REPOSITORY

__all__ = ["copy_of_ours", "engine"]  # fixtures, which pytest finds by name


def assert_clear(outcome: Outcome, *expected: str) -> None:
    """One message that says all of it, and nothing else that a user must read."""
    assert outcome.code != 0
    for text in expected:
        assert text in outcome.output, outcome.output
    assert "Traceback" not in outcome.output
    assert 'File "' not in outcome.output


@pytest.mark.requirement("CHAT-001-044")
def test_all_problems_of_a_stack_file_are_told_at_once_and_nothing_is_planned(
    engine: Engine, copy_of_ours: Path
) -> None:
    stack = copy_of_ours / "stacks" / "Pulumi.prod.yaml"
    change(stack, "plumbline:domainName:", "plumbline:domainNam:")
    change(stack, "plumbline:natGateways: 1", "plumbline:natGateways: 7")
    change(stack, "plumbline:apiServiceMemory: 2048", "plumbline:apiServiceMemory: 999")
    change(stack, 'plumbline:rdsEngineVersion: "16"', 'plumbline:rdsEngineVersion: "9.6"')
    change(stack, "plumbline:rdsMultiAz: true", "plumbline:rdsMultiAz: maybe")

    outcome = engine.preview(copy_of_ours, stack="prod")

    assert_clear(
        outcome,
        "domainNam",
        "domainName",
        "natGateways",
        "apiServiceMemory",
        "rdsEngineVersion",
        "rdsMultiAz",
    )
    assert "aws:" not in outcome.output.partition("Diagnostics")[0].replace(
        "pulumi-resource-aws", ""
    )


def test_the_keys_of_the_largest_size_are_judged_each_and_against_one_another(
    engine: Engine, copy_of_ours: Path
) -> None:
    stack = copy_of_ours / "stacks" / "Pulumi.100k-dau.yaml"
    key = "plumbline:rdsReadReplicaInstanceClass: db.r6g.xlarge"
    change(stack, key, "plumbline:redisNodeType: cache.t3.medium")
    key = "plumbline:redisAdapterNodeType: cache.m6g.large"
    change(stack, key, "plumbline:redisAdapterNodeType: cache.t3.large")
    change(stack, "plumbline:redisStateReplicas: 2", "plumbline:redisStateReplicas: 9")
    change(stack, "IdleClientTimeout: 1800", "IdleClientTimeout: 28801")
    change(stack, "plumbline:wafApiRateLimitPer5Min: 6000", "plumbline:wafApiRateLimitPer5Min: 5")
    change(stack, "workerScaleOnQueueDepth: 100", "workerScaleOnQueueDepth: many")
    change(stack, "plumbline:enableServiceConnect", "plumbline:enableServiceConect")

    outcome = engine.preview(copy_of_ours, stack="100k-dau")

    assert_clear(
        outcome,
        "has 9 problems; nothing was created",
        "did you mean plumbline:enableServiceConnect?",
        "plumbline:workerScaleOnQueueDepth = 'many'",
        "write a whole number from 1 to 28800 (seconds)",
        "plumbline:rdsReadReplicaInstanceClass",
        "it has no meaning while plumbline:enableRedisSplit is true",
        "plumbline:redisAdapterNodeType = 'cache.t3.large'",
        "write a whole number from 0 to 5 (replicas)",
        "write a whole number from 10 to 2000000000 (requests)",
    )


def test_keys_of_what_a_small_size_lacks_are_refused(engine: Engine, copy_of_ours: Path) -> None:
    stack = copy_of_ours / "stacks" / "Pulumi.1k-dau.yaml"
    stack.write_text(
        stack.read_text()
        + "  plumbline:rdsProxyIdleClientTimeout: 1800\n"
        + "  plumbline:rdsReadReplicaInstanceClass: db.r6g.large\n"
        + "  plumbline:redisStateReplicas: 2\n"
        + "  plumbline:wafSocketRateLimitPer5Min: 1000\n"
    )

    outcome = engine.preview(copy_of_ours, stack="1k-dau")

    assert_clear(
        outcome,
        "has 4 problems",
        *(
            f"it has no meaning while plumbline:{flag} is false"
            for flag in ("enableRdsProxy", "enableRdsReadReplica", "enableRedisSplit", "enableWaf")
        ),
    )


def test_an_unknown_stack_is_refused_with_the_known_ones(engine: Engine) -> None:
    with pytest.raises(ToolchainError, match=r"There is no stack 'staging': .* dev, prod"):
        engine.preview(REPOSITORY, stack="staging")


WHOLE = (
    "rule: alb-idle-timeout, project: plumbline, stacks: [dev], resource: x, "
    "reason: r, owner: o, ticket: OPS-7, expires: 2027-01-31"
)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (WHOLE.replace("reason: r, ", ""), "reason"),
        (WHOLE.replace("ticket: OPS-7, ", ""), "ticket"),
        (WHOLE.replace("2027-01-31", "2020-01-01"), "expire"),
        (WHOLE.replace("alb-idle-timeout", "no-such-rule"), "no-such-rule"),
        ("rule: [unclosed", "is no YAML"),
    ],
)
def test_a_waiver_that_is_not_whole_stops_the_preview(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str, told: str
) -> None:
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text(f"- {{{entry}}}\n")
    monkeypatch.setenv("PLUMBLINE_WAIVERS", str(waivers))

    outcome = engine.preview(REPOSITORY, stack="dev")

    assert_clear(outcome, told, "waiver")


def test_a_locked_stack_is_told_with_who_holds_it_and_how_to_free_it(engine: Engine) -> None:
    first = engine.preview(REPOSITORY, stack="dev")
    assert first.code == 0, first.output
    project = stacks.find_project(REPOSITORY)
    locks = engine.state / "backend" / ".pulumi" / "locks" / "organization" / project.name / "dev"
    locks.mkdir(parents=True, exist_ok=True)
    (locks / "0b0e7b2c.json").write_text(
        '{"pid": 1, "username": "somebody", "hostname": "elsewhere", "timestamp": "2026-11-21T00:00:00Z"}'
    )

    outcome = engine.command(
        "refresh", "--yes", "--stack", "dev", "--non-interactive", cwd=REPOSITORY
    )

    assert_clear(outcome, "currently locked", "somebody", "pulumi cancel")
