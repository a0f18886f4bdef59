"""The main job by the real engine: our stacks pass, and each planted fault stops its preview."""

from pathlib import Path

import pytest

from integration.engine import Engine, change, copy_of_ours, engine
from toolchain.locations import REPOSITORY

__all__ = ["copy_of_ours", "engine"]  # fixtures, which pytest finds by name


@pytest.mark.requirement("CHAT-000-58")
def test_the_development_stack_passes_with_its_deviations_waived_in_sight(engine: Engine) -> None:
    outcome = engine.preview(REPOSITORY, stack="dev")

    assert outcome.code == 0, outcome.output
    assert outcome.count("violations") == 0
    assert outcome.count("waived") > 0
    assert "ecs-tasks-in-private-subnets" in outcome.output
    assert "aived" in outcome.output


@pytest.mark.requirement("CHAT-000-17")
def test_an_idle_timeout_of_a_minute_stops_the_preview(engine: Engine, copy_of_ours: Path) -> None:
    routing = copy_of_ours / "infra" / "plan" / "routing.py"
    change(routing, "IDLE_TIMEOUT_SECONDS = 300", "IDLE_TIMEOUT_SECONDS = 60")

    outcome = engine.preview(copy_of_ours, stack="prod")

    assert outcome.code != 0
    assert outcome.violated() == {"alb-idle-timeout"}
    assert "idle timeout is 60" in outcome.output


@pytest.mark.requirement("CHAT-000-34")
def test_tasks_in_a_public_subnet_stop_the_preview(engine: Engine, copy_of_ours: Path) -> None:
    services = copy_of_ours / "infra" / "systems" / "chat_services.py"
    change(services, "public = config.nat_gateways == 0", "public = True")

    outcome = engine.preview(copy_of_ours, stack="prod")

    assert outcome.code != 0
    assert {"ecs-tasks-in-private-subnets", "ecs-no-public-ip"} <= outcome.violated()
    for service in ("api", "realtime", "workers"):
        assert f"'{service}-service'" in outcome.output


def test_a_stack_file_without_nat_gateways_stops_the_preview(
    engine: Engine, copy_of_ours: Path
) -> None:
    stack = copy_of_ours / "stacks" / "Pulumi.prod.yaml"
    change(stack, "plumbline:natGateways: 1", "plumbline:natGateways: 0")

    outcome = engine.preview(copy_of_ours, stack="prod")

    assert outcome.code != 0
    assert "ecs-tasks-in-private-subnets" in outcome.violated()


@pytest.mark.requirement("CHAT-000-22")
def test_aurora_serverless_stops_the_preview(engine: Engine, copy_of_ours: Path) -> None:
    main = copy_of_ours / "infra" / "__main__.py"
    main.write_text(
        main.read_text()
        + """
import pulumi_aws as aws

cluster = aws.rds.Cluster(
    "fast",
    engine="aurora-postgresql",
    serverlessv2_scaling_configuration={"min_capacity": 0.5, "max_capacity": 8},
    manage_master_user_password=True,
    master_username="chat",
    storage_encrypted=True,
)
aws.rds.ClusterInstance(
    "fast-writer",
    cluster_identifier=cluster.id,
    instance_class="db.serverless",
    engine="aurora-postgresql",
)
"""
    )

    outcome = engine.preview(copy_of_ours, stack="prod")

    assert outcome.code != 0
    assert {"no-aurora", "no-aurora-serverless"} <= outcome.violated()


@pytest.mark.requirement("CHAT-000-40")
@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_PASSWORD_FALLBACK", "canary-Tr0ub4dor-and-3"),
        ("LEGACY_URL", "postgres://chat:canary-Tr0ub4dor-and-3@db.internal:5432/chat"),
        ("UPLOADS_KEY_ID", "AKIAIOSFODNN7CANARY1"),
    ],
)
def test_a_password_in_plaintext_stops_the_preview_and_is_not_repeated_by_the_pack(
    engine: Engine, copy_of_ours: Path, variable: str, value: str
) -> None:
    environment = copy_of_ours / "infra" / "systems" / "chat_environment.py"
    change(
        environment,
        '"NODE_ENV": "production",',
        f'"NODE_ENV": "production", "{variable}": "{value}",',
    )

    outcome = engine.preview(copy_of_ours, stack="prod")

    assert outcome.code != 0
    assert outcome.violated() & {"no-plaintext-secrets", "no-plaintext-container-secrets"}
    assert variable in outcome.output
    assert "anary" not in outcome.output
    assert "CANARY" not in str(outcome.summary)


@pytest.mark.requirement("CHAT-000-40", "CHAT-001-042")
def test_a_plaintext_password_in_the_stack_file_stops_the_preview(
    engine: Engine, copy_of_ours: Path
) -> None:
    stack = copy_of_ours / "stacks" / "Pulumi.prod.yaml"
    stack.write_text(stack.read_text() + "  other:databasePassword: canary-Tr0ub4dor-and-3\n")

    outcome = engine.preview(copy_of_ours, stack="prod")

    assert outcome.code != 0
    assert "other:databasePassword" in outcome.output
    assert "canary" not in outcome.output
