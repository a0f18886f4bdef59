"""Credentials that detect-secrets knows, loaded only for texts that already look like one.

Loading the library takes as long as judging a stack, and a stack that keeps its secrets elsewhere
has no text for it to look at.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol, cast

_PLUGINS: Final = "detect_secrets.plugins"


class _Finder(Protocol):
    """What a detector of formats can do."""

    def analyze_string(self, string: str) -> Iterator[str]:
        """The credentials in a text."""
        ...


class _Measure(Protocol):
    """What a detector of random texts can do."""

    def calculate_shannon_entropy(self, data: str) -> float:
        """Bits a character."""
        ...


@dataclass(frozen=True, slots=True)
class _Detector:
    """One detector of the library: its class, what it finds in words, and what a find begins with.

    The mark decides by itself whether the library is worth loading.
    """

    place: str
    words: str
    mark: str


# Those that go by a variable's name alone (IBM, SoftLayer's key) are left out: names have rules of
# their own. So are those that any word may match (Artifactory's password, public addresses).
_DETECTORS: Final = (
    _Detector("aws.AWSKeyDetector", "an AWS key", r"\b(?:A3T[A-Z0-9]|ABIA|ACCA)[0-9A-Z]{16}\b"),
    _Detector(
        "aws.AWSKeyDetector", "an AWS secret key", r"(?i:aws.{0,50}?['\"][0-9a-z/+]{40}['\"])"
    ),
    _Detector("artifactory.ArtifactoryDetector", "an Artifactory token", r"\bAKC[a-zA-Z0-9]{10}"),
    _Detector("azure_storage_key.AzureStorageKeyDetector", "an Azure storage key", "AccountKey="),
    _Detector("cloudant.CloudantDetector", "a Cloudant password", r"\bclou(?:d)?ant"),
    _Detector(
        "discord.DiscordBotTokenDetector",
        "a Discord bot's token",
        r"\b[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27}\b",
    ),
    _Detector(
        "gitlab_token.GitLabTokenDetector",
        "a GitLab token",
        r"\b(?:gl(?:dt|ft|soat|rt|cbt|imt|ptt|agent)|gloas)-[\w-]{20}|\bGR1348941[\w-]{20}",
    ),
    _Detector("mailchimp.MailchimpDetector", "a Mailchimp key", r"\b[0-9a-f]{32}-us[0-9]{1,2}\b"),
    _Detector("npm.NpmDetector", "an npm token", "/:_authToken="),
    _Detector("openai.OpenAIDetector", "an OpenAI key", "T3BlbkFJ"),
    _Detector("private_key.PrivateKeyDetector", "a private key", "PuTTY-User-Key-File-2"),
    _Detector("pypi_token.PypiTokenDetector", "a PyPI token", "pypi-Ag"),
    _Detector("softlayer.SoftlayerDetector", "a SoftLayer key", r"api\.softlayer\.com/soap"),
    _Detector("square_oauth.SquareOAuthDetector", "a Square secret", "sq0csp-"),
    _Detector(
        "telegram_token.TelegramBotTokenDetector",
        "a Telegram bot's token",
        r"(?<![\w:/-])\d{8,10}:[\w-]{35}(?![\w-])",
    ),
    _Detector("twilio.TwilioKeyDetector", "a Twilio key", r"\b(?:AC|SK)[0-9a-f]{32}\b"),
)
_MARKED: Final = re.compile("|".join(one.mark for one in _DETECTORS))
_SHORTEST: Final = 20


def detected(text: str) -> str | None:
    """The kind of credential that the library finds in a text, in words; None where it finds none."""
    if len(text) < _SHORTEST or _MARKED.search(text) is None:
        return None
    for one in _DETECTORS:
        if re.search(one.mark, text) and any(plugin(one.place).analyze_string(text)):
            return one.words
    return None


def bits(text: str) -> float:
    """How random a text of letters, digits and `+/_-=` is: Shannon's entropy, in bits a character."""
    return measure("Base64HighEntropyString").calculate_shannon_entropy(text)


def hexadecimal_bits(text: str) -> float:
    """The same of a hexadecimal text; one of digits alone counts as less random than it is."""
    return measure("HexHighEntropyString").calculate_shannon_entropy(text)


@cache
def plugin(place: str) -> _Finder:
    """A detector of formats, by its module and class."""
    return cast("_Finder", made(place))


@cache
def measure(name: str) -> _Measure:
    """A detector of random texts, by its class."""
    return cast("_Measure", made(f"high_entropy_strings.{name}"))


def made(place: str) -> object:
    """An object of a class of the library's; the first one loads it."""
    module, _, name = place.partition(".")
    return getattr(importlib.import_module(f"{_PLUGINS}.{module}"), name)()
