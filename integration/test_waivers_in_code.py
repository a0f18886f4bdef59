"""A foreign program excuses its own resource, beside the resource, under the real engine."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from integration.engine import PACK, Engine, engine

__all__ = ["engine"]  # a fixture, which pytest finds by name

SOON = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()

PROGRAM = """
import pulumi
import pulumi_aws as aws

from waive import waived


class Store(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("their:data:Store", name, {{}}, opts)
        for one, excuse in (("db", EXCUSE), ("other", {{}})):
            options = pulumi.ResourceOptions(parent=self)
            aws.rds.Instance(
                one, engine="postgres", instance_class="db.t3.micro", allocated_storage=20,
                username="app", password="canary-Tr0ub4dor-and-3", storage_encrypted=True,
                opts=waived(options, **excuse) if excuse else options,
            )


EXCUSE = {excuse}
Store("data")
"""


def write_program(directory: Path, expires: str) -> Path:
    directory.mkdir()
    shutil.copyfile(PACK / "waive.py", directory / "waive.py")
    excuse = {
        "rule": "no-literal-passwords",
        "reason": "made for a test",
        "owner": "shop",
        "ticket": "https://tracker.example/7",
        "expires": expires,
    }
    (directory / "Pulumi.yaml").write_text("name: theirs\nruntime: python\n")
    (directory / "__main__.py").write_text(PROGRAM.format(excuse=json.dumps(excuse)))
    return directory


def test_a_waiver_in_code_excuses_exactly_the_resource_it_was_given_to(
    engine: Engine, tmp_path: Path
) -> None:
    project = write_program(tmp_path / "theirs", SOON)

    outcome = engine.preview(project)

    found = cast("list[dict[str, object]]", outcome.summary["findings"])
    spoken = {
        (str(one["urn"]).rpartition("::")[2], one["waived"])
        for one in found
        if one["rule"] == "no-literal-passwords"
    }
    assert spoken == {("db", True), ("other", False)}, outcome.output
    assert "waived in the program" in outcome.output
    assert "https://tracker.example/7" in outcome.output
    assert "waivers" not in outcome.violated()


@pytest.mark.parametrize("expires", ["2020-01-01", "2999-01-01"])
def test_a_waiver_in_code_that_does_not_hold_stops_the_preview(
    engine: Engine, tmp_path: Path, expires: str
) -> None:
    outcome = engine.preview(write_program(tmp_path / "theirs", expires))

    assert outcome.code != 0
    assert "waivers" in outcome.violated(), outcome.output
