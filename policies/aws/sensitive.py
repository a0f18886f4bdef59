"""What looks like a secret: by the name it goes under, and by formats that are known."""

from __future__ import annotations

import re
from functools import lru_cache

from policies.aws.detectors import detected

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

# A name ends in one of these when it holds a secret ("dbPassword", "STRIPE_API_KEY").
_ENDINGS: tuple[tuple[str, ...], ...] = tuple(
    tuple(ending.split())
    for ending in (
        "password",
        "passwd",
        "pwd",
        "pw",
        "pass",
        "passphrase",
        "passcode",
        "secret",
        "token",
        "credential",
        "credentials",
        "api key",
        "apikey",
        "private key",
        "secret key",
        "secret access key",
        "signing key",
        "encryption key",
        "access key",
        "auth key",
        "service key",
        "master key",
        "shared key",
        "key base",
        "connection string",
        "private pem",
    )
)
# Names with these endings hold something about a request or a schema, not a secret.
_HARMLESS = (
    ("creation", "token"),
    ("client", "token"),
    ("client", "request", "token"),
    ("idempotency", "token"),
    ("next", "token"),
    ("continuation", "token"),
    ("public", "access", "key"),
    ("image", "pass"),
    ("by", "pass"),
    ("proxy", "pass"),
)

# "dbpassword": written as one word, these are still told apart with certainty.
_RUN_TOGETHER = ("password", "passwd", "passphrase", "apikey", "secretkey", "authtoken")

# What a name ends in when it says something about a secret.
_ABOUT = frozenset(
    re.findall(
        r"\w+",
        """
        algorithm arn arns attribute audience backend bucket bytes claim class column command
        count days description digits domain driver duration enabled endpoint engine env
        expiration expires expiry exists field file filename format generator group header host
        hours id ids index interval issuer kind label length level lifetime limit location
        manager max method milliseconds min minutes mode ms name names namespace path paths
        pattern period policy port prefix profile provider reference ref refs region required
        resource retries rotation rounds scheme scope scopes seconds selector service size
        source stage status store strategy suffix table template threshold timeout topic ttl
        type unit units uri url urls use user username validity variable vault version window
        """,
    )
)
_SHORTEST_MADE_UP = 8
_SHORTEST_KEY = 8
_LONGEST_READ = 400_000
_LONGEST_REFERENCE = 4_000
_PASSWORD = re.compile(r"(?i)(pass|passwd|password|pwd|pw|passphrase|passcode|secret)\d*\Z")

# One alternative a format; each is specific enough to stand without a name beside it.
_FORMATS = re.compile(
    r"""
    (?P<aws_access_key>\b(?:AKIA|ASIA)[0-9A-Z]{16}\b)
  | (?P<private_key>-----BEGIN\ (?:[A-Z]+\ )*PRIVATE\ KEY(?:\ BLOCK)?-----)
  | (?P<github_token>\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,}))
  | (?P<slack_token>\bxox[abposr]-[0-9A-Za-z-]{10,}|hooks\.slack\.com/services/T\w+/B\w+/\w+)
  | (?P<stripe_key>\b[sr]k_(?:live|test)_[0-9A-Za-z]{16,})
  | (?P<json_web_token>\beyJ[A-Za-z0-9_-]{8,500}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,})
  | (?P<google_api_key>\bAIza[0-9A-Za-z_-]{35}\b)
  | (?P<sendgrid_key>\bSG\.[\w-]{22}\.[\w-]{43}\b)
  | (?P<gitlab_token>\bglpat-[\w-]{20,})
  | (?P<npm_token>\bnpm_[A-Za-z0-9]{36}\b)
  | (?P<service_token>\b(?:sk-(?:ant|proj)-[\w-]{20,}|hf_[A-Za-z0-9]{30,}|do[op]_v1_[0-9a-f]{64}
      |shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|xapp-\d-\w+-\d+-\w+|whsec_[A-Za-z0-9+/]{24,}
      |sq0atp-[\w-]{22}|dckr_pat_[\w-]{20,}|PMAK-[0-9a-f]{24}-[0-9a-f]{34}|ATATT3x[\w=-]{50,}
      |hvs\.[\w-]{24,}|AGE-SECRET-KEY-1[0-9A-Z]{58}|rubygems_[0-9a-f]{48}|lin_api_\w{32,}))
  | (?P<url_password>\b[a-z][a-z0-9+.-]{0,30}://[^\s/:@'"<>]{0,99}:(?P<url_pass>[^\s/@'"<>]{1,500})@[^\s'"<>/]+)
  | (?P<dsn_password>(?i:\b(?:password|pwd)\s*=\s*(?P<dsn_pass>[^\s;'"&]{3,200})\s*(?:;|$)))
  | (?P<sql_password>(?i:\bidentified\s+by\s+'(?P<sql_pass>[^']{3,})'))
    """,
    re.VERBOSE,
)
# Most texts hold none of these; the formats themselves would take ten times as long to say so.
_MARKS = (
    *("AKIA", "ASIA", "PRIVATE KEY", "://", "gh", "xox", "slack", "k_", "eyJ", "AIza", "SG."),
    *("sk-", "hf_", "_v1_", "shp", "xapp-", "whsec_", "sq0atp-", "dckr_pat_", "PMAK-", "ATATT3x"),
    *("hvs.", "AGE-SECRET-KEY-", "rubygems_", "lin_api_"),
    *("glpat", "npm_", "assword", "ASSWORD", "pwd", "Pwd", "PWD", "dentified", "DENTIFIED"),
)
_MARKED = re.compile("|".join(re.escape(mark) for mark in _MARKS))

# AWS's documentation uses these in every example; they open nothing.
_EXAMPLES = ("AKIAIOSFODNN7EXAMPLE", "EXAMPLEKEY")

_REFERENCE = re.compile(
    r"""\A(?:
        arn:[\w-]+:.*                              # a resource's name
      | \{\{.*\}\} | .*\$\{[^}]*\}.* | .*\{\{resolve:.* | <[^>]*> | %\w+% | \$.*      # a template
      | (?:ssm|secretsmanager|vault|file|env|op)://.* | ssm:.* | secretsmanager:.*
      | /[\w.-]+(?:/[\w.*-]+)*/?                   # a path: of a parameter, or of a mounted file
      | [a-z][a-z0-9_.-]*(?:/[a-z0-9_.-]+)+        # a secret's name, told in lower-case steps
      | [\w.-]+\.(?:txt|json|pem|key|crt|ya?ml|env)
      | https?://[^@]*                             # an address without credentials
      | projects/[\w/-]+
    )\Z""",
    re.VERBOSE | re.DOTALL,
)
_PLACEHOLDER = re.compile(
    r"(?i)\A(?:\W*|x{3,}|replace[ _-]?(?:me|with).*|placeholder.*|todo|none|null|nil|n/?a|unset|"
    r"unused|disabled?|enabled?|true|false|yes|no|on|off|auto|seconds|minutes|hours|days|required|"
    r"optional|rotate|header|bearer|basic|cookie|to[ _-]be[ _-](?:set|replaced).*|your[ _-].*|"
    r"managed.*by.*|\[secret\]|\d{1,4})\Z"
)


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """The lower-case words of a name in any spelling: dbPassword, DB_PASSWORD, db-password."""
    return tuple(word.lower() for word in _WORD.findall(name))


@lru_cache(maxsize=4096)
def names_a_secret(name: str) -> bool:
    """Whether something of this name is meant to hold a secret itself, not point to one.

    `DB_PASSWORD` is; `DB_PASSWORD_ARN`, `passwordPolicy` and `secretName` are not.
    """
    parts = words(name.rsplit("/", 1)[-1].rsplit(":", 1)[-1])
    while parts and parts[-1].isdigit():
        parts = parts[:-1]
    if any(parts[-len(ending) :] == ending for ending in _HARMLESS):
        return False
    return any(parts[-len(ending) :] == ending for ending in _ENDINGS) or bool(
        parts and parts[-1].endswith(_RUN_TOGETHER)
    )


def mentions_a_secret(name: str) -> bool:
    """Whether a secret's word stands anywhere in a name that somebody made up for a value.

    `DATABASE_PASSWORD_FALLBACK` does; names that end in what is said about a secret do not
    (`PASSWORD_MIN_LENGTH`, `TOKEN_URL`, `DB_SECRET_ARN`).
    """
    parts = words(name.rsplit("/", 1)[-1].rsplit(":", 1)[-1])
    while parts and parts[-1].isdigit():
        parts = parts[:-1]
    if not parts or parts[-1] in _ABOUT:
        return False
    starts = range(len(parts))
    return any(
        parts[start : start + len(ending)] == ending for ending in _ENDINGS for start in starts
    ) or any(part.endswith(_RUN_TOGETHER) for part in parts)


def looks_made_up(text: str) -> bool:
    """Whether a text has what passwords and keys have: length, and digits or mixed letters."""
    mixed = text.lower() != text and text.upper() != text
    return len(text) >= _SHORTEST_MADE_UP and (mixed or any(one.isdigit() for one in text))


def holds_a_secret(name: str, text: str) -> bool:
    """Whether a name that means a secret and a text together are one in plaintext.

    Only what is called a password may be short: `TOKEN=off`, `credentials: include`.
    """
    if not names_a_secret(name) or not plausible_secret(text):
        return False
    return len(text) >= _SHORTEST_KEY or _PASSWORD.search(name) is not None


def plausible_secret(text: str) -> bool:
    """Whether a text could be a secret: no placeholder, no reference, path, ARN or template."""
    text = text.strip()[:_LONGEST_REFERENCE]
    return not _PLACEHOLDER.match(text) and not _REFERENCE.match(text)


# Several rules look at the same texts, when they are declared and once all are known.
@lru_cache(maxsize=1024)
def known_format(text: str) -> str | None:
    """The format of credential that a text contains, in words; None where there is none.

    Of a document longer than any that AWS takes only the beginning is read.
    """
    text = text[:_LONGEST_READ]
    return _own_format(text) or detected(text)


def _own_format(text: str) -> str | None:
    if _MARKED.search(text) is None:
        return None
    for found in _FORMATS.finditer(text):
        kind = next(name for name, value in found.groupdict().items() if value is not None)
        part = found["url_pass"] or found["dsn_pass"] or found["sql_pass"]
        if part is not None and not plausible_secret(part):
            continue
        if any(example in found[0] for example in _EXAMPLES):
            continue
        return _WORDS[kind]
    return None


_WORDS = {
    "aws_access_key": "an AWS access key",
    "private_key": "a private key",
    "github_token": "a GitHub token",
    "slack_token": "a Slack token",
    "stripe_key": "a Stripe key",
    "json_web_token": "a JSON Web Token",
    "google_api_key": "a Google API key",
    "sendgrid_key": "a SendGrid key",
    "gitlab_token": "a GitLab token",
    "npm_token": "an npm token",
    "service_token": "a service's token",
    "url_password": "a URL with a password",
    "dsn_password": "a connection string with a password",
    "sql_password": "an SQL statement with a password",
}
