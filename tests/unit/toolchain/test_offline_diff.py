"""A change of inputs means to the provider what it means to the real one."""

from hypothesis import given
from hypothesis import strategies as st

from toolchain.offline_aws import facts
from toolchain.offline_aws.diff import Diff, diff
from toolchain.offline_aws.inputs import DEFAULTS
from toolchain.offline_aws.wire import UNKNOWN, Properties, Secret, Value

scalars = st.one_of(st.text(max_size=8), st.integers(-9, 9), st.booleans())
values: st.SearchStrategy[Value] = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text("ab", min_size=1), inner, max_size=3)
    ),
    max_leaves=8,
)
tokens = st.sampled_from(
    (
        "aws:lb/loadBalancer:LoadBalancer",
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:iam/role:Role",
        "aws:rds/instance:Instance",
        "aws:ecs/service:Service",
    )
)


def changes(token: str, old: Properties, new: Properties, state: Properties | None = None) -> Diff:
    return diff(facts.resource(token), old, state or {}, new)


@given(tokens, st.data())
def test_nothing_changes_from_a_value_to_itself(token: str, data: st.DataObject) -> None:
    resource = facts.resource(token)
    assert resource is not None
    names = st.sampled_from(sorted(resource.fields))
    inputs = data.draw(st.dictionaries(names, values, max_size=6))

    assert changes(token, inputs, inputs).changes == {}


@given(st.permutations(["a", "b", "c"]))
def test_the_order_of_a_set_means_nothing(subnets: list[Value]) -> None:
    found = changes(
        "aws:lb/loadBalancer:LoadBalancer",
        {"securityGroups": ["a", "b", "c"]},
        {"securityGroups": subnets},
    )

    assert found.changes == {}


def test_a_change_in_place_does_not_replace() -> None:
    found = changes("aws:lb/loadBalancer:LoadBalancer", {"idleTimeout": 60}, {"idleTimeout": 300})

    assert found.properties == ["idleTimeout"]
    assert found.replaces == []


def test_a_property_that_aws_cannot_change_replaces() -> None:
    found = changes("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": "10.1.0.0/16"})

    assert found.replaces == ["cidrBlock"]


def test_a_nested_property_that_aws_cannot_change_replaces() -> None:
    old: Properties = {"encryptionConfigurations": [{"encryptionType": "AES256"}]}
    new: Properties = {"encryptionConfigurations": [{"encryptionType": "KMS"}]}

    found = changes("aws:ecr/repository:Repository", old, new)

    assert list(found.changes) == ["encryptionConfigurations[0].encryptionType"]
    assert found.replaces == ["encryptionConfigurations"]


def test_a_replacement_by_a_property_that_becomes_known_later_is_expected() -> None:
    found = changes("aws:ec2/subnet:Subnet", {"vpcId": "vpc-1"}, {"vpcId": UNKNOWN})

    assert found.replaces == ["vpcId"]


def test_policies_are_compared_by_meaning() -> None:
    found = changes(
        "aws:iam/rolePolicy:RolePolicy",
        {"policy": '{"Statement":[{"Action":["b","a"],"Effect":"Allow"}]}'},
        {"policy": '{"Statement": {"Effect": "Allow", "Action": ["a", "b"]}}'},
    )

    assert found.changes == {}


def test_a_secret_is_compared_by_its_value() -> None:
    same = changes("aws:rds/instance:Instance", {"password": "x"}, {"password": Secret("x")})
    other = changes("aws:rds/instance:Instance", {"password": "x"}, {"password": Secret("y")})

    assert same.changes == {}
    assert other.properties == ["password"]


def test_what_the_program_no_longer_gives_aws_keeps() -> None:
    found = changes("aws:lb/loadBalancer:LoadBalancer", {"securityGroups": ["a"]}, {})

    assert found.changes == {}


def test_giving_what_aws_chose_changes_nothing() -> None:
    found = changes(
        "aws:ec2/subnet:Subnet",
        {},
        {"availabilityZone": "eu-west-1a"},
        {"availabilityZone": "eu-west-1a"},
    )

    assert found.changes == {}


def test_numbers_equal_their_text() -> None:
    found = changes(
        "aws:lb/targetGroup:TargetGroup", {"deregistrationDelay": 30}, {"deregistrationDelay": "30"}
    )

    assert found.changes == {}


def test_a_resource_with_a_name_of_its_own_goes_before_its_replacement_comes() -> None:
    old: Properties = {"name": "own", "port": 80, DEFAULTS: []}

    own = changes("aws:lb/targetGroup:TargetGroup", old, {**old, "port": 81})
    automatic = changes(
        "aws:lb/targetGroup:TargetGroup",
        {**old, DEFAULTS: ["name"]},
        {**old, "port": 81, DEFAULTS: ["name"]},
    )

    assert own.delete_before_replace
    assert not automatic.delete_before_replace


def test_a_changed_tag_is_named_by_itself() -> None:
    found = changes(
        "aws:ec2/vpc:Vpc", {"tags": {"a": "1", "b": "2"}}, {"tags": {"a": "1", "c": "3"}}
    )

    assert set(found.changes) == {"tags.b", "tags.c"}
