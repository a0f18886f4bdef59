"""The way in from the internet: an application load balancer that speaks TLS only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.context import Context
from infra.plan.names import Kind
from infra.plan.routing import HTTP_PORT, HTTPS_PORT, IDLE_TIMEOUT_SECONDS, TLS_POLICY


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancerArgs:
    """Where it stands, its certificate, and the bucket of its access logs."""

    context: Context
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    certificate_arn: pulumi.Input[str]
    log_bucket: pulumi.Input[str]
    deletion_protection: bool


class LoadBalancer(Component):
    """A load balancer that sends HTTP to HTTPS, and answers 404 to what no rule claims.

    `wait_for` is what lets it write its access logs: AWS tries, and refuses to log otherwise.
    """

    arn: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    zone_id: pulumi.Output[str]
    listener_arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        args: LoadBalancerArgs,
        wait_for: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("LoadBalancer", name, args, opts)
        balancer = aws.lb.LoadBalancer(
            f"{name}-balancer",
            name=args.context.name(Kind.LOAD_BALANCER),
            load_balancer_type="application",
            internal=False,
            ip_address_type="ipv4",
            subnets=list(args.subnet_ids),
            security_groups=[args.security_group_id],
            idle_timeout=IDLE_TIMEOUT_SECONDS,
            enable_http2=True,
            drop_invalid_header_fields=True,
            desync_mitigation_mode="defensive",
            enable_deletion_protection=args.deletion_protection,
            access_logs={"bucket": args.log_bucket, "enabled": True},
            tags=args.context.tags("alb"),
            opts=self.child(depends_on=wait_for),
        )
        self._redirect(name, args, balancer)
        self.listener_arn = self._serve(name, args, balancer).arn
        self.arn = balancer.arn
        self.arn_suffix = balancer.arn_suffix
        self.dns_name = balancer.dns_name
        self.zone_id = balancer.zone_id
        self.register_outputs({"dnsName": self.dns_name, "listenerArn": self.listener_arn})

    def _redirect(self, name: str, args: LoadBalancerArgs, balancer: aws.lb.LoadBalancer) -> None:
        aws.lb.Listener(
            f"{name}-http",
            load_balancer_arn=balancer.arn,
            port=HTTP_PORT,
            protocol="HTTP",
            default_actions=[
                {
                    "type": "redirect",
                    "redirect": {
                        "port": str(HTTPS_PORT),
                        "protocol": "HTTPS",
                        "status_code": "HTTP_301",
                    },
                }
            ],
            tags=args.context.tags(),
            opts=self.child(),
        )

    def _serve(
        self, name: str, args: LoadBalancerArgs, balancer: aws.lb.LoadBalancer
    ) -> aws.lb.Listener:
        return aws.lb.Listener(
            f"{name}-https",
            load_balancer_arn=balancer.arn,
            port=HTTPS_PORT,
            protocol="HTTPS",
            ssl_policy=TLS_POLICY,
            certificate_arn=args.certificate_arn,
            default_actions=[
                {
                    "type": "fixed-response",
                    "fixed_response": {
                        "content_type": "application/json",
                        "message_body": json.dumps({"error": "not found"}),
                        "status_code": "404",
                    },
                }
            ],
            tags=args.context.tags(),
            opts=self.child(),
        )
