"""The program itself: small, quiet until it is run, and in files that fit in one head."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MODULES = sorted((ROOT / "infra").rglob("*.py"))


def test_the_entry_point_has_at_most_forty_lines() -> None:
    assert len((ROOT / "infra" / "__main__.py").read_text().splitlines()) <= 40


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_fits_in_one_head(module: Path) -> None:
    text = module.read_text()

    functions = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert len(text.splitlines()) <= 300
    for function in functions:
        length = (function.end_lineno or function.lineno) - function.lineno
        # A call that only lists the arguments of one resource may be longer.
        assert length <= 70, f"{function.name} has {length} lines"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_resource_is_made_in_a_callback(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr != "apply":
            continue
        called = {
            ast.unparse(inner.func)
            for argument in node.args
            for inner in ast.walk(argument)
            if isinstance(inner, ast.Call)
        }
        assert not any(name.startswith("aws.") for name in called), called


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
            for node in ast.walk(ast.parse(module.read_text()))
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
