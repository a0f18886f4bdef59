"""A graph as a Terraform plan: names, shapes, unknowns, secrets and references."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

import pytest

from graph.raw import Raw
from policies.testing.fixtures import UNKNOWN, Case, graph_of, resource, secret
from reports.terraform.names import FOLDER, names_of
from reports.terraform.names_build import FACTS, tables
from reports.terraform.plan import Plan, plan_of, plan_of_all
from reports.terraform.values import MARKER
from tests.unit.infra.recorded import STACKS, stack_graph

SERVICE = "aws:ecs/service:Service"
BUCKET = "aws:s3/bucket:Bucket"
KEY = "aws:kms/key:Key"
QUEUE = "aws:sqs/queue:Queue"
INSTANCE = "aws:rds/instance:Instance"


def _plan(*members: object) -> Plan:
    return plan_of(graph_of(cast("Case", members)))


def _resources(plan: Plan) -> dict[str, dict[str, object]]:
    planned = cast("dict[str, dict[str, object]]", plan.document["planned_values"])
    root = cast("list[dict[str, object]]", planned["root_module"]["resources"])
    return {str(one["address"]): one for one in root}


def _values(plan: Plan, address: str) -> Mapping[str, object]:
    return cast("Mapping[str, object]", _resources(plan)[address]["values"])


def _change(plan: Plan, address: str) -> Mapping[str, object]:
    changes = cast("list[dict[str, object]]", plan.document["resource_changes"])
    (found,) = [one["change"] for one in changes if one["address"] == address]
    return cast("Mapping[str, object]", found)


def _expressions(plan: Plan, address: str) -> Mapping[str, object]:
    configuration = cast("dict[str, dict[str, object]]", plan.document["configuration"])
    root = cast("list[dict[str, object]]", configuration["root_module"]["resources"])
    (found,) = [one["expressions"] for one in root if one["address"] == address]
    return cast("Mapping[str, object]", found)


def test_arguments_have_the_names_and_shapes_of_terraform() -> None:
    service = resource(
        SERVICE,
        "api",
        {
            "networkConfiguration": {"assignPublicIp": False, "subnets": ["a"]},
            "loadBalancers": [{"containerPort": 80}],
            "tags": {"camelCase": "kept"},
        },
    )

    plan = _plan(service)

    assert _values(plan, "aws_ecs_service.api") == {
        "network_configuration": [{"assign_public_ip": False, "subnets": ["a"]}],
        "load_balancer": [{"container_port": 80}],
        "tags": {"camelCase": "kept"},
    }


def test_statements_nested_deeper_than_the_table_have_the_shape_of_the_others() -> None:
    limit: Raw = {"byteMatchStatement": {"fieldToMatch": {"uriPath": {}}}}
    for _ in range(4):
        limit = {"andStatement": {"statements": [limit]}}

    plan = _plan(resource("aws:wafv2/webAcl:WebAcl", "acl", {"rules": [{"statement": limit}]}))

    text = json.dumps(_values(plan, "aws_wafv2_web_acl.acl"))
    assert text.count('"and_statement": [{"statement": [{') == 4
    assert '"byte_match_statement": [{"field_to_match": [{"uri_path": [{}]}]}]' in text


def test_a_document_is_text_also_where_the_program_gives_a_tree() -> None:
    policy: Raw = {"Statement": [{"Effect": "Allow"}]}

    plan = _plan(resource("aws:iam/policy:Policy", "p", {"policy": policy}))

    assert json.loads(str(_values(plan, "aws_iam_policy.p")["policy"])) == policy


def test_secrets_are_nowhere_in_the_plan() -> None:
    plan = _plan(
        resource(INSTANCE, "db", {"password": "hunter2-plain", "username": secret("hunter2-user")}),
        resource(BUCKET, "b", {"tags": {"key": secret("hunter2-tag")}}),
        resource(QUEUE, "q", {"policy": {"Statement": [secret("hunter2-document")]}}),
    )

    assert "hunter2" not in plan.text()
    assert _values(plan, "aws_db_instance.db") == {"password": MARKER, "username": MARKER}
    assert _change(plan, "aws_s3_bucket.b")["after_sensitive"] == {"tags": {"key": True}}


def test_a_secret_number_is_left_out_rather_than_falsified() -> None:
    plan = _plan(resource(INSTANCE, "db", {"port": secret(5432)}))

    assert _values(plan, "aws_db_instance.db") == {}
    assert _change(plan, "aws_db_instance.db")["after_unknown"] == {"port": True}


def test_an_unknown_is_left_out_marked_and_refers_to_what_it_comes_from() -> None:
    plan = _plan(
        resource(KEY, "key", {}),
        resource(QUEUE, "q", {"kmsMasterKeyId": UNKNOWN}, refs={"kmsMasterKeyId": ["key"]}),
    )

    assert _values(plan, "aws_sqs_queue.q") == {}
    assert _change(plan, "aws_sqs_queue.q")["after_unknown"] == {"kms_master_key_id": True}
    assert _expressions(plan, "aws_sqs_queue.q") == {
        "kms_master_key_id": {"references": ["aws_kms_key.key.id", "aws_kms_key.key"]}
    }


def test_an_unknown_element_keeps_its_place_in_a_list() -> None:
    plan = _plan(resource(SERVICE, "api", {"networkConfiguration": {"subnets": ["a", UNKNOWN]}}))

    (network,) = cast(
        "list[dict[str, object]]", _values(plan, "aws_ecs_service.api")["network_configuration"]
    )
    assert network == {"subnets": ["a", None]}
    assert _change(plan, "aws_ecs_service.api")["after_unknown"] == {
        "network_configuration": [{"subnets": [False, True]}]
    }


def test_a_nested_unknown_refers_to_the_resource_that_its_name_resembles() -> None:
    plan = _plan(
        resource("aws:ec2/subnet:Subnet", "subnet", {}),
        resource("aws:ec2/securityGroup:SecurityGroup", "group", {}),
        resource(
            SERVICE,
            "api",
            {"networkConfiguration": {"subnets": [UNKNOWN], "securityGroups": [UNKNOWN]}},
            refs={"networkConfiguration": ["subnet", "group"]},
        ),
    )

    (network,) = cast(
        "list[dict[str, object]]",
        _expressions(plan, "aws_ecs_service.api")["network_configuration"],
    )
    assert network["subnets"] == {"references": ["aws_subnet.subnet.id", "aws_subnet.subnet"]}
    assert network["security_groups"] == {
        "references": ["aws_security_group.group.id", "aws_security_group.group"]
    }


def test_what_a_resource_says_of_itself_is_a_reference_also_where_it_is_known() -> None:
    plan = _plan(
        resource(KEY, "key", {"arn": "arn:aws:kms:key/1234"}),
        resource(
            QUEUE,
            "q",
            {"kmsMasterKeyId": "arn:aws:kms:key/1234", "policy": '{"of": "arn:aws:kms:key/1234"}'},
            refs={"kmsMasterKeyId": ["key"], "policy": ["key"]},
        ),
    )

    references = {"references": ["aws_kms_key.key.arn", "aws_kms_key.key"]}
    assert _expressions(plan, "aws_sqs_queue.q")["policy"] == references
    assert "policy" in _values(plan, "aws_sqs_queue.q")


def test_a_resource_s_own_name_is_a_reference_where_another_depends_on_it() -> None:
    plan = _plan(
        resource(BUCKET, "logs", {"bucket": "chat-logs", "acl": "private"}),
        resource(
            "aws:s3/bucketVersioning:BucketVersioning",
            "kept",
            {"bucket": "chat-logs", "mfa": "private"},
            refs={"bucket": ["logs"]},
        ),
    )

    assert _values(plan, "aws_s3_bucket_versioning.kept") == {"mfa": "private"}
    assert _expressions(plan, "aws_s3_bucket_versioning.kept") == {
        "bucket": {"references": ["aws_s3_bucket.logs.bucket", "aws_s3_bucket.logs"]}
    }


def test_names_become_unique_addresses() -> None:
    plan = _plan(
        resource(BUCKET, "logs/a", {}), resource(BUCKET, "logs a", {}), resource(BUCKET, "1", {})
    )

    names = sorted(address.partition(".")[2] for address in _resources(plan))
    assert names == ["_1", "logs-a", "logs-a-2"]


def test_a_plan_of_several_stacks_keeps_them_apart() -> None:
    case = [
        resource(KEY, "key", {}),
        resource(QUEUE, "q", {"kmsMasterKeyId": UNKNOWN}, refs={"kmsMasterKeyId": ["key"]}),
    ]

    plan = plan_of_all({"one": graph_of(case), "two": graph_of(case)})

    references = _expressions(plan, "aws_sqs_queue.two-q")["kms_master_key_id"]
    assert references == {"references": ["aws_kms_key.two-key.id", "aws_kms_key.two-key"]}


def test_what_terraform_has_no_type_for_is_counted() -> None:
    plan = _plan(
        resource("random:index/randomPassword:RandomPassword", "p", {}),
        resource("random:index/randomPassword:RandomPassword", "o", {}),
        resource("plumbline:components:Network", "n", {}),
        resource("pulumi:providers:aws", "eu", {"region": "eu-central-1"}),
    )

    assert dict(plan.unmapped) == {"random:index/randomPassword:RandomPassword": 2}
    assert plan.structural == 2
    assert _resources(plan) == {}


# The smallest stack, and the size that has a resource of every type that there is.
@pytest.mark.parametrize("stack", [STACKS[0], STACKS[-2]])
def test_all_of_a_stack_is_in_its_plan(stack: str) -> None:
    graph = stack_graph(stack, preview=True)

    plan = plan_of(graph)

    assert len(plan.planned) + plan.structural == len(graph.resources)
    assert dict(plan.unmapped) == {}
    assert dict(plan.guessed) == {}
    assert len(_resources(plan)) == len(plan.planned)


def test_the_same_graph_is_the_same_text() -> None:
    graph = stack_graph(STACKS[0], preview=True)

    assert plan_of(graph).text() == plan_of(graph).text()


def test_the_tables_are_those_of_the_provider_s_facts() -> None:
    stale = [name for name, text in tables(FACTS) if (FOLDER / name).read_text() != text]

    assert not stale, "run `python -m reports.terraform.names_build`"


def test_a_type_of_no_table_has_no_names() -> None:
    assert names_of("aws:nowhere/thing:Thing") is None
    assert names_of("../../etc:Thing") is None
