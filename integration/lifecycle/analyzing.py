"""A stack that is up, judged by `pulumi policy analyze`, as it stands and from its exported state."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from graph.model import Graph
from integration.agreement import Said, rules, said_in, said_in_file
from integration.engine import PACK
from integration.harness import EphemeralStack
from policies.engine.environment import PROFILE_VARIABLE
from policies.engine.record import RECORD_VARIABLE
from reports.judged import judge


def exported(stack: EphemeralStack, folder: Path) -> Path:
    """The stack's state as `pulumi stack export` writes it: secrets stay encrypted."""
    told = stack.stack.export_stack()
    file = folder / "state.json"
    content = {"version": told.version, "deployment": told.deployment}
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def analyzed(stack: EphemeralStack, folder: Path, *which: str) -> Said:
    """What the CLI has the pack say of a state that is there already, by chat's rules."""
    record = folder / f"{len(list(folder.iterdir()))}.record.json"
    workspace = stack.stack.workspace
    workspace.pulumi_command.run(
        ["policy", "analyze", *which, "--policy-pack", str(PACK), "--non-interactive"],
        workspace.work_dir,
        {
            **workspace.env_vars,
            "PULUMI_HOME": str(workspace.pulumi_home),
            PROFILE_VARIABLE: "chat",
            RECORD_VARIABLE: str(record),
        },
    )
    return said_in_file(record)


def in_process(graph: Graph) -> Said:
    """What the pack says of a recorded program, of which it is told no configuration."""
    bare = replace(graph.stack, config={})
    unconfigured = Graph(bare, [one.declaration for one in graph.resources])
    today = datetime.now(UTC).date()
    return said_in(judge(unconfigured, rules(), today, {PROFILE_VARIABLE: "chat"}))


def renamed(said: Said, name: str, like: str) -> Said:
    """The same of a stack of another name, which is in URNs and messages."""

    def told(text: str) -> str:
        return text.replace(name, like)

    return replace(
        said,
        verdicts={(rule, told(urn)): one for (rule, urn), one in said.verdicts.items()},
        undecided=type(said.undecided)(
            {(rule, told(urn)): count for (rule, urn), count in said.undecided.items()}
        ),
        findings=type(said.findings)(
            {
                (rule, told(urn), path, told(message), level, waived): count
                for (rule, urn, path, message, level, waived), count in said.findings.items()
            }
        ),
    )
