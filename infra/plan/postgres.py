"""How PostgreSQL is set for chat, each value with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

SUPPORTED_MAJORS = (13, 14, 15, 16, 17)
ENGINE = "postgres"
PORT = 5432
DATABASE_NAME = "chat"
ADMINISTRATOR = "chat_admin"
"""Owns the tables: schema changes and the database setup run as this user, services never do."""

SERVICE_USER = "chat_service"
"""The user of the services, who reads and writes rows and changes nothing else."""

CERTIFICATE_AUTHORITY = "rds-ca-rsa2048-g1"
"""Signs the server's certificate: RDS renews those it signed by itself, without a restart, on
every instance class and version that we take, and each PostgreSQL client knows RSA."""

BACKUP_WINDOW = "01:00-02:00"
MAINTENANCE_WINDOW = "sun:07:00-sun:08:00"
"""Both in UTC. AWS Backup starts no backup of an instance in its maintenance window nor in the
hour before: the weekly one, which may start until 05:00 (chat spec 001), keeps clear of it."""

LOG_EXPORTS = ("postgresql", "upgrade")
_GROWTH = 2
_LEAST_GROWTH = 1.1
_LARGEST_STORAGE = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One setting; `restart` says that it takes effect at the next restart only."""

    name: str
    value: str
    reason: str
    restart: bool = False


PARAMETERS = (
    Parameter(
        name="rds.force_ssl",
        value="1",
        reason="No connection is in clear text; the default of version 13 and 14 allows it.",
    ),
    Parameter(
        name="password_encryption",
        value="scram-sha-256",
        reason="Passwords are kept as SCRAM verifiers; the default of version 13 is MD5.",
    ),
    Parameter(
        name="rds.accepted_password_auth_method",
        value="scram",
        reason="Nobody signs in by MD5, which whoever reads its hash could replay.",
    ),
    Parameter(
        name="log_statement",
        value="none",
        reason="A rotation is an ALTER ROLE with the new password: `ddl` would log it.",
    ),
    Parameter(
        name="shared_preload_libraries",
        value="pg_stat_statements",
        reason="The slowest queries are known by their statistics, not by guessing.",
        restart=True,
    ),
    Parameter(
        name="random_page_cost",
        value="1.1",
        reason="gp3 storage reads at random nearly as fast as in sequence; 4 assumes a disk.",
    ),
    Parameter(
        name="track_io_timing",
        value="1",
        reason="A slow query's statistics say whether it waits for storage or computes.",
    ),
    Parameter(
        name="log_min_duration_statement",
        value="1000",
        reason="A statement over one second is a fault in a chat: it is logged (milliseconds).",
    ),
    Parameter(
        name="log_lock_waits",
        value="1",
        reason="Sends to one conversation queue on its row: long waits must show.",
    ),
    Parameter(
        name="idle_in_transaction_session_timeout",
        value="60000",
        reason="A forgotten transaction holds a conversation's row and stops vacuum.",
    ),
    Parameter(
        name="autovacuum_vacuum_scale_factor",
        value="0.05",
        reason="Receipts are updated all the time: vacuum at 5 % dead rows instead of 20 %.",
    ),
    Parameter(
        name="autovacuum_vacuum_insert_scale_factor",
        value="0.05",
        reason="Messages are only inserted: vacuum sooner, or no index-only scan reads them.",
    ),
    Parameter(
        name="autovacuum_analyze_scale_factor",
        value="0.02",
        reason="The newest messages are what is read: their statistics must not lag behind.",
    ),
)


def major_version(version: str) -> int | None:
    """16 of "16" and of "16.4"; None where it isn't a PostgreSQL version of that form."""
    match = re.fullmatch(r"([1-9][0-9])(\.[0-9]{1,2})?", version)
    return int(match[1]) if match else None


def follows_minor_versions(version: str) -> bool:
    """Whether AWS may upgrade minor versions: only where the configuration names none.

    A named one would be contradicted by the first automatic upgrade.
    """
    return "." not in version


def storage_limit(allocated: int) -> int | None:
    """Up to how many GiB the storage may grow by itself; None where it can't grow any more.

    AWS takes a limit that is at least a tenth above what is allocated, and at most 64 TiB.
    """
    limit = min(_GROWTH * allocated, _LARGEST_STORAGE)
    return limit if limit >= _LEAST_GROWTH * allocated else None
