"""Texts that nobody wrote: as random as a key, and no identifier, digest or certificate."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from policies.aws.detectors import bits, hexadecimal_bits
from policies.aws.encoded import decoded
from policies.aws.sensitive import plausible_secret, words

_LONGEST: Final = 512
# A document longer than this is data: looking through it would cost more than it finds.
_LONGEST_READ: Final = 400_000
_HEX: Final = re.compile(r"[0-9a-fA-F]{32,128}")
_HEX_LENGTHS: Final = frozenset({32, 40, 48, 64, 80, 96, 128})
_KEY: Final = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_WRITTEN: Final = re.compile(r"[A-Z]?[a-z]{3,}|[A-Z]{4,}|\d{5,}|(?<![A-Za-z0-9])\d+(?![A-Za-z0-9])")
_RUN: Final = re.compile(r"[A-Za-z0-9+/_=-]{20,}")
_LOWER: Final = re.compile(r"[a-z]")
_UPPER: Final = re.compile(r"[A-Z]")
_DIGIT: Final = re.compile(r"\d")
_SEPARATOR: Final = re.compile(r"[-_/+]")
# More of a text than this in words or numbers, and somebody made it up; hardly a key has as much.
_WRITTEN_AT_MOST: Final = 0.45
# What a name, a path or a list of short parts has more of than a key.
_LETTERS_A_SEPARATOR: Final = 8
# Public by their nature, or an address of something: what is random about them guards nothing.
_PUBLIC: Final = re.compile(
    r"""\A(?:
        arn: | sha(?:1|256|384|512)[-:] | (?:ssh-(?:rsa|ed25519|dss)|ecdsa-) | AAAA[BCE]
      | MI[IGHM] | LS0tLS1CRUdJTiB | mQ[EIGM] | h1: | pk[_.](?:live|test)?
      | [a-z]{2}(?:-[a-z]+)+-\d[_:] | [A-Z0-9]{10,}\Z
    )""",
    re.VERBOSE,
)
_CERTIFICATE: Final = re.compile(
    r"-----BEGIN (?!(?:[A-Z]+ )*PRIVATE)[A-Z ]+-----[^-]*-----END [A-Z ]+-----"
)
# What a name ends in, or speaks of, when its value is random and public.
_HARMLESS: Final = frozenset(
    re.findall(
        r"\w+",
        """
        arn arns build canonical cert certificate certificates challenge checksum checksums cid
        commit content cookie digest digests dkim domain dsn etag fingerprint fingerprints grant
        grantee hash hashes id identifier ids image images integrity md5 name names nonce oid ou owner
        pem pgp policies policy public publishable pubkey record records ref release revision rev
        sha sha1 sha256 sha512 signature site spf srv sri tag thumbprint thumbprints uid url uri
        uuid version verification vpce zone
        """,
    )
)
# In scripts and command lines: what is assigned, quoted or stands by itself.
_TOKEN: Final = re.compile(
    r"(?:(?P<name>[A-Za-z_][\w.-]{0,60})[\"']?[ \t]*[:=][ \t]*)?[\"']?"
    r"(?<![A-Za-z0-9+/_.@:-])(?P<text>[A-Za-z0-9+/_-]{20,512}={0,2})(?![A-Za-z0-9+/_.@:-])"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on a text is as random as a key.

    `shortest` counts characters; `bits` and `hexadecimal` are Shannon's entropy, in bits a
    character.
    """

    shortest: int
    bits: float
    hexadecimal: float


def may_hold_a_key(text: str) -> bool:
    """Whether a text could have anything random in it, told as cheaply as can be."""
    return any(_HEX.fullmatch(part) or _mixed(part) for part in _RUN.findall(text[:_LONGEST_READ]))


def random_part(name: str, text: str, limits: Limits, *, free: bool) -> str | None:
    """What is random in a text under a name, in words without the text itself; None if nothing is.

    `free`: somebody made the name up, as a variable's. Under names that a service gives stand
    digests and identifiers of its own, so there only a long text of letters of both cases and
    digits counts.
    """
    if not limits.shortest <= len(text) <= _LONGEST_READ:
        return None
    if _KEY.fullmatch(text):
        return _random(name, text, limits, free=free)
    if not free:
        return None
    plain = _CERTIFICATE.sub(" ", text)
    for found in _TOKEN.finditer(plain):
        said = _random(found["name"] or "", found["text"], limits, free=True)
        if said is not None:
            return said
    return None


def _random(name: str, text: str, limits: Limits, *, free: bool) -> str | None:
    told = f"a random text of {len(text)} characters"
    least = limits.shortest if free else max(limits.shortest, 32)
    if not least <= len(text) <= _LONGEST or _is_harmless(name) or not plausible_secret(text):
        return None
    if _PUBLIC.match(text) or decoded(text) is not None:
        return None
    if _HEX.fullmatch(text):
        long = free and len(text) in _HEX_LENGTHS and bool(name)
        return told if long and hexadecimal_bits(text) >= limits.hexadecimal else None
    return told if _unwritten(text) and bits(text) >= limits.bits else None


def _is_harmless(name: str) -> bool:
    return any(word in _HARMLESS for word in words(name))


def _unwritten(text: str) -> bool:
    """Whether a text has letters of both cases and digits, and neither words nor many parts."""
    if not _mixed(text):
        return False
    written = sum(map(len, _WRITTEN.findall(text)))
    separators = len(_SEPARATOR.findall(text))
    return (
        written <= _WRITTEN_AT_MOST * len(text)
        and separators <= 1 + len(text) // _LETTERS_A_SEPARATOR
    )


def _mixed(text: str) -> bool:
    return all(one.search(text) is not None for one in (_UPPER, _DIGIT, _LOWER))
