"""Read YAML and JSON documents whose shape is not known yet."""

import json
from pathlib import Path
from typing import cast

import yaml

from toolchain.errors import ToolchainError


def read_mapping(path: Path) -> dict[str, object]:
    """The top-level mapping of a YAML or JSON file; empty for an empty file.

    Raises `ToolchainError` for a file that cannot be read or holds something else.
    """
    try:
        text = path.read_text()
        content: object = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, yaml.YAMLError) as error:
        raise ToolchainError(f"{path} cannot be read: {error}") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ToolchainError(
            f"{path} must hold a mapping, but it holds a {type(content).__name__}."
        )
    return {str(key): value for key, value in cast("dict[object, object]", content).items()}
