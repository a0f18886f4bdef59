"""The running stack's configuration: read from the engine, refused before anything exists."""

from __future__ import annotations

import json

import pytest
from pulumi import RunError

from graph.recording import NewResource, record
from infra.config.load import running_configuration
from tests.kit.provider import OfflineProvider
from tests.unit.infra.recorded import config_of, program


def test_every_key_that_the_engine_passes_is_seen_with_its_secrecy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"plumbline:a": "1", "aws:region": "x"}))
    monkeypatch.setenv("PULUMI_CONFIG_SECRET_KEYS", json.dumps(["plumbline:a"]))

    raw = running_configuration()

    assert dict(raw.values) == {"plumbline:a": "1", "aws:region": "x"}
    assert raw.secrets == {"plumbline:a"}


def test_without_any_configuration_there_are_no_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_CONFIG", raising=False)

    assert dict(running_configuration().values) == {}


def test_a_bad_configuration_ends_the_program_before_anything_is_created() -> None:
    created: list[str] = []

    def outputs(new: NewResource) -> dict[str, object]:
        created.append(new.type)
        return {}

    with pytest.raises(RunError, match="nothing was created") as refused:
        record(
            program,
            config=config_of("prod", natGateways="4", apiServiceMemory=None),
            outputs=outputs,  # pyright: ignore[reportArgumentType] - never asked
            invokes=OfflineProvider().invokes,
        )

    assert created == []
    assert "plumbline:natGateways" in str(refused.value)
    assert "plumbline:apiServiceMemory" in str(refused.value)
