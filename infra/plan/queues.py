"""What SQS allows, and how long the chat system's queues keep what nobody took.

Source: Amazon SQS developer guide, "Amazon SQS message quotas".
"""

from __future__ import annotations

RETENTION_DAYS = 4
"""How long a message waits for a worker."""

RETENTION_SECONDS = RETENTION_DAYS * 24 * 60 * 60
MAXIMUM_IN_FLIGHT = 120_000
"""So many messages of a standard queue can be with its consumers at once."""
