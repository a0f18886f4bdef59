"""Where AWS is: regions with their zones and well-known accounts, as AWS documents them."""

from __future__ import annotations

from typing import Final

DEFAULT_REGION: Final = "us-east-1"
ACCOUNT: Final = "123456789012"
"""The account that the offline provider answers as; AWS uses it in its own documentation."""

# Regions whose zones are not simply a, b, c.
_ZONES: Final = {
    "us-east-1": "abcdef",
    "us-west-1": "ac",
    "us-west-2": "abcd",
    "ap-northeast-1": "acd",
    "ap-northeast-2": "abcd",
    "ca-central-1": "abd",
}

# The account that writes load balancer access logs, for the older regions.
LOG_ACCOUNTS: Final = {
    "us-east-1": "127311923021", "us-east-2": "033677994240", "us-west-1": "027434742980",
    "us-west-2": "797873946194", "af-south-1": "098369216593", "ca-central-1": "985666609251",
    "eu-central-1": "054676820928", "eu-west-1": "156460612806", "eu-west-2": "652711504416",
    "eu-west-3": "009996457667", "eu-north-1": "897822967062", "eu-south-1": "635631232127",
    "ap-east-1": "754344448648", "ap-northeast-1": "582318560864",
    "ap-northeast-2": "600734575887", "ap-northeast-3": "383597477331",
    "ap-southeast-1": "114774131450", "ap-southeast-2": "783225319266",
    "ap-south-1": "718504428378", "me-south-1": "076674570225", "sa-east-1": "507241528517",
}  # fmt: skip

# The Route 53 zone of application load balancers.
BALANCER_ZONES: Final = {
    "us-east-1": "Z35SXDOTRQ7X7K", "us-east-2": "Z3AADJGX6KTTL2", "us-west-1": "Z368ELLRRE2KJ0",
    "us-west-2": "Z1H1FL5HABSF5", "ca-central-1": "ZQSVJUPU6J1EY",
    "eu-central-1": "Z215JYRZR1TBD5", "eu-west-1": "Z32O12XQLNTSW2",
    "eu-west-2": "ZHURV8PSTC4K8", "eu-west-3": "Z3Q77PNBQS71R4", "eu-north-1": "Z23TAZ6LKFMNIO",
    "ap-northeast-1": "Z14GRHDCWA56QT", "ap-northeast-2": "ZWKZPGTI48KDX",
    "ap-southeast-1": "Z1LMS91P8CMLE5", "ap-southeast-2": "Z1GM3OXH4ZPM65",
    "ap-south-1": "ZP97RAFLXTNZK", "sa-east-1": "Z2P70J7HTTTPLU",
}  # fmt: skip


def zones(region: str) -> list[str]:
    """The names of a region's availability zones."""
    return [region + letter for letter in _ZONES.get(region, "abc")]


def zone_id(region: str, zone: str) -> str:
    """A zone's account-independent id, such as `use1-az1`."""
    area, *way, number = region.split("-")
    short = "".join(_direction(part) for part in way)
    return f"{area}{short}{number}-az{zones(region).index(zone) + 1}"


def _direction(word: str) -> str:
    for first in ("north", "south"):
        if word.startswith(first) and word != first:
            return first[0] + word[len(first)]
    return word[0]


def partition(region: str) -> str:
    """`aws`, `aws-cn` or `aws-us-gov`."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def dns_suffix(region: str) -> str:
    """The domain of a region's services."""
    return "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
