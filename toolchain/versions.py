"""Which versions of the tools belong together, and why."""

from typing import Final

PULUMI: Final = "3.259.0"
"""The CLI that is installed or built: the newest whose Go module the module proxy serves.

`toolchain/golang/go.mod` names the same version; a test holds the two together.
"""

OLDEST_PULUMI: Final = (3, 249, 0)
"""The oldest CLI accepted from PATH: `pulumi policy analyze --file` appeared in 3.249."""
