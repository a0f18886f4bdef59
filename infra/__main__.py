"""The Pulumi program: reads the stack's configuration, builds its system, exports its outputs."""

import gc
import sys
from pathlib import Path

# The engine runs this directory as a script; the packages lie one level up.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

# Importing pulumi_aws makes some hundred thousand objects that all stay: looking for garbage among
# them while they arrive takes a quarter of the time (1.8 s instead of 2.4 s).
gc.disable()
from infra.systems.stack import run  # noqa: E402 - only found after the two statements above

gc.freeze()
gc.enable()

run()
