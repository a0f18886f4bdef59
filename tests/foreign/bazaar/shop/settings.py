"""What every part of the shop needs to know: names, places, and the faults that were asked for."""

from __future__ import annotations

import os
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

HOUR = 3600
DAY = 24 * HOUR
YEAR_OF_LOGS = 365


def faulty(name: str) -> bool:
    """Whether the fault of this name was asked for in BAZAAR_FAULTS (names, or `all`)."""
    planted = {one.strip() for one in os.environ.get("BAZAAR_FAULTS", "").split(",")}
    return "all" in planted or name in planted


@dataclass(frozen=True)
class Settings:
    """The configuration of a stack and its two providers."""

    suffix: str
    domain: str
    region: str
    account: str
    zones: list[str]
    on_call: str
    home: aws.Provider
    virginia: aws.Provider

    def named(self, what: str) -> str:
        """A physical name: what it is, and whose."""
        return f"{what}-{self.suffix}"

    def arn(self, service: str, rest: str) -> str:
        """An ARN in the home region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def releases(self, region: str) -> str:
        """The bucket of the build, which is another stack's, with packages by commit."""
        return f"bazaar-releases-{self.account}-{region}"

    def here(self) -> pulumi.ResourceOptions:
        """Options for what lives in the home region."""
        return pulumi.ResourceOptions(provider=self.home)

    def near_viewers(self) -> pulumi.ResourceOptions:
        """Options for what CloudFront wants in us-east-1."""
        return pulumi.ResourceOptions(provider=self.virginia)


def load() -> Settings:
    """Read the stack's configuration."""
    config = pulumi.Config("bazaar")
    suffix = config.get("suffix") or pulumi.get_stack()
    region = aws.config.region or "eu-west-1"
    tags = {"project": "bazaar", "stack": suffix, "owner": "storefront", "managed-by": "pulumi"}
    home = aws.Provider("home", region=region, default_tags={"tags": tags})
    virginia = aws.Provider(
        "virginia", region="us-east-1", default_tags=aws.ProviderDefaultTagsArgs(tags=tags)
    )
    options = pulumi.InvokeOptions(provider=home)
    return Settings(
        suffix=suffix,
        domain=config.get("domain") or "bazaar-shop.com",
        region=region,
        account=aws.get_caller_identity(opts=options).account_id,
        zones=[f"{region}a", f"{region}b"],
        on_call=config.get("onCall") or "on-call@bazaar-shop.com",
        home=home,
        virginia=virginia,
    )
