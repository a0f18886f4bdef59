"""What every part of the venue shares: settings, tags, names, and the planted faults."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import pulumi
import pulumi_aws as aws

ANYWHERE = "0.0.0.0/0"


def faulty(name: str) -> bool:
    """Whether the fault of this name is planted: `EXCHANGE_FAULTS` lists names, or says `all`."""
    planted = {one.strip() for one in os.environ.get("EXCHANGE_FAULTS", "").split(",")}
    return name in planted or "all" in planted


@dataclass(frozen=True)
class Settings:
    """Everything that differs between environments."""

    environment: str
    region: str
    account: pulumi.Output[str]
    domain: str
    release: str
    clearing_house: str
    office: str
    desk: str

    def called(self, what: str) -> str:
        """The physical name of a thing of this environment."""
        return f"exchange-{self.environment}-{what}"

    def tags(self, name: str, **more: str) -> dict[str, str]:
        return {
            "Name": self.called(name),
            "Project": "exchange",
            "Environment": self.environment,
            "Owner": "venue-platform@example.com",
            "CostCenter": "trading-1410",
            "DataClassification": "confidential",
            **more,
        }

    def arn(self, service: str, rest: str) -> pulumi.Output[str]:
        """The ARN of something regional in this account."""
        return self.account.apply(
            lambda account: f"arn:aws:{service}:{self.region}:{account}:{rest}"
        )


def load_settings() -> Settings:
    config = pulumi.Config("exchange")
    return Settings(
        environment=config.get("environment") or "prod",
        region=pulumi.Config("aws").get("region") or "eu-west-1",
        account=aws.get_caller_identity_output().account_id,
        domain=config.get("domain") or "trade.example.com",
        release=config.get("release") or "2026.11.3",
        clearing_house=config.get("clearingHouse") or "198.51.100.0/24",
        office=config.get("office") or "192.0.2.0/24",
        desk=config.get("desk") or "venue-oncall@example.com",
    )


def document(*statements: Mapping[str, object]) -> pulumi.Output[str]:
    """An IAM policy document as JSON; its statements may hold outputs."""
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})


def later(value: pulumi.Output[str]) -> str:
    """An output where the SDK's types of policy documents ask for a string, and its code does not."""
    return cast("str", value)


def log_group(
    settings: Settings,
    name: str,
    path: str,
    key: aws.kms.Key | None,
    *,
    days: int = 400,
    opts: pulumi.ResourceOptions | None = None,
) -> aws.cloudwatch.LogGroup:
    return aws.cloudwatch.LogGroup(
        name,
        name=path,
        retention_in_days=days,
        kms_key_id=key.arn if key else None,
        tags=settings.tags(name),
        opts=opts,
    )
