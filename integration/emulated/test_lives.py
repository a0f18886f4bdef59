"""Resources live on the emulator as the tables say: made, read, changed and deleted."""

import pytest

from integration.emulated.samples import SAMPLES
from integration.emulated.world import CONTEXT, World
from toolchain.offline_aws import facts
from toolchain.offline_aws.diff import diff
from toolchain.offline_aws.lives import AwsLives
from toolchain.offline_aws.lives.spec import specs
from toolchain.offline_aws.outcome import Life, LifeError
from toolchain.offline_aws.wire import Properties

# What AWS itself keeps after the resource is gone: defaults that replace it, or its owner's.
_STAYS = {
    "secret-version",
    "topic-policy",
    "certificate-validation",
    "bucket-versioning",
    "bucket-encryption",
    "default-group",
    "secret-renewed",
    "proxy-targets",
}


@pytest.mark.parametrize("sample", SAMPLES)
def test_what_was_made_is_read_again_without_a_change(world: World, sample: str) -> None:
    given, life = world.inputs(sample), world.life(sample)

    made = world.get(sample)
    read = world.lives.read(life, made.id, made.properties, made.inputs)

    assert made.id
    assert made.inputs == given
    assert read.id == made.id
    assert diff(life.facts, read.inputs, read.properties, given).changes == {}


@pytest.mark.parametrize("sample", [name for name, one in SAMPLES.items() if one.change])
def test_a_change_in_place_is_made_and_stays(world: World, sample: str) -> None:
    life, made = world.life(sample), world.get(sample)
    news = world.inputs(sample, made.inputs, changed=True)
    planned = diff(life.facts, made.inputs, made.properties, news)

    changed = world.lives.update(life, made.id, made.properties, made.inputs, news)
    read = world.lives.read(life, changed.id, changed.properties, changed.inputs)
    world.made[sample] = read

    assert planned.changes
    assert planned.replaces == []
    assert diff(life.facts, read.inputs, read.properties, news).changes == {}


def test_deleting_everything_leaves_nothing_and_may_be_repeated(world: World) -> None:
    for sample in SAMPLES:
        world.get(sample)
    there: list[str] = []

    for sample in reversed(list(world.made)):
        life, made = world.life(sample), world.made[sample]
        world.lives.delete(life, made.id, made.properties)
        if world.lives.read(life, made.id, made.properties, made.inputs).id:
            there.append(sample)
        world.lives.delete(life, made.id, made.properties)
    world.made.clear()

    assert set(there) <= _STAYS


def test_every_life_has_a_sample() -> None:
    sampled = {sample.type for sample in SAMPLES.values()}

    assert set(specs()) - sampled == set()


@pytest.mark.parametrize("token", specs())
def test_a_table_names_only_properties_that_the_type_has(token: str) -> None:
    spec, resource = specs()[token], facts.resource(token)
    assert resource is not None
    named = [*spec.names, *spec.keep, *spec.skip, *spec.outputs]
    if spec.attributes is not None:
        named += spec.attributes.names
    named += [name for call in spec.update + spec.also for name in call.when]

    assert [name for name in named if name.split(".")[0] not in resource.fields] == []


def test_a_refused_call_is_one_sentence_with_aws_own_words(world: World) -> None:
    token = "aws:iam/rolePolicy:RolePolicy"
    life = Life(token, "lost", facts.resource(token), CONTEXT)

    with pytest.raises(LifeError) as refused:
        world.lives.create(life, {"role": "none", "name": "p", "policy": "{}"}, 0)

    assert str(refused.value).startswith(
        "aws:iam/rolePolicy:RolePolicy lost cannot be created: put_role_policy: NoSuchEntity: "
    )
    assert refused.value.partial is None


def test_a_half_made_resource_is_not_lost(world: World) -> None:
    token = "aws:iam/instanceProfile:InstanceProfile"
    life = Life(token, "half", facts.resource(token), CONTEXT)

    with pytest.raises(LifeError) as failed:
        world.lives.create(life, {"name": "half", "role": "none"}, 0)

    partial = failed.value.partial
    assert partial is not None
    assert partial.id == "half"
    assert str(partial.properties["arn"]).endswith("/half")
    assert "was created, but not completed: add_role_to_instance_profile" in str(failed.value)
    world.lives.delete(life, partial.id, {})


def test_drift_is_told_in_aws_own_values(world: World) -> None:
    life, made = world.life("queue"), world.get("queue")
    client = world.lives.client("sqs", CONTEXT)
    client.set_queue_attributes(QueueUrl=made.id, Attributes={"DelaySeconds": "7"})

    read = world.lives.read(life, made.id, made.properties, made.inputs)

    found = diff(life.facts, read.inputs, read.properties, made.inputs)
    assert found.properties == ["delaySeconds"]
    assert read.properties["delaySeconds"] == 7


def test_a_resource_can_be_imported_by_its_id_alone(world: World) -> None:
    life, made = world.life("balancer"), world.get("balancer")

    read = world.lives.read(life, made.id, {}, {})

    assert read.inputs["idleTimeout"] == made.properties["idleTimeout"]
    assert read.properties["dnsName"] == made.properties["dnsName"]
    assert "dnsName" not in read.inputs


def test_the_zone_that_configuration_names_has_a_stand_in(world: World) -> None:
    token, zone = "aws:route53/record:Record", "Z0123456789ABCDEFGHIJ"
    given: Properties = {
        "zoneId": zone,
        "name": "api.dev.chat.example.com",
        "type": "CNAME",
        "ttl": 60,
        "records": ["a.example.com"],
    }
    life = Life(token, "record", facts.resource(token), CONTEXT)

    made = world.lives.create(life, given, 0)

    answer = world.lives.client("route53", CONTEXT).get_hosted_zone(Id=zone)
    assert made.id == f"{zone}_api.dev.chat.example.com_CNAME"
    assert answer["HostedZone"]["Name"] == "example.com."
    world.lives.delete(life, made.id, made.properties)


def test_what_is_gone_is_read_as_nothing(world: World) -> None:
    assert world.lives.read(world.life("queue"), "http://127.0.0.1/1/none", {}, {}).id == ""


def test_what_aws_would_refuse_is_refused_before_anything_is_made(world: World) -> None:
    token = "aws:lb/loadBalancer:LoadBalancer"
    life = Life(token, "one", facts.resource(token), CONTEXT)

    with pytest.raises(LifeError, match="subnets must be in at least two zones"):
        world.lives.create(life, {"name": "one", "subnets": ["subnet-1"]}, 0)


def test_nothing_is_begun_after_a_cancellation(world: World) -> None:
    lives = AwsLives(lambda: "http://127.0.0.1:1")
    lives.cancel()

    with pytest.raises(LifeError, match="the operation was cancelled"):
        lives.create(world.life("queue"), {"name": "q"}, 0)
