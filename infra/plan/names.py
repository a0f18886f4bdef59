"""Physical names: one rule for all of them, and the length that AWS allows for each kind.

A name is `<system>-<stack>-<part>`. One that is too long for its kind keeps its beginning and
ends in a hash of the whole, so that two long names stay two; none is ever cut silently.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import Enum

_HASH_LENGTH = 8
_AUTONAME_LENGTH = 8
"""Pulumi's automatic naming appends a hyphen and seven hexadecimal digits."""


class Kind(Enum):
    """A kind of named thing; the value's second part is the length AWS allows.

    Sources: the validation rules of the AWS provider, and the API references of each service.
    """

    LOAD_BALANCER = ("load balancer", 32)
    ROLE = ("IAM role", 64)
    ROLE_POLICY = ("IAM inline policy", 128)
    KEY_ALIAS = ("KMS alias", 256 - len("alias/"))
    LOG_GROUP = ("log group", 512)
    LOG_POLICY = ("log resource policy", 255)
    CLUSTER = ("ECS cluster", 255)
    SERVICE = ("ECS service", 255)
    TASK_FAMILY = ("task definition family", 255)
    NAMESPACE = ("Cloud Map namespace", 1024)
    REPOSITORY = ("ECR repository", 256)
    DATABASE = ("RDS instance", 63)
    PROXY = ("RDS proxy", 63)
    SNAPSHOT = ("RDS snapshot", 255)
    SUBNET_GROUP = ("subnet group", 255)
    CACHE = ("ElastiCache replication group", 40)
    CACHE_SNAPSHOT = ("ElastiCache snapshot", 50)
    QUEUE = ("SQS queue", 80)
    SECRET = ("secret", 512)
    FUNCTION = ("Lambda function", 64)
    APPLICATION_STACK = ("CloudFormation stack", 128 - len("serverlessrepo-"))
    TOPIC = ("SNS topic", 256)
    ALARM = ("alarm", 255)
    DASHBOARD = ("dashboard", 255)
    SCALING_POLICY = ("scaling policy", 255)
    WEB_ACL = ("web ACL", 128)
    FIREWALL_LOG_GROUP = ("log group of a web ACL", 512 - len("aws-waf-logs-"))
    BACKUP_VAULT = ("backup vault", 50)
    BACKUP_PLAN = ("backup plan", 50)
    BACKUP_SELECTION = ("backup selection", 50)
    TAG = ("tag value", 256)
    # Named automatically, because AWS makes the new one while the old one is still in use:
    # their stems must leave room for what the automatic naming appends.
    TARGET_GROUP = ("target group", 32 - _AUTONAME_LENGTH)
    BUCKET = ("S3 bucket", 63 - _AUTONAME_LENGTH)
    SECURITY_GROUP = ("security group", 255 - _AUTONAME_LENGTH)
    PARAMETER_GROUP = ("parameter group", 255 - _AUTONAME_LENGTH)

    @property
    def limit(self) -> int:
        """The number of characters that AWS allows for such a name, or for its stem."""
        return self.value[1]


STACK_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""What every kind of name can carry: RDS and S3 take no capitals and no doubled hyphens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names of one stack of one system."""

    system: str
    stack: str

    def of(self, kind: Kind, part: str = "") -> str:
        """The name of the `part` of this stack, shortened with a hash where AWS demands it."""
        whole = "-".join(piece for piece in (self.system, self.stack, part) if piece)
        return fit(whole, kind.limit)

    def path(self, kind: Kind, part: str) -> str:
        """The same with slashes, for services whose names are paths (ECR, Secrets Manager)."""
        return fit(f"{self.system}-{self.stack}/{part}", kind.limit)

    def log_group(self, service: str, part: str) -> str:
        """The name of a log group below the path of the AWS service that writes to it."""
        return fit(f"/{service}/{self.system}-{self.stack}/{part}", Kind.LOG_GROUP.limit)


def fit(name: str, limit: int) -> str:
    """`name` itself where it has at most `limit` characters, else its beginning and a hash."""
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_HASH_LENGTH]
    return f"{name[: limit - _HASH_LENGTH - 1].rstrip('-/')}-{digest}"
