"""Repositories: tags that stay, images that are scanned, and releases that never vanish."""

from __future__ import annotations

import json

import pytest

from graph.model import Graph
from infra.components.repository import Repository, RepositoryArgs
from infra.plan.images import EXPIRING_PREFIX
from tests.unit.infra.recorded import CONTEXT, component_graph, one


def repository(*, force_delete: bool = False) -> Graph:
    args = RepositoryArgs(context=CONTEXT, part="api", force_delete=force_delete)
    return component_graph(lambda: Repository("api", args))


@pytest.mark.requirement("CHAT-001-163")
def test_a_tag_once_pushed_stays_and_the_image_is_scanned() -> None:
    found = one(repository(), "Repository")

    assert found["imageTagMutability"].value == "IMMUTABLE"
    assert found["imageScanningConfiguration"]["scanOnPush"].value
    assert found["name"].value == "chat-test/api"
    assert not found["forceDelete"].value


def test_a_repository_that_may_be_lost_is_deleted_with_its_images() -> None:
    assert one(repository(force_delete=True), "Repository")["forceDelete"].value


def selections() -> list[dict[str, object]]:
    policy = one(repository(), "LifecyclePolicy")["policy"]
    return [rule["selection"] for rule in json.loads(str(policy.value))["rules"]]


def test_only_what_cannot_be_a_release_expires() -> None:
    assert [selection["tagStatus"] for selection in selections()] == ["untagged", "tagged"]
    assert selections()[1]["tagPrefixList"] == [EXPIRING_PREFIX]


def test_images_are_encrypted() -> None:
    encryption = one(repository(), "Repository")["encryptionConfigurations"][0]

    assert encryption["encryptionType"].value == "AES256"
