"""Where the checks of this package are kept, by resource type."""

from __future__ import annotations

from typing import Final

from toolchain.offline_aws.crossfield import Judges

CREATION: Final = Judges()
