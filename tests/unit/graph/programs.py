"""A small program that uses all that a source of graphs has to keep."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

PASSWORD = "hunter2-canary"
CONFIG = {"aws:region": "eu-central-1", "plumbline:password": PASSWORD}
SECRET_CONFIG = ("plumbline:password",)


class Inner(pulumi.ComponentResource):
    """The second of two nested components."""

    def __init__(self, name: str, opts: ResourceOptions) -> None:
        super().__init__("plumbline:test:Inner", name, {}, opts)
        self.queue = aws.sqs.Queue(
            f"{name}-queue",
            visibility_timeout_seconds=60,
            opts=ResourceOptions(
                parent=self,
                protect=True,
                ignore_changes=["tags"],
                custom_timeouts=pulumi.CustomTimeouts(create="1h30m"),
                aliases=[pulumi.Alias(name="old-queue")],
            ),
        )
        self.register_outputs({"url": self.queue.url})


class Outer(pulumi.ComponentResource):
    """The first of two nested components."""

    def __init__(self, name: str) -> None:
        super().__init__("plumbline:test:Outer", name)
        self.inner = Inner(f"{name}-inner", ResourceOptions(parent=self))
        self.register_outputs({})


def program() -> None:
    """Two nested components, references, secrets, an explicit provider, outputs."""
    password = pulumi.Config("plumbline").require_secret("password")
    outer = Outer("outer")
    topic = aws.sns.Topic("topic", tags={"owner": "us"})
    aws.sns.TopicSubscription(
        "subscription", topic=topic.arn, protocol="sqs", endpoint=outer.inner.queue.arn
    )
    secret = aws.secretsmanager.Secret("secret")
    aws.secretsmanager.SecretVersion("version", secret_id=secret.id, secret_string=password)
    elsewhere = aws.Provider("elsewhere", region="eu-west-1")
    aws.cloudwatch.LogGroup(
        "logs",
        retention_in_days=30,
        opts=ResourceOptions(provider=elsewhere, depends_on=[topic], delete_before_replace=True),
    )
    pulumi.export("topic", topic.arn)
    pulumi.export("password", password)
