"""The runbook answers what chat spec 001's troubleshooting asks."""

from __future__ import annotations

import pytest

from tests.unit.docs.pages import REPOSITORY, section

RUNBOOK = REPOSITORY / "docs" / "runbook.md"


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        pytest.param(
            heading, words, marks=pytest.mark.requirement(f"CHAT-001-{number}"), id=heading
        )
        for number, heading, words in (
            ("186", "## Tasks do not start", ("errors", "secret", "public address")),
            ("187", "## WebSockets drop", ("300 s", "Redis", "firewall")),
            ("188", "## The database cannot be reached", ("security groups", "proxy", "secret")),
            ("189", "## The event loop lags", ("Payloads", "realtimeServiceCpu", "Redis")),
            ("190", "## Open a shell in a task", ("list-tasks", "execute-command", "/bin/sh")),
        )
    ],
)
def test_a_symptom_is_followed_to_its_usual_causes(heading: str, words: tuple[str, ...]) -> None:
    text = section(RUNBOOK, heading)

    assert [word for word in words if word not in text] == []
