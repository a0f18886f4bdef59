"""A recorded program leaves nothing out."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws
import pytest

from graph.model import Graph, Resource
from graph.recording import RecordingError, record
from graph.truth import Truth
from tests.kit.program import record_stack
from tests.unit.graph.programs import CONFIG, PASSWORD, SECRET_CONFIG, program


@pytest.fixture(scope="module")
def deployed() -> Graph:
    return record_stack(program, config=CONFIG, secret_config=SECRET_CONFIG)


@pytest.fixture(scope="module")
def previewed() -> Graph:
    return record_stack(program, config=CONFIG, secret_config=SECRET_CONFIG, preview=True)


def one(graph: Graph, name: str) -> Resource:
    return next(resource for resource in graph.resources if resource.name == name)


def test_the_chain_of_parents_reaches_the_stack(deployed: Graph) -> None:
    queue = one(deployed, "outer-inner-queue")

    assert [parent.name for parent in queue.parents] == ["outer-inner", "outer", "plumbline-dev"]
    assert queue.urn == (
        "urn:pulumi:dev::plumbline::plumbline:test:Outer$plumbline:test:Inner$aws:sqs/queue:Queue"
        "::outer-inner-queue"
    )


def test_dependencies_are_kept_by_property(deployed: Graph) -> None:
    subscription = one(deployed, "subscription")

    assert [r.name for r in subscription.references("topic")] == ["topic"]
    assert [r.name for r in subscription.references("endpoint")] == ["outer-inner-queue"]
    assert one(deployed, "topic").urn in one(deployed, "logs").dependencies


def test_options_are_kept(deployed: Graph) -> None:
    options = one(deployed, "outer-inner-queue").options

    assert options.protect
    assert options.ignore_changes == ("tags",)
    assert options.custom_timeouts == {"create": 5400.0}
    assert [alias.rpartition("::")[2] for alias in options.aliases] == ["old-queue"]
    assert one(deployed, "logs").options.delete_before_replace is True


def test_an_explicit_provider_is_kept_and_the_default_one_is_none(deployed: Graph) -> None:
    assert one(deployed, "logs").provider == one(deployed, "elsewhere").urn
    assert one(deployed, "topic").provider is None


def test_a_secret_stays_a_secret(deployed: Graph) -> None:
    text = one(deployed, "version")["secretString"]

    assert text.secret
    assert text.value == PASSWORD
    assert deployed.stack.config["plumbline:password"].secret
    assert not deployed.stack.config["aws:region"].secret


def test_outputs_of_components_and_of_the_stack_are_kept(deployed: Graph) -> None:
    component, stack = one(deployed, "outer-inner"), one(deployed, "plumbline-dev")

    assert not component.custom
    assert component["url"].value == one(deployed, "outer-inner-queue")["url"].value
    assert stack["password"].secret
    assert stack["topic"].matches("arn:aws:sns") is Truth.YES


def test_a_resource_knows_the_line_that_declared_it(deployed: Graph) -> None:
    source = one(deployed, "topic").source

    assert source is not None
    assert source.file.endswith("tests/unit/graph/programs.py")
    assert source.line > 1


def test_a_preview_does_not_know_what_only_aws_could_tell(previewed: Graph) -> None:
    queue = one(previewed, "outer-inner-queue")

    assert queue.id.unknown
    assert queue["arn"].unknown
    assert queue["visibilityTimeoutSeconds"].value == 60
    assert one(previewed, "subscription")["topic"].unknown
    assert [r.name for r in one(previewed, "subscription").references("topic")] == ["topic"]
    assert previewed.stack.dry_run


def test_two_recordings_of_one_program_are_the_same(deployed: Graph) -> None:
    again = record_stack(program, config=CONFIG, secret_config=SECRET_CONFIG)

    assert [r.urn for r in again.resources] == [r.urn for r in deployed.resources]
    assert [r.properties for r in again.resources] == [r.properties for r in deployed.resources]


def test_two_resources_of_one_name_are_refused() -> None:
    def twice() -> None:
        aws.sqs.Queue("same")
        aws.sqs.Queue("same")

    with pytest.raises(RecordingError, match=r"two resources have the URN .*::same"):
        record(twice)


def test_a_call_that_nothing_answers_is_refused() -> None:
    def calling() -> None:
        pulumi.export("account", aws.get_caller_identity_output().account_id)

    with pytest.raises(RecordingError, match="getCallerIdentity"):
        record(calling)


def test_the_programs_own_error_comes_through() -> None:
    def failing() -> None:
        aws.sqs.Queue("one")
        message = "the program says no"
        raise LookupError(message)

    with pytest.raises(LookupError, match="says no"):
        record(failing)


def test_calls_of_provider_functions_are_answered() -> None:
    def calling() -> None:
        pulumi.export("region", aws.get_region().region)
        pulumi.export("zones", aws.get_availability_zones_output(state="available").names)
        secret = aws.secretsmanager.get_random_password_output(password_length=32)
        pulumi.export("secret", secret.random_password)

    stack = one(record_stack(calling, config={"aws:region": "eu-west-1"}), "plumbline-dev")

    assert stack["region"].value == "eu-west-1"
    assert stack["zones"].contains("eu-west-1a") is Truth.YES
    assert stack["secret"].secret


def test_a_resource_that_is_only_read_is_in_the_graph() -> None:
    def reading() -> None:
        aws.ec2.Vpc.get("existing", "vpc-1234")

    vpc = one(record_stack(reading), "existing")

    assert vpc.id.value == "vpc-1234"
    assert vpc.custom


def test_the_runtime_is_left_as_it_was() -> None:
    before = pulumi.get_project()

    record(lambda: None, project="another")

    assert pulumi.get_project() == before


def test_a_program_gets_its_files_back_as_files() -> None:
    def with_code() -> None:
        inline = pulumi.AssetArchive({"index.js": pulumi.StringAsset("exports.handler = 1")})
        function = aws.lambda_.Function("f", role="r", handler="index.handler", code=inline)
        page = aws.s3.BucketObjectv2("o", bucket="b", source=pulumi.StringAsset("<html>"))
        pulumi.export("code", function.code.apply(lambda code: type(code).__name__))
        pulumi.export("page", page.source.apply(lambda source: type(source).__name__))

    graph = record_stack(with_code)

    (stack,) = graph.of_type("pulumi:pulumi:Stack")
    assert stack["code"].value == "AssetArchive"
    assert stack["page"].value == "StringAsset"
    assert one(graph, "f")["code"]["assets"]["index.js"]["text"].value == "exports.handler = 1"


def test_a_certificate_asks_for_a_proof_of_each_of_its_names() -> None:
    def with_names() -> None:
        certificate = aws.acm.Certificate(
            "c",
            domain_name="example.org",
            subject_alternative_names=["*.example.org", "example.org", "www.example.org"],
            validation_method="DNS",
        )
        proofs = certificate.domain_validation_options
        pulumi.export("names", proofs.apply(lambda all_: [one.domain_name for one in all_]))
        pulumi.export("records", proofs.apply(lambda a: len({b.resource_record_name for b in a})))

    (stack,) = record_stack(with_names).of_type("pulumi:pulumi:Stack")

    assert stack["names"].value == ["example.org", "*.example.org", "www.example.org"]
    assert stack["records"].value == 3
