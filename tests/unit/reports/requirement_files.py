"""Requirements files made for a test."""

from __future__ import annotations

from pathlib import Path

from reports.requirements.model import Requirement, Scope, Specification

SOUND = """\
spec: "000"
title: A chat
sections:
  Network:
    - id: CHAT-000-01
      text: There is a VPC.
    - id: CHAT-000-02
      text: Clients reconnect.
      scope: services
      reason: Clients are programs of others.
  Data:
    - id: CHAT-000-03
      text: There is a database.
      superseded:
        spec: There are two.
        instead: There is one.
        page: why.md#one-database
"""


def folder(root: Path, **files: str) -> Path:
    """A docs/requirements below `root` with files by name, beside a page that they may link to."""
    made = root / "docs" / "requirements"
    made.mkdir(parents=True)
    (root / "docs" / "why.md").write_text("# Why\n\n## One database\n")
    for name, text in files.items():
        (made / f"{name}.yaml").write_text(text)
    return made


def requirement(identity: str, scope: Scope = Scope.INFRASTRUCTURE) -> Requirement:
    """A requirement of an id's specification."""
    reason = "Its program decides." if scope is Scope.SERVICES else ""
    return Requirement(
        id=identity,
        spec=identity.split("-")[1],
        section="Network",
        text=f"{identity} holds.",
        scope=scope,
        reason=reason,
    )


def specification(*requirements: Requirement) -> Specification:
    """A specification of these requirements."""
    return Specification(requirements[0].spec, "A chat", requirements)
