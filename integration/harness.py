"""An ephemeral stack: our own program, unchanged, on the offline target, gone when its block ends.

Everything is its own: name, state, Pulumi home, emulator. Teardown happens whatever ends the block,
an error or an interrupt too, and a second interrupt does not cut it short.
"""

import json
import secrets
import shutil
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from pulumi import automation

from integration.inventory import Aws
from toolchain.documents import read_mapping
from toolchain.locations import REPOSITORY
from toolchain.pulumi_cli import find_or_make
from toolchain.target import Target, environment

_SETTLE_SECONDS = 60.0

PROGRAM = ("infra", "stacks", "pyproject.toml", "uv.lock", ".venv")


def lift_protection(aws: Aws, stack: str) -> None:
    """Let AWS delete what production protects, as an operator must before a stack is destroyed."""
    rds, elb = aws.client("rds"), aws.client("elbv2")
    for database in rds.describe_db_instances()["DBInstances"]:
        if stack in database["DBInstanceIdentifier"]:
            rds.modify_db_instance(
                DBInstanceIdentifier=database["DBInstanceIdentifier"],
                DeletionProtection=False,
                ApplyImmediately=True,
            )
    for balancer in elb.describe_load_balancers()["LoadBalancers"]:
        tags = elb.describe_tags(ResourceArns=[balancer["LoadBalancerArn"]])["TagDescriptions"]
        if {"Key": "Stack", "Value": stack} in tags[0]["Tags"]:
            elb.modify_load_balancer_attributes(
                LoadBalancerArn=balancer["LoadBalancerArn"],
                Attributes=[{"Key": "deletion_protection.enabled", "Value": "false"}],
            )


def _noting(kind: str) -> tuple[dict[str, list[str]], Callable[[automation.EngineEvent], None]]:
    """Operations on resources, filled in by the engine's events of one kind."""
    found: dict[str, list[str]] = {}

    def note(event: automation.EngineEvent) -> None:
        if (about := getattr(event, kind)) is not None:
            operation = str(getattr(about.metadata.op, "value", about.metadata.op))
            found.setdefault(operation, []).append(about.metadata.urn)

    return found, note


@dataclass
class EphemeralStack:
    """A stack of a unique name, with the configuration of a stack that the project has."""

    folder: Path
    """Holds all that it writes."""
    endpoint: str
    """The emulator's URL."""
    like: str = "dev"
    settings: Mapping[str, object] = field(default_factory=dict[str, object])
    """Configuration instead of that stack's."""

    def __post_init__(self) -> None:
        """Read the configuration; nothing is made yet."""
        self.name = f"{self.like}-it-{secrets.token_hex(3)}"
        self.config = self._configuration(self.like)
        self.region = str(self.config["aws:region"])
        self.output: list[str] = []

    def _configuration(self, like: str) -> dict[str, object]:
        config = read_mapping(REPOSITORY / "stacks" / f"Pulumi.{like}.yaml")["config"]
        assert isinstance(config, dict)
        return {**cast("dict[str, object]", config), **self.settings}

    @property
    def aws(self) -> Aws:
        """AWS as the stack's resources are in it."""
        return Aws(self.endpoint, self.region)

    @property
    def state_file(self) -> Path:
        """Where the backend keeps the stack's state."""
        return self.folder / "state" / ".pulumi" / "stacks" / "plumbline" / f"{self.name}.json"

    def __enter__(self) -> Self:
        project = self.folder / "project"
        (self.folder / "state").mkdir(parents=True)
        project.mkdir()
        for part in PROGRAM:
            if part != "stacks":
                (project / part).symlink_to(REPOSITORY / part)
        shutil.copy(REPOSITORY / "Pulumi.yaml", project)
        (project / "stacks").mkdir()
        self._write()
        self.stack = automation.create_stack(
            stack_name=self.name, work_dir=str(project), opts=self._options()
        )
        return self

    def resize(self, like: str) -> None:
        """Take on the configuration of another size; nothing changes before the next update."""
        self.config = self._configuration(like)
        self._write()

    def _write(self) -> None:
        """The stack's file; its salt, which Pulumi has put there, stays."""
        file = self.folder / "project" / "stacks" / f"Pulumi.{self.name}.yaml"
        before = read_mapping(file) if file.exists() else {}
        # JSON is YAML: values keep their types exactly.
        file.write_text(json.dumps({**before, "config": self.config}), encoding="utf-8")

    def _options(self) -> automation.LocalWorkspaceOptions:
        tools = find_or_make()
        command = self.folder / "cli" / "bin" / "pulumi"
        command.parent.mkdir(parents=True)
        command.symlink_to(tools.cli)
        variables = environment(tools, Target.OFFLINE)
        for name in ("PULUMI_CONFIG_PASSPHRASE_FILE", "PULUMI_HOME"):
            variables.pop(name, None)
        return automation.LocalWorkspaceOptions(
            pulumi_command=automation.PulumiCommand(root=str(self.folder / "cli")),
            pulumi_home=str(self.folder / "home"),
            env_vars={
                **variables,
                "PULUMI_BACKEND_URL": f"file://{self.folder / 'state'}",
                "PULUMI_CONFIG_PASSPHRASE": secrets.token_hex(16),
                "PLUMBLINE_EMULATOR": self.endpoint,
            },
        )

    def up(self) -> automation.UpResult:
        """Bring everything up."""
        return self.stack.up(on_output=self.output.append)

    def preview(self) -> Mapping[str, list[str]]:
        """What an update would do now: the URNs of resources by operation."""
        found, note = _noting("resource_pre_event")
        self.stack.preview(on_output=self.output.append, on_event=note)
        return found

    def refresh(self) -> Mapping[str, list[str]]:
        """What is not in AWS as the state has it: the URNs of resources by operation."""
        found, note = _noting("res_outputs_event")
        self.stack.refresh(on_output=self.output.append, on_event=note)
        return found

    def destroy(self, *, keep_snapshot: bool = False) -> None:
        """Take everything down, and forget the stack."""
        lift_protection(self.aws, self.name)
        self.stack.destroy(on_output=self.output.append)
        if not keep_snapshot:
            self.delete_snapshots()
        self.stack.workspace.remove_stack(self.name)

    def delete_snapshots(self) -> None:
        """Production leaves a last snapshot of its database, which nobody needs of this one."""
        rds = self.aws.client("rds")
        for snapshot in rds.describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]:
            if self.name in snapshot["DBSnapshotIdentifier"]:
                rds.delete_db_snapshot(DBSnapshotIdentifier=snapshot["DBSnapshotIdentifier"])

    def _settle(self) -> None:
        """Let an interrupted update finish what it has begun; one that was killed left its lock."""
        until = time.monotonic() + _SETTLE_SECONDS
        while self._locked() and time.monotonic() < until:
            time.sleep(0.2)
        if self._locked():
            self.stack.cancel()

    def _locked(self) -> bool:
        return any((self.folder / "state" / ".pulumi" / "locks").rglob("*.json"))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self.state_file.exists():
            return
        previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            self._settle()
            self.destroy()
        finally:
            signal.signal(signal.SIGINT, previous)
