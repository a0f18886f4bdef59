"""RDS Proxy: many tasks share the database's few connections (chat spec 001, RDS)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.context import Context
from infra.plan.iam import document, trust
from infra.plan.names import Kind
from infra.plan.task_policies import read_secrets

_PART = "postgres"
_BORROW_SECONDS = 30
"""How long a query waits for a connection. AWS's default of two minutes is longer than any caller
waits: the queue would be full of queries whose answer nobody hears."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseProxyArgs:
    """The instance behind the proxy, the one secret it may read, and how it shares connections.

    `max_connections_percent` is of the database's own limit; `idle_client_timeout` in seconds.
    The subnets are those of `zones`, two at least, which `infra.config` sees to.
    """

    context: Context
    database_identifier: pulumi.Input[str]
    secret_arn: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    max_connections_percent: int
    idle_client_timeout: int
    zones: tuple[str, ...]
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    log_days: int
    log_key_arn: pulumi.Input[str]


class DatabaseProxy(Component):
    """A proxy that takes TLS connections of the services' user only, and leads to the primary.

    It can't sign in before the database setup has made that user; it tries again by itself.

    RDS can't give a proxy other subnets. With another zone there comes another proxy, which is
    why the zones are in its name: so the new one can be made, and the services be told of it,
    before the old one goes.
    """

    name: str
    address: pulumi.Output[str]

    def __init__(
        self, name: str, args: DatabaseProxyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("DatabaseProxy", name, args, opts)
        self._args = args
        self._name = name
        letters = "".join(zone[-1] for zone in args.zones)
        self.name = args.context.name(Kind.PROXY, f"{_PART}-{letters}")
        role = self._role()
        proxy = self._proxy(role, [self._permission(role), self._log()])
        self._lead_to_database(proxy)
        self.address = proxy.endpoint
        self.register_outputs({"address": self.address})

    def _log(self) -> aws.cloudwatch.LogGroup:
        # RDS would make the group itself, to be kept for ever and without our key.
        return aws.cloudwatch.LogGroup(
            f"{self._name}-log",
            name=f"/aws/rds/proxy/{self.name}",
            retention_in_days=self._args.log_days,
            kms_key_id=self._args.log_key_arn,
            tags=self._args.context.tags(),
            opts=self.child(),
        )

    def _role(self) -> aws.iam.Role:
        context = self._args.context
        return aws.iam.Role(
            f"{self._name}-role",
            name=context.name(Kind.ROLE, "postgres-proxy"),
            description="Reads the credentials that the proxy signs in with",
            assume_role_policy=json.dumps(trust("rds", context.place, always_told=False)),
            tags=context.tags(),
            opts=self.child(),
        )

    def _permission(self, role: aws.iam.Role) -> aws.iam.RolePolicy:
        args = self._args
        statements = read_secrets(args.context.place, (args.secret_arn,), args.key_arn)
        return aws.iam.RolePolicy(
            f"{self._name}-read-secret",
            name="read-secret",
            role=role.name,
            policy=pulumi.Output.json_dumps(document(statements)),
            opts=self.child(),
        )

    def _proxy(self, role: aws.iam.Role, wait_for: Sequence[pulumi.Resource]) -> aws.rds.Proxy:
        args = self._args
        return aws.rds.Proxy(
            f"{self._name}-proxy",
            name=self.name,
            engine_family="POSTGRESQL",
            auths=[
                {
                    "auth_scheme": "SECRETS",
                    "secret_arn": args.secret_arn,
                    "iam_auth": "DISABLED",
                    "client_password_auth_type": "POSTGRES_SCRAM_SHA_256",
                    "description": "The user of the services",
                }
            ],
            role_arn=role.arn,
            require_tls=True,
            idle_client_timeout=args.idle_client_timeout,
            # It would log every statement, with what users write to each other.
            debug_logging=False,
            vpc_subnet_ids=list(args.subnet_ids),
            vpc_security_group_ids=[args.security_group_id],
            tags=args.context.tags(_PART),
            opts=self.child(depends_on=wait_for),
        )

    def _lead_to_database(self, proxy: aws.rds.Proxy) -> None:
        args = self._args
        group = aws.rds.ProxyDefaultTargetGroup(
            f"{self._name}-connections",
            db_proxy_name=proxy.name,
            connection_pool_config={
                "max_connections_percent": args.max_connections_percent,
                # Half of them may stay open unused, ready for the next peak.
                "max_idle_connections_percent": args.max_connections_percent // 2,
                "connection_borrow_timeout": _BORROW_SECONDS,
            },
            opts=self.child(),
        )
        aws.rds.ProxyTarget(
            f"{self._name}-target",
            db_proxy_name=proxy.name,
            target_group_name=group.name,
            db_instance_identifier=args.database_identifier,
            opts=self.child(),
        )
