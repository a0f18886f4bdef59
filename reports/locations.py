"""Where the reports find what they report on."""

from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
DOCS = REPOSITORY / "docs"
REQUIREMENTS = DOCS / "requirements"
