"""Where and for whom a stack is built: the one object that names, tags and ARNs come from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from infra.plan.names import Kind, Names


class Environment(StrEnum):
    """Whether a stack may be lost (dev) or serves users (prod)."""

    DEV = "dev"
    PROD = "prod"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The AWS account, region and partition that a stack lives in."""

    account: str
    region: str
    partition: str

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def account_root(self) -> str:
        """The principal that stands for this account's own IAM policies."""
        return f"arn:{self.partition}:iam::{self.account}:root"

    def managed_policy(self, name: str) -> str:
        """The ARN of a policy that AWS maintains, such as "service-role/…"."""
        return f"arn:{self.partition}:iam::aws:policy/{name}"

    def bucket_arn(self, bucket: str) -> str:
        """The ARN of an S3 bucket, which names neither region nor account."""
        return f"arn:{self.partition}:s3:::{bucket}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What every component needs to name and tag what it makes."""

    project: str
    system: str
    stack: str
    environment: Environment
    place: Place

    def name(self, kind: Kind, part: str = "") -> str:
        """The physical name of `part`, or its stem where the rest is appended automatically."""
        return Names(system=self.system, stack=self.stack).of(kind, part)

    def path(self, kind: Kind, part: str) -> str:
        """The physical name of `part` with a slash, for services whose names are paths."""
        return Names(system=self.system, stack=self.stack).path(kind, part)

    def log_group(self, service: str, part: str) -> str:
        """The name of a log group, such as "/ecs/chat-prod/api"."""
        return Names(system=self.system, stack=self.stack).log_group(service, part)

    def tags(self, name: str = "") -> dict[str, str]:
        """The tags that everything carries, and `Name` for what AWS's console shows by it."""
        tags = {
            "Project": self.project,
            "System": self.system,
            "Environment": self.environment.value,
            "Stack": self.stack,
            "ManagedBy": "pulumi",
        }
        return tags | ({"Name": self.name(Kind.TAG, name)} if name else {})
