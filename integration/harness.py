"""An ephemeral stack: our own program, unchanged, on the offline target, gone when its block ends.

Everything is its own: name, state, Pulumi home, emulator. Teardown happens whatever ends the block,
an error or an interrupt too, and a second interrupt does not cut it short.
"""

import json
import secrets
import shutil
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from pulumi import automation

from integration.inventory import Aws
from toolchain.documents import read_mapping
from toolchain.locations import REPOSITORY
from toolchain.pulumi_cli import find_or_make
from toolchain.target import Target, environment

_SETTLE_SECONDS = 60.0

PROGRAM = ("infra", "stacks", "pyproject.toml", "uv.lock", ".venv")


@dataclass
class EphemeralStack:
    """A stack of a unique name, with the configuration of a stack that the project has."""

    folder: Path
    """Holds all that it writes."""
    endpoint: str
    """The emulator's URL."""
    like: str = "dev"
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    """Configuration instead of that stack's."""

    def __post_init__(self) -> None:
        """Read the configuration; nothing is made yet."""
        self.name = f"{self.like}-it-{secrets.token_hex(3)}"
        document = read_mapping(REPOSITORY / "stacks" / f"Pulumi.{self.like}.yaml")
        config = document["config"]
        assert isinstance(config, dict)
        self.config: dict[str, object] = {**config, **self.settings}
        self.region = str(self.config["aws:region"])
        self.output: list[str] = []

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
        settings = {"config": self.config}
        # JSON is YAML: values keep their types exactly.
        file = project / "stacks" / f"Pulumi.{self.name}.yaml"
        file.write_text(json.dumps(settings), encoding="utf-8")
        self.stack = automation.create_stack(
            stack_name=self.name, work_dir=str(project), opts=self._options()
        )
        return self

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

    def preview(self) -> Mapping[str, int]:
        """What an update would do now: how many resources by operation."""
        changes = self.stack.preview(on_output=self.output.append).change_summary
        return {str(getattr(key, "value", key)): count for key, count in changes.items()}

    def refresh(self) -> Mapping[str, int]:
        """What is not in AWS as the state has it, by operation."""
        summary = self.stack.refresh(on_output=self.output.append).summary
        changes = summary.resource_changes or {}
        return {str(getattr(key, "value", key)): count for key, count in changes.items()}

    def destroy(self) -> None:
        """Take everything down, and forget the stack."""
        self.stack.destroy(on_output=self.output.append)
        self.stack.workspace.remove_stack(self.name)

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
