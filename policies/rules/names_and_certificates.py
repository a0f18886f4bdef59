"""Names and certificates: keys that are long enough, and a record of who asked for which name."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_ZONE = "aws:route53/zone:Zone"
_QUERY_LOG = "aws:route53/queryLog:QueryLog"


@rule(
    "acm-key-length",
    applies_to=(types.CERTIFICATE,),
    title="Certificates have RSA keys of 2048 bits or more",
    why="A key of 1024 bits can be broken by whoever has the machines for it.",
    requirement="AWS FSBP ACM.2",
    mend="Set key_algorithm='RSA_2048' (or an elliptic curve) on the aws.acm.Certificate.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP ACM.2",),
)
def acm_key_length(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The key is not RSA of 1024 bits; AWS's default is RSA of 2048.

    What key an imported certificate has is told by its body, which AWS reads.
    """
    algorithm = resource["keyAlgorithm"]
    imported = resource["certificateBody"].is_set()
    if algorithm.absent and imported is not Truth.NO:
        yield Check(Truth.UNKNOWN, "its key is that of an imported certificate", "certificateBody")
    else:
        yield Check(~algorithm.equals("RSA_1024"), f"its key is {algorithm.text()}", "keyAlgorithm")


@stack_rule(
    "route53-query-logging",
    title="Public zones log the queries they answer",
    why="Whoever explores a system begins with its names; the log shows it.",
    requirement="AWS FSBP Route53.2",
    mend="Create an aws.route53.QueryLog with zone_id=zone.zone_id and a log group of us-east-1.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP Route53.2",),
)
def route53_query_logging(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A query log names each zone that belongs to no VPC."""
    for zone in graph.of_type(_ZONE):
        private = given(zone, "vpcs").any(lambda _: Truth.YES)
        if private is not Truth.YES:
            logs = zone.referrers(_QUERY_LOG, property="zoneId")
            truth = private | Truth.of(bool(logs))
            yield Check(truth, "its queries are not logged", resource=zone)
