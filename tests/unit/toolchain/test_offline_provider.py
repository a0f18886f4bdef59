"""The provider answers the engine's protocol, and a preview needs nothing but the facts."""

import subprocess
import sys
from collections.abc import Iterator

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2

from tests.unit.toolchain.offline_minimal import minimal
from tests.unit.toolchain.offline_provider import Client, near_provider, provider, urn
from toolchain.locations import REPOSITORY
from toolchain.offline_aws import facts
from toolchain.offline_aws.wire import UNKNOWN, Secret, Value, encode, has_unknown


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with provider() as running:
        yield running


@pytest.fixture(scope="module")
def near() -> Client:
    return near_provider()


_MODULES = sorted({token.partition("/")[0] for token in facts.tokens()})


@pytest.mark.parametrize("module", _MODULES)
def test_the_least_of_every_type_is_accepted_and_previewed(near: Client, module: str) -> None:
    refused: dict[str, list[str]] = {}
    unpromised: list[str] = []

    for token in facts.tokens():
        resource = facts.resource(token)
        if not token.startswith(module + "/") or resource is None:
            continue
        inputs, failures = near.check(token, minimal(resource))
        if failures:
            refused[token] = failures
            continue
        outputs = near.preview(token, inputs)
        unpromised += [
            f"{token} {name}"
            for name in resource.fields
            if resource.fields[name].computed and name not in outputs
        ]

    assert refused == {}
    assert unpromised == []


def test_every_type_of_the_schema_is_there() -> None:
    assert len(facts.tokens()) == 1677


def test_the_engine_may_send_secrets(client: Client) -> None:
    answer = client.stub.Handshake(provider_pb2.ProviderHandshakeRequest(engine_address="x"))

    assert answer.accept_secrets
    assert not answer.accept_outputs


def test_sensitive_outputs_are_secrets_even_when_unknown(client: Client) -> None:
    outputs = client.preview("aws:iam/accessKey:AccessKey", {"user": "u"})

    assert outputs["secret"] == Secret(UNKNOWN)
    assert outputs["createDate"] is UNKNOWN


def test_a_secret_input_stays_a_secret(client: Client) -> None:
    inputs, _ = client.check(
        "aws:ssm/parameter:Parameter", {"type": "String", "value": Secret("x")}
    )

    assert inputs["value"] == Secret("x")
    assert client.preview("aws:ssm/parameter:Parameter", inputs)["value"] == Secret("x")


def test_defaults_are_filled_in_and_listed_as_the_bridge_does(client: Client) -> None:
    inputs, _ = client.check("aws:lb/loadBalancer:LoadBalancer", {"idleTimeout": 300})

    added = inputs["__defaults"]
    assert inputs["idleTimeout"] == 300
    assert inputs["enableHttp2"] is True
    assert isinstance(added, list)
    assert {"name", "enableHttp2"} <= {str(name) for name in added}
    assert "idleTimeout" not in added


def test_default_tags_are_under_the_resources_own(client: Client) -> None:
    client.configure({"region": "eu-west-1", "defaultTags": {"tags": {"a": "0", "b": "0"}}})
    try:
        inputs, _ = client.check("aws:sqs/queue:Queue", {"tags": {"a": "1"}})
        outputs = client.preview("aws:sqs/queue:Queue", inputs)
    finally:
        client.configure({"region": "eu-west-1"})

    assert inputs["tags"] == {"a": "1", "b": "0"}
    assert outputs["tagsAll"] == {"a": "1", "b": "0"}
    assert outputs["region"] == "eu-west-1"


def test_a_type_without_facts_is_previewed_as_it_is(client: Client) -> None:
    inputs, failures = client.check("aws:future/thing:Thing", {"anything": [1]})

    assert failures == []
    assert client.preview("aws:future/thing:Thing", inputs) == {"anything": [1]}


def test_an_update_keeps_what_it_does_not_change(client: Client) -> None:
    old = {"arn": "arn:aws:sqs:eu-west-1:1:q", "url": "u", "name": "q", "delaySeconds": 0}
    request = provider_pb2.UpdateRequest(
        id="u",
        urn=urn("aws:sqs/queue:Queue", "q"),
        olds=encode({**old}),
        old_inputs=encode({"name": "q"}),
        news=encode({"name": "q", "delaySeconds": 5}),
        preview=True,
    )

    answer = client.stub.Update(request)

    assert answer.properties["arn"] == old["arn"]
    assert answer.properties["delaySeconds"] == 5


def test_a_diff_says_what_replaces(client: Client) -> None:
    answer = client.diff(
        "aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": "10.1.0.0/16"}
    )

    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert list(answer.replaces) == ["cidrBlock"]
    assert answer.detailedDiff["cidrBlock"].kind == provider_pb2.PropertyDiff.UPDATE_REPLACE


def test_components_are_refused_in_a_sentence(client: Client) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        client.stub.Construct(provider_pb2.ConstructRequest(type="awsx:ec2:Vpc"))

    assert "awsx:ec2:Vpc is a component" in str(refused.value)


def test_a_create_that_cannot_be_carried_out_names_the_resource_and_the_way_out() -> None:
    code = (
        "from toolchain.offline_aws.lives import AwsLives\n"
        "from toolchain.offline_aws.outcome import Life, LifeError\n"
        "from toolchain.offline_aws.functions import Context\n"
        "life = Life('aws:bedrock/agent:Agent', 'a', None, Context('eu-west-1', '1', {}))\n"
        "try: AwsLives(lambda: '').create(life, {}, 0)\n"
        "except LifeError as error: print(error)\n"
    )

    said = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout

    assert said.startswith("aws:bedrock/agent:Agent a can be previewed offline, but not created")


def test_starting_loads_neither_clients_nor_the_emulator() -> None:
    code = (
        "import sys, toolchain.offline_aws.__main__\n"
        "print([m for m in ('boto3', 'botocore', 'ministack', 'pulumi_aws') if m in sys.modules])"
    )

    said = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout

    assert said.strip() == "[]"


def test_the_program_prints_its_port_and_ends_when_told() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "toolchain.offline_aws"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        process.terminate()
        code = process.wait(timeout=10)

    assert port.isdigit()
    assert code == 0


def test_values_survive_the_wire() -> None:
    value: dict[str, Value] = {
        "n": 1,
        "f": 1.5,
        "s": "x",
        "b": False,
        "l": [None, {"a": UNKNOWN}],
        "x": Secret([1]),
    }

    from toolchain.offline_aws.wire import decode

    assert decode(encode(value)) == value
    assert has_unknown(value)
