"""What integration tests share: one emulator of their own, and the user's hosted zone in it."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typing_extensions import override
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from integration.inventory import Aws
from integration.previewed import Previewed, preview_all
from toolchain import emulator
from toolchain.offline_aws.places import DEFAULT_REGION

_LIVES = re.compile(r"integration/lifecycle/test_([a-z]+)")
# Both look at the one run of all previews.
_PREVIEWED = re.compile(r"integration/test_(all_stacks|agreement)\.py")
_SHARING = re.compile(
    r"integration/(emulated/\w+|test_database_secret|test_checkov|test_policy_report)\.py"
)


class ByStack(LoadScopeScheduling):
    """Tests that look at the same stack, or at the same emulator, stay with one worker.

    xdist's own groups (3.8) are parts of node ids, which pytest 9 no longer lets it write.
    """

    @override
    def _split_scope(self, nodeid: str) -> str:
        if found := _LIVES.match(nodeid):
            return found[1]
        if _PREVIEWED.match(nodeid):
            return "previewed"
        return found[0] if (found := _SHARING.match(nodeid)) else nodeid


def pytest_configure(config: pytest.Config) -> None:
    """Importing a module of pulumi_aws warns of every deprecated class in it, used or not."""
    config.addinivalue_line(
        "filterwarnings", r"ignore:\S+ has been deprecated in favor of:DeprecationWarning"
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByStack:
    """The scheduler of this suite, whatever `--dist` says."""
    return ByStack(config, log)


@pytest.fixture(scope="session")
def aws_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An emulator that nobody else uses."""
    folder: Path = tmp_path_factory.mktemp("emulator")
    running = emulator.start(folder, owner=os.getpid())
    yield running.url
    emulator.stop(folder)


@pytest.fixture(scope="session")
def hosted_zone(aws_endpoint: str) -> str:
    """The id of the zone that the stack's owner has before there is a stack."""
    client = Aws(aws_endpoint, DEFAULT_REGION).client("route53")
    made = client.create_hosted_zone(Name="dev.chat.example.com", CallerReference="integration")
    return str(made["HostedZone"]["Id"]).rpartition("/")[2]


@pytest.fixture(scope="session")
def previewed(tmp_path_factory: pytest.TempPathFactory) -> Previewed:
    """All stacks, previewed once for all tests that look at it."""
    return preview_all(tmp_path_factory.mktemp("state"), tmp_path_factory.mktemp("records"))
