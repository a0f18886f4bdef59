"""The policy of a bucket that load balancers write their access logs to."""

from __future__ import annotations

from infra.plan.context import Place
from infra.plan.iam import Statement, document, encrypted_transport_only

_LOG_DELIVERY = "logdelivery.elasticloadbalancing.amazonaws.com"


def bucket_policy(place: Place, bucket: str) -> dict[str, object]:
    """Let log delivery write below this account's prefix, and nobody speak without TLS."""
    arn = place.bucket_arn(bucket)
    return document(
        [
            Statement[str](
                sid="LoadBalancersWriteLogs",
                actions=("s3:PutObject",),
                resources=(f"{arn}/AWSLogs/{place.account}/*",),
                principals={"Service": _LOG_DELIVERY},
            ),
            encrypted_transport_only("s3:*", arn, f"{arn}/*"),
        ]
    )
