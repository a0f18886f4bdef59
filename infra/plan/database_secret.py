"""What stands in a secret of the database: the JSON that RDS Proxy and the rotation both read.

Source: AWS Secrets Manager user guide, "JSON structure of database credential secrets".
"""

from __future__ import annotations

import json
from typing import cast

from infra.plan import postgres
from infra.plan.secrets import CURRENT

PASSWORD_LENGTH = 32
"""RDS takes 8 to 128 characters for PostgreSQL."""

WITH_ADDRESS = (CURRENT, "with-address")
"""The staging labels of the version that says where the database is."""


def credentials(username: str, password: str) -> str:
    """A name and a password, before there is a database that they belong to."""
    return json.dumps({"username": username, "password": password})


def connection(text: str, host: str) -> str:
    """The credentials of `text`, and where their database is.

    `host` is the instance, never its proxy: whoever renews a password must reach the server
    that keeps it.
    """
    return json.dumps(
        {
            "engine": postgres.ENGINE,
            "host": host,
            "port": postgres.PORT,
            "dbname": postgres.DATABASE_NAME,
            **_parsed(text),
        }
    )


def password_of(text: str) -> str:
    """The password in the text of such a secret."""
    return _parsed(text)["password"]


def _parsed(text: str) -> dict[str, str]:
    return cast("dict[str, str]", json.loads(text))
