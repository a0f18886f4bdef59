"""Write what is derived from the configuration's fields: `python -m infra.config.generate`."""

from __future__ import annotations

import json
from pathlib import Path

from infra.config.chat_fields import FIELDS, NAMESPACE
from infra.config.reference import reference_page
from infra.config.schema import stack_file_schema

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "stacks" / "schema.json"
REFERENCE = ROOT / "docs" / "configuration.md"


def generated() -> dict[Path, str]:
    """Every generated file and what it has to say."""
    schema = stack_file_schema("A stack of the chat system", FIELDS, (NAMESPACE,))
    return {
        SCHEMA: json.dumps(schema, indent=2, ensure_ascii=False) + "\n",
        REFERENCE: reference_page(FIELDS),
    }


def main() -> None:
    """Write them, and say which ones changed."""
    for path, text in generated().items():
        before = path.read_text(encoding="utf-8") if path.exists() else None
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        state = "as it was" if before == text else "written"
        print(f"{path.relative_to(ROOT)}: {state}")


if __name__ == "__main__":
    main()
