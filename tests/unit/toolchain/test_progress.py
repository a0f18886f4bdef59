"""Commands that run quietly: silent when they succeed, clear when they do not."""

import sys

import pytest

from toolchain.errors import ToolchainError
from toolchain.progress import run_quietly


def test_a_failed_command_shows_the_end_of_what_it_said() -> None:
    program = "print('\\n'.join(f'line {n}' for n in range(100))); raise SystemExit(3)"

    with pytest.raises(ToolchainError) as refused:
        run_quietly([sys.executable, "-c", program], what="Counting")

    message = str(refused.value)
    assert message.startswith("Counting failed with exit code 3:")
    assert "line 99" in message
    assert "line 50" not in message


def test_each_line_counts() -> None:
    counted: list[None] = []

    run_quietly(
        [sys.executable, "-c", "print('a\\nb')"], what="It", on_line=lambda: counted.append(None)
    )

    assert len(counted) == 2


def test_a_command_that_does_not_exist_is_one_clear_message() -> None:
    with pytest.raises(ToolchainError, match=r"It: /no/such could not be started"):
        run_quietly(["/no/such"], what="It")


def test_a_command_that_takes_too_long_is_ended() -> None:
    with pytest.raises(ToolchainError, match="failed with exit code"):
        run_quietly(
            [sys.executable, "-c", "import time; time.sleep(60)"], what="Sleeping", timeout=0.2
        )
