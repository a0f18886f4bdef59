"""A TLS certificate, proven by a DNS record and renewed by AWS."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.context import Context

_RECORD_TTL_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateArgs:
    """The host name to certify, and the zone in which to prove that it's ours."""

    context: Context
    domain_name: str
    hosted_zone_id: str


class Certificate(Component):
    """An ACM certificate; its ARN is there once the certificate is valid."""

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: CertificateArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Certificate", name, args, opts)
        certificate = aws.acm.Certificate(
            f"{name}-certificate",
            domain_name=args.domain_name,
            validation_method="DNS",
            tags=args.context.tags(args.domain_name),
            opts=self.child(),
        )
        option = certificate.domain_validation_options[0]
        record = aws.route53.Record(
            f"{name}-validation-record",
            zone_id=args.hosted_zone_id,
            name=option.resource_record_name,
            type=option.resource_record_type,
            records=[option.resource_record_value],
            ttl=_RECORD_TTL_SECONDS,
            # The record is the same for every certificate of a name in an account: a second
            # stack, or the successor of this certificate, finds it there already.
            allow_overwrite=True,
            opts=self.child(),
        )
        validation = aws.acm.CertificateValidation(
            f"{name}-validation",
            certificate_arn=certificate.arn,
            validation_record_fqdns=[record.fqdn],
            opts=self.child(),
        )
        self.arn = validation.certificate_arn
        self.register_outputs({"arn": self.arn})
