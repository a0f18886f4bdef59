"""The background emulator starts once, on loopback, is found, and stops without a trace."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from toolchain import emulator
from toolchain.emulator import background
from toolchain.emulator.__main__ import main
from toolchain.locations import REPOSITORY


def test_it_starts_once_even_if_many_ask_at_once(tmp_path: Path) -> None:
    try:
        with ThreadPoolExecutor(4) as pool:
            running = set(pool.map(emulator.start, [tmp_path] * 4))

        assert len(running) == 1
        assert emulator.status(tmp_path) == running.pop()
    finally:
        emulator.stop(tmp_path)


def test_it_answers_on_loopback_only_and_is_gone_after_stop(tmp_path: Path) -> None:
    running = emulator.start(tmp_path)

    stopped = emulator.stop(tmp_path)

    assert running.url.startswith("http://127.0.0.1:")
    assert stopped
    assert emulator.status(tmp_path) is None
    assert not background.endpoint_file(tmp_path).exists()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(running.url, timeout=1)  # noqa: S310 - loopback


def test_stopping_what_does_not_run_is_no_error(tmp_path: Path) -> None:
    assert emulator.stop(tmp_path) is False


def test_a_stale_endpoint_file_names_nobody(tmp_path: Path) -> None:
    background.endpoint_file(tmp_path).write_text('{"url": "http://127.0.0.1:9", "pid": 1}')

    assert emulator.status(tmp_path) is None


def test_one_that_nobody_can_find_ends_itself(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "toolchain.emulator", "run", "--directory", str(tmp_path)],
        cwd=REPOSITORY,
    )
    try:
        while emulator.status(tmp_path) is None:
            assert process.poll() is None
        background.endpoint_file(tmp_path).unlink()

        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.wait()


def test_an_endpoint_of_ones_own_is_used_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(background.OVERRIDE, "http://127.0.0.1:4566/")

    assert emulator.endpoint() == "http://127.0.0.1:4566"


def test_the_commands_say_what_is_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ["--directory", str(tmp_path)]

    codes = [main(["status", *folder]), main(["start", *folder]), main(["status", *folder])]
    codes += [main(["stop", *folder]), main(["stop", *folder])]

    said = capsys.readouterr().out.splitlines()
    assert codes == [1, 0, 0, 0, 0]
    assert said[0] == "not running"
    assert said[1].startswith("http://127.0.0.1:")
    assert said[2].startswith(said[1])
    assert said[3:] == ["stopped", "not running"]


def test_one_with_an_owner_ends_with_it(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from toolchain import emulator; "
        "print(emulator.start(Path(sys.argv[1]), owner=os.getpid()).url)"
    )

    owner = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )

    url = owner.stdout.strip()
    until = time.monotonic() + 20
    while background.ask(url, 0.5) is not None and time.monotonic() < until:
        time.sleep(0.1)
    assert url.startswith("http://127.0.0.1:")
    assert background.ask(url, 0.5) is None
    assert emulator.status(tmp_path) is None
