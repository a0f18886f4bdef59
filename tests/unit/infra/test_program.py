"""The program itself: small, quiet until it is run, and in files that fit in one head."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MODULES = sorted((ROOT / "infra").rglob("*.py"))


def test_the_entry_point_has_at_most_forty_lines() -> None:
    assert len((ROOT / "infra" / "__main__.py").read_text().splitlines()) <= 40


def test_a_module_fits_in_one_head() -> None:
    long = {
        str(module.relative_to(ROOT)): lines
        for module in MODULES
        if (lines := len(module.read_text().splitlines())) > 300
    }

    assert long == {}


def test_a_function_fits_on_a_screen() -> None:
    lengths = [
        (f"{module.relative_to(ROOT)}: {node.name}", (node.end_lineno or node.lineno) - node.lineno)
        for module in MODULES
        for node in ast.walk(syntax(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    # A call that only lists the arguments of one resource may be longer.
    assert [(name, length) for name, length in lengths if length > 70] == []


def test_no_resource_is_made_in_a_callback() -> None:
    made = {
        str(module.relative_to(ROOT)): called
        for module in MODULES
        if (called := [name for name in called_in_callbacks(module) if name.startswith("aws.")])
    }

    assert made == {}


def called_in_callbacks(module: Path) -> list[str]:
    """What is called in the arguments of any `apply` of a module."""
    applied = [
        node
        for node in ast.walk(syntax(module))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "apply"
    ]
    return [
        ast.unparse(inner.func)
        for node in applied
        for argument in node.args
        for inner in ast.walk(argument)
        if isinstance(inner, ast.Call)
    ]


@cache
def syntax(module: Path) -> ast.Module:
    return ast.parse(module.read_text())


def test_only_the_configuration_room_asks_pulumi_for_configuration() -> None:
    asking = [
        str(module.relative_to(ROOT))
        for module in MODULES
        if "pulumi.Config(" in module.read_text() or "runtime import config" in module.read_text()
    ]

    assert asking == ["infra/config/load.py"]


@pytest.mark.parametrize("word", ["us-east-1", "eu-west-1", "eu-central-1", "arn:aws:"])
def test_no_region_and_no_partition_stands_in_the_code(word: str) -> None:
    code = {
        str(module.relative_to(ROOT)): [
            node.value
            for node in ast.walk(syntax(module))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        for module in MODULES
    }

    found = {
        name
        for name, texts in code.items()
        for text in texts
        # Messages may show an example of what to write.
        if word in text and "such as" not in text
    }
    # AWS publishes its rotation function in one region of each partition, whoever uses it where.
    assert found <= {"infra/plan/rotation.py"}, found
