"""The installer's site is asked before the installer is run."""

import pytest

from toolchain import installer
from toolchain.errors import ToolchainError


def test_a_site_that_cannot_be_reached_is_said_within_seconds(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # Port 9 of loopback: nothing listens there.
    monkeypatch.setattr(installer, "SITE", "http://127.0.0.1:9/")
    root = tmp_path_factory.mktemp("root") / "pulumi"

    with pytest.raises(ToolchainError, match=r"127\.0\.0\.1:9/ cannot be reached"):
        installer.install(root)

    assert not root.exists()
