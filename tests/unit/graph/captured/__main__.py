"""The program of `tests.unit.graph.programs`, for the real engine."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[4]))

from tests.unit.graph.programs import program

program()
