"""Random texts are told from those that somebody wrote, and the library is loaded for them alone."""

from __future__ import annotations

import base64
import random
import re
import string
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from graph.values import Property
from policies.aws.encoded import decoded
from policies.aws.leaves import Leaf, assigned_secrets, suspicion
from policies.aws.randomness import Limits, may_hold_a_key, random_part
from policies.aws.sensitive import known_format

ROOT: Final = Path(__file__).parents[2]
LIMITS: Final = Limits(shortest=20, bits=3.7, hexadecimal=3.0)
LETTERS: Final = string.ascii_letters + string.digits
# A name and what it is given, as programs and stack files write it.
_GIVEN: Final = re.compile(r"""([A-Za-z_]\w*)["']?\s*[=:]\s*["']([^"'\n]{20,600})["']""")


@pytest.mark.parametrize(
    ("alphabet", "length"),
    [(LETTERS, 24), (LETTERS, 32), (LETTERS + "+/", 40), (LETTERS + "-_", 43), (LETTERS, 64)],
)
def test_most_keys_are_found_whatever_they_are_called(alphabet: str, length: int) -> None:
    dice = random.Random(7)  # noqa: S311 (the same keys each time)
    keys = ["".join(dice.choice(alphabet) for _ in range(length)) for _ in range(400)]

    found = [key for key in keys if random_part("UPSTREAM", key, LIMITS, free=True)]

    assert len(found) >= 0.8 * len(keys)


def test_what_is_said_of_a_random_text_has_no_part_of_it() -> None:
    key = "q7RkX2vT9mZbW4cY" + "8nHs3LpDf6GjA1eU5oQi"

    said = random_part("UPSTREAM", key, LIMITS, free=True)

    assert said == "a random text of 36 characters"


def test_no_literal_of_any_program_here_is_taken_for_a_key() -> None:
    files = [
        file
        for folder in ("infra", "stacks", "apps", "tests/foreign")
        for pattern in ("*.py", "*.yaml", "*.md")
        for file in (ROOT / folder).rglob(pattern)
        if "node_modules" not in file.parts
    ]
    given = {pair for file in files for pair in _GIVEN.findall(file.read_text(encoding="utf-8"))}

    taken = [
        (name, text)
        for name, text in given
        if may_hold_a_key(text) and random_part(name, text, LIMITS, free=True)
    ]

    assert len(given) > 200
    assert taken == []


def test_the_pack_starts_without_the_library() -> None:
    program = (
        "import sys; from policies.engine.discovery import discover; discover();"
        "print(sorted(name for name in sys.modules if name.startswith('detect_secrets')))"
    )

    said = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == "[]"


def test_credentials_are_found_in_base64_as_well() -> None:
    script = "#!/bin/sh\ncurl -u chat https://chat:hunter2hunter2@mirror.internal/\n"
    told = base64.b64encode(script.encode()).decode()

    assert decoded(told) == script
    assert suspicion(Leaf("data", Property(told, "data"), environment=False)) == known_format(
        script
    )


# Each of these would take minutes where a pattern tried every beginning with every end.
_ENDLESS: Final = (
    *(
        "x",
        "aB3",
        "a1 ",
        "\\",
        "A",
        "Ab",
        "a.",
        "eyJ-",
        "pwd=",
        "//",
        "-----BEGIN X-----",
        "${",
        "://a.",
    ),
    *("a:", "a@", "identified by ", "\t", "=", '"', "1234567890:", "AC0", "- a", "xox"),
)


@pytest.mark.parametrize("part", _ENDLESS)
def test_a_long_text_is_looked_at_in_no_time_whatever_it_repeats(part: str) -> None:
    text = "://" + part * (100_000 // len(part))
    before = time.process_time()

    said = suspicion(Leaf("password", Property(text, "password"), environment=True, free=True))
    _ = random_part("UPSTREAM", text[3:], LIMITS, free=True)
    _ = assigned_secrets(text)

    assert said is None or part not in said
    assert time.process_time() - before < 3
