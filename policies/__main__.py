"""The entry point that Pulumi's language host runs: `python -m pulumi.policy ENGINE policies`."""

import os
import sys
from pathlib import Path

# Asked before the imports: by the time they are done, whoever started the pack may be gone.
PARENT = os.getppid()

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from policies.engine.serving import main  # noqa: E402 (found only after the path is set)

if __name__ == "__main__":
    sys.exit(main(PARENT))
