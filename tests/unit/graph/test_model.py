"""The graph joins what a program declares."""

from __future__ import annotations

from collections.abc import Iterable

from graph.model import ConfigValue, Declaration, Graph, Resource, Stack
from graph.raw import Raw
from policies.testing.fixtures import UNKNOWN, graph_of, resource, secret, stack_config

SUBNET = "aws:ec2/subnet:Subnet"
SERVICE = "aws:ecs/service:Service"
CANARY = "hunter2-canary"


def declared(name: str, kind: str = "x:y:Z", parent: str = "", **properties: Raw) -> Declaration:
    return Declaration(
        urn=f"urn:pulumi:s::p::{kind}::{name}",
        type=kind,
        name=name,
        parent=f"urn:pulumi:s::p::x:y:Z::{parent}" if parent else "",
        properties=properties,
    )


def names(resources: Iterable[Resource]) -> list[str]:
    return [one.name for one in resources]


def test_a_chain_of_parents_is_whole_and_nearest_first() -> None:
    graph = Graph(Stack(), [declared("c", parent="b"), declared("b", parent="a"), declared("a")])

    leaf = graph.resources[-1]

    assert names(leaf.parents) == ["b", "a"]
    assert names(graph.resources[0].children) == ["b"]


def test_a_cycle_of_parents_is_cut() -> None:
    graph = Graph(Stack(), [declared("a", parent="b"), declared("b", parent="a")])

    assert names(graph.resources[0].parents) == ["b"]


def test_a_parent_that_is_not_there_is_none() -> None:
    graph = Graph(Stack(), [declared("a", parent="gone")])

    assert graph.resources[0].parent is None
    assert graph.resources[0].parents == ()


def test_aliased_types_are_asked_for_by_any_of_their_names() -> None:
    graph = graph_of([resource("aws:alb/listener:Listener", "one"), resource(SUBNET, "two")])

    assert names(graph.of_type("aws:elasticloadbalancingv2/listener:Listener")) == ["one"]
    assert names(graph.of_type("aws:lb/listener:Listener", SUBNET)) == ["one", "two"]
    assert graph.resources[0].declared_type == "aws:alb/listener:Listener"


def test_references_follow_the_dependencies_of_the_property() -> None:
    graph = graph_of(
        [
            resource(SUBNET, "a"),
            resource(SUBNET, "b"),
            resource("aws:ec2/vpc:Vpc", "v"),
            resource(SERVICE, "s", {"net": UNKNOWN}, refs={"net": ["b", "v"], "other": ["a"]}),
        ]
    )
    service = graph.of_type(SERVICE)[0]

    assert names(service.references("net")) == ["b", "v"]
    assert names(service.references("net", SUBNET)) == ["b"]
    assert names(service.references(None, SUBNET)) == ["a", "b"]
    assert service.references("nothing") == []


def test_references_fall_back_to_what_the_known_text_names() -> None:
    graph = graph_of(
        [
            resource(SUBNET, "a", id="subnet-1"),
            resource("aws:sns/topic:Topic", "t", {"arn": "arn:topic"}),
            resource(SERVICE, "s", {"net": {"subnets": ["subnet-1", UNKNOWN]}, "to": "arn:topic"}),
        ]
    )
    service = graph.of_type(SERVICE)[0]

    assert names(service.references("net")) == ["a"]
    assert names(service.references("to", SUBNET)) == []
    assert names(service.references(None)) == ["a", "t"]


def test_a_type_may_have_its_name_elsewhere_than_in_name() -> None:
    bucket, policy = "aws:s3/bucket:Bucket", "aws:s3/bucketPolicy:BucketPolicy"
    graph = graph_of(
        [
            resource(bucket, "logs", {"bucket": "shop-logs"}),
            resource(bucket, "more", {"bucket": UNKNOWN}),
            resource(policy, "p", {"bucket": "shop-logs"}),
            resource(SUBNET, "no-bucket", {"bucket": "shop-logs"}),
        ]
    )

    assert names(graph.of_type(policy)[0].references("bucket")) == ["logs"]
    assert names(graph.of_type(bucket)[0].referrers(policy, property="bucket")) == ["p"]
    assert graph.of_type(bucket)[1].referrers() == []


def test_a_resource_does_not_refer_to_itself_by_its_own_name() -> None:
    graph = graph_of([resource(SUBNET, "a", {"name": "x", "arn": "arn:x"}, id="x")])

    assert graph.resources[0].references(None) == []


def test_referrers_are_the_other_way_round() -> None:
    graph = graph_of(
        [
            resource(SUBNET, "a"),
            resource(SERVICE, "s", refs={"net": ["a"]}),
            resource(SERVICE, "t", refs={"other": ["a"]}),
        ]
    )
    subnet = graph.of_type(SUBNET)[0]

    assert names(subnet.referrers()) == ["s", "t"]
    assert names(subnet.referrers(SERVICE, property="net")) == ["s"]
    assert subnet.referrers("aws:ec2/vpc:Vpc") == []


def test_the_order_of_a_graph_is_not_that_of_its_source() -> None:
    one = Graph(Stack(), [declared("b"), declared("a")])
    other = Graph(Stack(), [declared("a"), declared("b")])

    assert names(one.resources) == names(other.resources) == ["a", "b"]


def test_the_engines_own_providers_are_left_out() -> None:
    graph = Graph(
        Stack(),
        [
            declared("default_7_51_1", "pulumi:providers:aws"),
            declared("eu", "pulumi:providers:aws"),
        ],
    )

    assert names(graph.resources) == ["eu"]


def test_what_a_provider_manages_has_an_id_that_is_unknown_until_it_exists() -> None:
    graph = graph_of(
        [
            resource(SUBNET, "a"),
            resource(SUBNET, "b", {"id": "subnet-b"}),
            resource(SUBNET, "c", id="subnet-c"),
            resource("plumbline:chat:Network", "n"),
        ]
    )

    subnets = graph.of_type(SUBNET)

    assert [one.id.text() for one in subnets] == ["unknown", '"subnet-b"', '"subnet-c"']
    assert graph.of_type("plumbline:chat:Network")[0].id.absent


def test_no_view_of_a_graph_shows_a_secret() -> None:
    graph = graph_of(
        [
            resource(SUBNET, "a", {"password": secret(CANARY), "deep": {"x": [secret(CANARY)]}}),
            stack_config({"p:password": CANARY}, secret=["p:password"]),
        ]
    )
    one = graph.resources[0]

    shown = [repr(graph), repr(one), repr(one.properties), repr(one["deep"]), one["deep"].text()]
    shown += [
        repr(graph.stack),
        repr(ConfigValue(CANARY, secret=True)),
        repr(declared("a", x=CANARY)),
    ]

    assert not [text for text in shown if CANARY in text]
    assert one["password"].value == CANARY


def test_only_what_aws_keeps_is_named_by_its_name() -> None:
    graph = graph_of(
        [
            resource("plumbline:chat:Network", "n", {"name": "shared", "url": "https://x"}),
            resource("pulumi:providers:aws", "elsewhere", {"name": "shared"}),
            resource(SUBNET, "a", {"name": "shared"}),
            resource(SERVICE, "s", {"net": "shared", "to": "https://x"}),
        ]
    )
    service = graph.of_type(SERVICE)[0]

    assert names(service.references("net")) == ["a"]
    assert service.references("to") == []
