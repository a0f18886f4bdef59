"""The page on deploying is true of what is deployed."""

from __future__ import annotations

import re

from infra.config.chat_fields import FIELDS
from infra.plan import postgres, rotation
from infra.plan.context import Environment
from infra.plan.images import EXPIRING_PREFIX, PLACEHOLDER
from infra.plan.lifecycle import lifecycle_of
from tests.unit.docs.pages import REPOSITORY, columns, section, tables

PAGE = REPOSITORY / "docs" / "deploying.md"
TEXT = PAGE.read_text()


def test_the_steps_of_the_first_deployment_stand_in_an_order_that_works() -> None:
    steps = re.findall(r"^### \d\. (.*)$", section(PAGE, "## The first deployment"), re.MULTILINE)

    assert steps == [
        "Bring it up",
        "Confirm the alarm e-mail",
        "Set the database up",
        "Set the secrets that others issue",
        "Push the images, set their tags",
        "Look whether it is well",
    ]


def test_every_key_whose_change_is_explained_exists() -> None:
    names = {field.key for field in FIELDS}
    (changes,) = tables(section(PAGE, "## Switching sizes"))

    told = {key for row in changes[1:] for key in re.findall(r"`([a-zA-Z]+)`", row[0])}

    assert {"rdsInstanceClass", "enableRedisSplit", "enableGraviton"} <= told
    assert {key for key in told if key not in names and f"plumbline:{key}" not in names} == set()


def test_every_key_that_makes_or_unmakes_a_part_is_explained() -> None:
    (changes,) = tables(section(PAGE, "## Switching sizes"))
    told = " ".join(columns(changes)["What AWS does"])

    switches = {
        field.key.rpartition(":")[2] for field in FIELDS if "enable" in field.key.rpartition(":")[2]
    }

    assert {key for key in switches if key not in told} <= {"enableServiceConnect"}


def test_the_figures_of_the_page_are_those_of_the_program() -> None:
    assert lifecycle_of(Environment.PROD).secret_recovery_days == 30
    assert f"wait {lifecycle_of(Environment.PROD).secret_recovery_days} days" in TEXT
    assert f"every {rotation.DAYS} days" in TEXT
    assert postgres.MAINTENANCE_WINDOW == "sun:07:00-sun:08:00"
    assert "Sunday 07:00 to 08:00" in TEXT.replace("\n", " ")
    assert f"`{PLACEHOLDER}`" in TEXT
    assert f"`{EXPIRING_PREFIX}`" in TEXT
    assert f"`{postgres.SERVICE_USER}`" in TEXT
