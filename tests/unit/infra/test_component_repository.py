"""Repositories: tags that stay, images that are scanned, and not too many of them."""

from __future__ import annotations

import json

from graph.model import Graph
from infra.components.repository import Repository, RepositoryArgs
from tests.unit.infra.recorded import CONTEXT, component_graph, one


def repository(*, force_delete: bool = False) -> Graph:
    args = RepositoryArgs(context=CONTEXT, part="api", force_delete=force_delete)
    return component_graph(lambda: Repository("api", args))


def test_a_tag_once_pushed_stays_and_the_image_is_scanned() -> None:
    found = one(repository(), "Repository")

    assert found["imageTagMutability"].value == "IMMUTABLE"
    assert found["imageScanningConfiguration"]["scanOnPush"].value
    assert found["name"].value == "chat-test/api"
    assert not found["forceDelete"].value


def test_a_repository_that_may_be_lost_is_deleted_with_its_images() -> None:
    assert one(repository(force_delete=True), "Repository")["forceDelete"].value


def test_the_rule_for_any_image_comes_last_as_ecr_demands() -> None:
    rules = json.loads(str(one(repository(), "LifecyclePolicy")["policy"].value))["rules"]

    by_priority = sorted(rules, key=lambda rule: rule["rulePriority"])
    assert [rule["selection"]["tagStatus"] for rule in by_priority] == ["untagged", "any"]
