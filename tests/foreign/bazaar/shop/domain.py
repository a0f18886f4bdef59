"""Names and certificates: the zone, its signature and log, and one certificate a region."""

from __future__ import annotations

import json

import pulumi
import pulumi_aws as aws

from .settings import YEAR_OF_LOGS, Settings, faulty


class Domain(pulumi.ComponentResource):
    """The public zone of the shop, with all that resolvers may ask for."""

    def __init__(
        self, name: str, shop: Settings, key: aws.kms.Key, opts: pulumi.ResourceOptions
    ) -> None:
        super().__init__("bazaar:edge:Domain", name, None, opts)
        self._shop = shop
        self._mine = pulumi.ResourceOptions(parent=self)
        self.zone = aws.route53.Zone(
            "shop",
            name=shop.domain,
            comment="The shop",
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        if not faulty("zone-unlogged"):
            self._log(key)
        if not faulty("zone-unsigned"):
            self._sign()
        self.register_outputs({"zone": self.zone.zone_id})

    def _log(self, key: aws.kms.Key) -> None:
        group = aws.cloudwatch.LogGroup(
            "zone",
            name=f"/aws/route53/{self._shop.domain}",
            retention_in_days=YEAR_OF_LOGS,
            kms_key_id=key.arn,
            opts=self._mine,
        )
        writing = {
            "Effect": "Allow",
            "Principal": {"Service": "route53.amazonaws.com"},
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": f"arn:aws:logs:us-east-1:{self._shop.account}:log-group:/aws/route53/*",
            "Condition": {"StringEquals": {"aws:SourceAccount": self._shop.account}},
        }
        allowed = aws.cloudwatch.LogResourcePolicy(
            "zone",
            policy_name=self._shop.named("route53"),
            policy_document=json.dumps({"Version": "2012-10-17", "Statement": [writing]}),
            opts=self._mine,
        )
        aws.route53.QueryLog(
            "shop",
            zone_id=self.zone.zone_id,
            cloudwatch_log_group_arn=group.arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[allowed]),
        )

    def _sign(self) -> None:
        account = self._shop.account
        ours = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
        signing = {
            "Effect": "Allow",
            "Principal": {"Service": "dnssec-route53.amazonaws.com"},
            "Action": ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceAccount": account}},
        }
        granting = {
            **signing,
            "Action": "kms:CreateGrant",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": account},
                "Bool": {"kms:GrantIsForAWSResource": True},
            },
        }
        # Keys that sign cannot rotate by themselves.
        key = aws.kms.Key(
            "zone",
            description="Signs the zone",
            customer_master_key_spec="ECC_NIST_P256",
            key_usage="SIGN_VERIFY",
            deletion_window_in_days=30,
            policy=json.dumps({"Version": "2012-10-17", "Statement": [ours, signing, granting]}),
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        signer = aws.route53.KeySigningKey(
            "shop",
            name="shop",
            hosted_zone_id=self.zone.zone_id,
            key_management_service_arn=key.arn,
            opts=self._mine,
        )
        aws.route53.HostedZoneDnsSec(
            "shop",
            hosted_zone_id=signer.hosted_zone_id,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[signer]),
        )

    def certificate(self, name: str, host: str, provider: aws.Provider) -> pulumi.Output[str]:
        """The ARN of a certificate in the provider's region, once the zone has vouched for it."""
        there = pulumi.ResourceOptions(parent=self, provider=provider)
        certificate = aws.acm.Certificate(
            name,
            domain_name=host,
            subject_alternative_names=[f"*.{host}"],
            validation_method="DNS",
            key_algorithm="EC_prime256v1",
            opts=there,
        )
        # A host and the wildcard below it are proved by one and the same record.
        option = certificate.domain_validation_options[0]
        proof = aws.route53.Record(
            f"{name}-proof",
            zone_id=self.zone.zone_id,
            name=option["resource_record_name"],
            type=option["resource_record_type"].apply(aws.route53.RecordType),
            records=[option["resource_record_value"]],
            ttl=300,
            opts=self._mine,
        )
        return aws.acm.CertificateValidation(
            name,
            certificate_arn=certificate.arn,
            validation_record_fqdns=[proof.fqdn],
            opts=there,
        ).certificate_arn

    def alias(self, host: str, target: pulumi.Input[str], zone: pulumi.Input[str]) -> None:
        """Point a host at something of AWS's, for both families of addresses."""
        for kind in (aws.route53.RecordType.A, aws.route53.RecordType.AAAA):
            aws.route53.Record(
                f"{host}-{kind.value.lower()}",
                zone_id=self.zone.zone_id,
                name=host,
                type=kind,
                aliases=[{"name": target, "zone_id": zone, "evaluate_target_health": False}],
                opts=self._mine,
            )
