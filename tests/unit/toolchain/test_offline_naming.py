"""Names turn from one style into another by rule, and automatic names are as Pulumi's own."""

import re

from hypothesis import given
from hypothesis import strategies as st

from toolchain.offline_aws import facts, inputs
from toolchain.offline_aws.inputs import Naming, automatic_name
from toolchain.offline_aws.naming import camel, key, singular, snake

words = st.lists(st.from_regex(r"[a-z]{2,8}", fullmatch=True), min_size=1, max_size=4)


@given(words)
def test_camel_case_and_snake_case_turn_into_each_other(parts: list[str]) -> None:
    terraform = "_".join(parts)

    assert snake(camel(terraform)) == terraform


@given(words)
def test_names_match_in_every_style(parts: list[str]) -> None:
    pascal = "".join(part.capitalize() for part in parts)

    assert key(pascal) == key(camel("_".join(parts))) == key("_".join(parts))


def test_an_acronym_at_the_front_is_one_word() -> None:
    assert camel("ARNSuffix") == "arnSuffix"
    assert camel("VpcId") == "vpcId"


def test_plurals_lose_their_ending() -> None:
    assert [singular(word) for word in ("subnets", "policies", "statuses", "address")] == [
        "subnet",
        "policy",
        "status",
        "address",
    ]


def test_an_automatic_name_is_the_resources_name_and_seven_hex_digits() -> None:
    name = automatic_name(inputs.Style(), Naming("alb", b"seed"))

    assert re.fullmatch(r"alb-[0-9a-f]{7}", name)


@given(st.binary(min_size=1), st.text("abcXYZ-", min_size=1, max_size=20))
def test_the_same_seed_gives_the_same_name(seed: bytes, name: str) -> None:
    style = inputs.Style(lower=True)

    first, second = (automatic_name(style, Naming(name, seed)) for _ in range(2))

    assert first == second == first.lower()


def test_no_seed_gives_a_name_of_its_own_each_time() -> None:
    names = {automatic_name(inputs.Style(), Naming("x")) for _ in range(5)}

    assert len(names) == 5


def _names(token: str, given: inputs.Properties, old: inputs.Properties) -> inputs.Properties:
    resource = facts.resource(token)
    assert resource is not None
    return inputs.complete(resource, given, old, Naming("Sample", b"seed"), {})


def test_a_fifo_queue_is_named_as_aws_demands() -> None:
    name = _names("aws:sqs/queue:Queue", {"fifoQueue": True}, {})["name"]

    assert re.fullmatch(r"Sample-[0-9a-f]{7}\.fifo", str(name))


def test_a_bucket_is_named_in_lower_case() -> None:
    assert re.fullmatch(
        r"sample-[0-9a-f]{7}", str(_names("aws:s3/bucket:Bucket", {}, {})["bucket"])
    )


def test_a_key_alias_is_named_with_its_prefix() -> None:
    name = _names("aws:kms/alias:Alias", {"targetKeyId": "x"}, {})["name"]

    assert str(name).startswith("alias/Sample-")


def test_a_name_prefix_leaves_the_name_to_aws() -> None:
    assert "name" not in _names("aws:iam/role:Role", {"namePrefix": "x-"}, {})


def test_an_automatic_name_stays_through_updates() -> None:
    first = _names("aws:sqs/queue:Queue", {}, {})
    again = inputs.complete(
        _resource("aws:sqs/queue:Queue"), {}, first, Naming("Sample", b"other"), {}
    )

    assert again["name"] == first["name"]


def test_a_name_that_the_program_no_longer_gives_becomes_automatic() -> None:
    first = _names("aws:sqs/queue:Queue", {"name": "own"}, {})

    assert _names("aws:sqs/queue:Queue", {}, first)["name"] != "own"


def _resource(token: str) -> facts.Resource:
    resource = facts.resource(token)
    assert resource is not None
    return resource


def test_names_that_the_engine_proposes_are_taken() -> None:
    resource = _resource("aws:sqs/queue:Queue")

    proposed = inputs.complete(resource, {}, {}, Naming("Sample", b"x", proposed="mine"), {})
    disabled = inputs.complete(resource, {}, {}, Naming("Sample", b"x", disabled=True), {})

    assert proposed["name"] == "mine"
    assert "name" not in disabled
