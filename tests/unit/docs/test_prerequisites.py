"""What a reader must have, and which commands lead to a deployment, is told first."""

from __future__ import annotations

import pytest

from tests.unit.docs.pages import REPOSITORY, section

README = REPOSITORY / "README.md"


@pytest.mark.requirement("CHAT-001-040")
def test_python_is_all_that_must_be_installed() -> None:
    text = section(README, "## Two commands")

    assert "With `python3` (3.11 or newer" in text
    assert "nothing else installed" in text
    assert (REPOSITORY / "noxw").read_text().startswith("#!/bin/sh")


@pytest.mark.requirement("CHAT-001-039", "CHAT-001-041", "CHAT-001-043")
def test_credentials_salt_and_commands_of_a_real_deployment_are_told() -> None:
    text = section(README, "## Use a real AWS account")

    for needed in ("credentials", "AWS_PROFILE", "stack init", "encryption salt"):
        assert needed in text
    commands = [line for line in text.splitlines() if line.startswith("$ ")]
    order = [
        next(i for i, c in enumerate(commands) if word in c) for word in ("init", "preview", "up ")
    ]
    assert order == sorted(order)
    for key in ("domainName", "hostedZoneId"):
        assert key in section(README, "## Configure a stack")
