"""The questions that all three tools can be asked: rules of ours, in `questions.rego`, and checks of checkov."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.policy.checkov_pairs import PAIRS

REGO: Final = Path(__file__).with_name("questions.rego")
"""The questions for OPA; `QUERY` asks for all verdicts."""
QUERY: Final = "data.plumbline.verdicts"

OVER_RESOURCES: Final = (
    "alb-deletion-protection",
    "alb-drop-invalid-headers",
    "ebs-encrypted",
    "ebs-encryption-by-default",
    "ec2-imdsv2",
    "ecr-immutable-tags",
    "ecs-container-insights",
    "ecs-newest-platform",
    "ecs-no-host-namespaces",
    "ecs-no-public-ip",
    "ecs-volumes-encrypted-in-transit",
    "kms-key-rotation",
    "rds-deletion-protection",
    "rds-encrypted",
    "rds-multi-az",
    "rds-not-public",
    "secret-rotation-schedule",
    "sns-encrypted",
)
"""Rules that look at one resource each."""
JOINING: Final = ("alb-waf", "s3-versioning", "vpc-flow-logs", "waf-logging")
"""Rules that join resources."""
QUESTIONS: Final = tuple(sorted((*OVER_RESOURCES, *JOINING)))


def checks() -> Mapping[str, tuple[str, ...]]:
    """By question, the checks of checkov that ask the same."""
    paired = {pair.rule: pair.checks for pair in PAIRS}
    return {question: paired[question] for question in QUESTIONS}
