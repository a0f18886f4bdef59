"""Where a check of checkov and a rule of ours judge the same thing, and why they sometimes differ.

`STRICTER`: we object, checkov does not; `LOOSER`: it objects, we do not. Each difference that the fixtures show has its
reason here, and each reason has its difference: the test of agreement sees to both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

STRICTER: Final = "stricter"
LOOSER: Final = "looser"


@dataclass(frozen=True, slots=True)
class Pair:
    """A check and the rule that judges the same."""

    checks: tuple[str, ...]
    rule: str
    # Whether they name different resources for the same fault: then whole stacks are compared.
    whole: bool = False
    reasons: Mapping[str, str] = field(default_factory=dict[str, str])


PAIRS: Final = (
    Pair(("CKV_AWS_16",), "rds-encrypted"),
    Pair(("CKV_AWS_17",), "rds-not-public"),
    Pair(("CKV_AWS_157",), "rds-multi-az"),
    Pair(("CKV_AWS_293",), "rds-deletion-protection"),
    Pair(
        ("CKV2_AWS_69",),
        "rds-force-ssl",
        reasons={
            STRICTER: "an instance of a version before 15 with no parameter group of its own; it judges groups only"
        },
    ),
    Pair(
        ("CKV_AWS_29",),
        "redis-encrypted-at-rest",
        reasons={LOOSER: "Valkey is encrypted where nobody says otherwise; it knows Redis only"},
    ),
    Pair(
        ("CKV_AWS_30",),
        "redis-encrypted-in-transit",
        reasons={
            LOOSER: "Valkey takes TLS where nobody says otherwise; it knows Redis only",
            STRICTER: "mode `preferred` also takes connections without TLS; it looks at the switch only",
        },
    ),
    Pair(
        ("CKV_AWS_31",),
        "redis-auth",
        reasons={
            LOOSER: "users of a group sign in too, and TLS is another rule's affair; it wants the one token and TLS"
        },
    ),
    Pair(
        ("CKV2_AWS_50",),
        "redis-failover",
        reasons={
            STRICTER: "it looks at one switch, not at zones and at whether there is a replica"
        },
    ),
    Pair(("CKV_AWS_26",), "sns-encrypted"),
    Pair(("CKV_AWS_168",), "messaging-not-public"),
    Pair(("CKV_AWS_169",), "messaging-not-public"),
    Pair(("CKV_AWS_7",), "kms-key-rotation"),
    Pair(
        ("CKV_AWS_66",),
        "log-group-retention",
        reasons={
            STRICTER: "we demand a week; it takes any retention, and 0, which is for ever, for one"
        },
    ),
    Pair(("CKV_AWS_65",), "ecs-container-insights"),
    Pair(("CKV_AWS_333",), "ecs-no-public-ip"),
    Pair(
        ("CKV_AWS_334",),
        "ecs-not-privileged",
        reasons={STRICTER: "it reads the key `privilege`, which no container has"},
    ),
    Pair(("CKV_AWS_51",), "ecr-immutable-tags"),
    Pair(
        ("CKV_AWS_163",),
        "ecr-scan-on-push",
        reasons={
            LOOSER: "the registry's own scanning covers its repositories; it looks at each repository only"
        },
    ),
    Pair(
        ("CKV_AWS_2",),
        "alb-http-redirects",
        reasons={
            LOOSER: "a listener that says no protocol; it wants HTTP said even of one that redirects",
            STRICTER: "a listener whose protocol is in lower case, as AWS takes it too",
        },
    ),
    Pair(
        ("CKV2_AWS_20",),
        "alb-http-redirects",
        whole=True,
        reasons={
            LOOSER: "a listener that says no protocol; it wants HTTP said even of one that redirects",
            STRICTER: "a listener whose protocol is in lower case, as AWS takes it too",
        },
    ),
    Pair(
        ("CKV_AWS_91",),
        "alb-access-logs",
        reasons={STRICTER: "logs that have no bucket to go to; it looks at the switch only"},
    ),
    Pair(
        ("CKV_AWS_103",),
        "alb-modern-tls",
        reasons={STRICTER: "we demand TLS 1.3; it is content with 1.2"},
    ),
    Pair(("CKV_AWS_131",), "alb-drop-invalid-headers"),
    Pair(("CKV_AWS_150",), "alb-deletion-protection"),
    Pair(
        ("CKV_AWS_261",),
        "target-group-health-check",
        reasons={STRICTER: "a check that is switched off; it looks at its path only"},
    ),
    Pair(
        ("CKV2_AWS_28",),
        "alb-waf",
        reasons={
            STRICTER: "a web ACL of CloudFront's scope cannot guard a balancer; it looks for any association"
        },
    ),
    Pair(
        ("CKV_AWS_175",),
        "waf-has-rules",
        reasons={
            STRICTER: "a web ACL without any rule; it judges only rules that are there",
            LOOSER: "rules that are given as JSON, which it does not read",
        },
    ),
    Pair(
        ("CKV_AWS_192",),
        "waf-managed-groups",
        reasons={
            STRICTER: "common rules that only count, or are another vendor's; it looks for known bad inputs only"
        },
    ),
    Pair(("CKV2_AWS_31",), "waf-logging", reasons={STRICTER: "logging that has no destination"}),
    Pair(
        ("CKV_AWS_130",),
        "subnet-no-public-ip-by-default",
        reasons={STRICTER: "we judge IPv6 addresses too"},
    ),
    Pair(
        ("CKV2_AWS_11",), "vpc-flow-logs", reasons={STRICTER: "flow logs of accepted traffic only"}
    ),
    Pair(
        ("CKV_AWS_46",),
        "no-secrets-in-user-data",
        reasons={
            STRICTER: "it knows AWS's keys only; we any assignment to a name like `password`, and encoded scripts"
        },
    ),
    Pair(
        ("CKV_AWS_60",),
        "iam-trust-closed",
        reasons={
            STRICTER: "the text `*` and `NotPrincipal`; it reads a principal of AWS in a map only"
        },
    ),
    Pair(
        ("CKV_AWS_62",),
        "iam-no-admin-statements",
        reasons={STRICTER: "`*:*` and `NotAction` allow everything too; it looks for `*` only"},
    ),
    Pair(
        ("CKV_AWS_63",),
        "iam-no-wildcard-actions",
        reasons={STRICTER: "we demand actions in full; it objects to the bare `*` only"},
    ),
    Pair(
        ("CKV_AWS_355",),
        "iam-no-wildcard-resources",
        reasons={
            STRICTER: "ARNs that name a service only, `NotResource`, actions that it does not know as restrictable",
            LOOSER: "a statement whose Sid says why; it knows no such custom",
        },
    ),
    Pair(
        ("CKV_AWS_274",),
        "iam-no-admin-policies",
        reasons={STRICTER: "AWS has more policies that give everything than AdministratorAccess"},
    ),
    Pair(("CKV_AWS_21",), "s3-versioning"),
    Pair(
        ("CKV2_AWS_34",),
        "ssm-secure-string",
        reasons={LOOSER: "it wants every parameter encrypted; we those that hold a secret"},
    ),
    Pair(
        ("CKV_AWS_166",),
        "backup-vault-encrypted",
        reasons={STRICTER: "AWS's own key for backups is no key of one's own"},
    ),
    Pair(("CKV_AWS_304",), "secret-rotation-schedule"),
    Pair(
        ("CKV2_AWS_6", "CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56"),
        "s3-public-access-blocked",
        whole=True,
    ),
    Pair(
        ("CKV_AWS_20", "CKV_AWS_57", "CKV_AWS_70"),
        "s3-not-public",
        whole=True,
        reasons={
            LOOSER: "an account that is named, a condition, a block of the account, a website make a difference for us",
            STRICTER: "grants to groups, inline or in a policy of access; it reads canned lists only",
        },
    ),
    Pair(
        ("CKV_AWS_336",),
        "ecs-read-only-files",
        reasons={
            STRICTER: "what is unknown in part is unknown as a whole in a plan; we read the rest"
        },
    ),
    Pair(("CKV_AWS_335",), "ecs-no-host-namespaces"),
    Pair(("CKV_AWS_97",), "ecs-volumes-encrypted-in-transit"),
    Pair(("CKV_AWS_332",), "ecs-newest-platform"),
    Pair(("CKV_AWS_79",), "ec2-imdsv2"),
    Pair(
        ("CKV_AWS_88",),
        "ec2-no-public-address",
        reasons={STRICTER: "the subnet gives every server an address; it looks at the server only"},
    ),
    Pair(("CKV_AWS_3",), "ebs-encrypted"),
    Pair(
        ("CKV_AWS_8",),
        "ec2-disks-encrypted",
        reasons={
            LOOSER: "a disk that says nothing follows the account's default, which `ebs-encryption-by-default` judges"
        },
    ),
    Pair(("CKV_AWS_106",), "ebs-encryption-by-default"),
    Pair(
        ("CKV_AWS_301",),
        "lambda-not-public",
        whole=True,
        reasons={LOOSER: "the caller's account or organization closes a permission for everybody"},
    ),
    Pair(
        ("CKV_AWS_258",),
        "lambda-url-authenticated",
        reasons={STRICTER: "a URL that does not say; it objects to NONE only"},
    ),
    Pair(
        ("CKV_AWS_50",),
        "lambda-tracing",
        reasons={STRICTER: "`PassThrough` leaves it to the caller; it is content with any mode"},
    ),
    Pair(
        ("CKV_AWS_364",),
        "lambda-permission-narrow",
        reasons={
            LOOSER: "an organization narrows a permission too",
            STRICTER: "a bucket's ARN names no account, and its name may become somebody else's",
        },
    ),
)

NOT_COMPARED: Final = {
    "CKV_AWS_24, CKV_AWS_25, CKV_AWS_277": "they ask for one port each, `no-internet-to-admin-ports` for every port "
    "of administration and of databases",
    "CKV_AWS_133": "asks whether the retention is 0 and takes silence for 1; `rds-backups` demands 7 days, and knows "
    "that the provider sends 0 where the program is silent",
    "CKV_AWS_249": "asks whether two roles are the same; `ecs-separate-roles` also that there are two, and that no "
    "other service has them",
    "CKV2_AWS_12": "asks whether a VPC has the resource that closes its default group; "
    "`default-security-group-closed` judges that resource's rules",
    "CKV_AWS_379": "judges a policy inside the bucket only, which the provider no longer takes; `s3-tls-only` judges "
    "policies beside it",
    "CKV_AWS_27": "asks whether encryption is asked for; `sqs-encrypted` whether anybody switched off what AWS does of "
    "itself",
    "CKV_AWS_363": "knows retired runtimes; `lambda-runtime-supported` knows supported ones, and demands one",
    "CKV_AWS_116": "asks each function for a queue of failures; `lambda-failures-kept` those that are called "
    "asynchronously",
}
"""Checks that sound like a rule of ours and ask something else."""
