"""Staging labels: which version of a secret is read, and which ones AWS may not forget.

AWS deletes versions without a label when it likes. A version that this program has stored and AWS
has deleted would be missing in the next refresh, and the run after it would store its old value
anew: as the current one. So each has a label of its own besides, which nothing takes from it.

Source: AWS Secrets Manager API reference, PutSecretValue and UpdateSecretVersionStage.
"""

from __future__ import annotations

CURRENT = "AWSCURRENT"
"""The label of the version that everybody reads who names none."""

FIRST = "first-value"
"""The label of what this program stored; the first version of all is the current one anyway."""
