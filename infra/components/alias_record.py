"""A name in DNS for a load balancer."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasRecordArgs:
    """The name, its zone, and the load balancer's own name and zone."""

    domain_name: str
    hosted_zone_id: str
    target_dns_name: pulumi.Input[str]
    target_zone_id: pulumi.Input[str]


class AliasRecord(Component):
    """A Route 53 alias: it follows the load balancer's addresses, and costs no lookup."""

    def __init__(
        self, name: str, args: AliasRecordArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("AliasRecord", name, args, opts)
        aws.route53.Record(
            f"{name}-record",
            zone_id=args.hosted_zone_id,
            name=args.domain_name,
            type="A",
            aliases=[
                {
                    "name": args.target_dns_name,
                    "zone_id": args.target_zone_id,
                    "evaluate_target_health": True,
                }
            ],
            opts=self.child(),
        )
        self.register_outputs({})
