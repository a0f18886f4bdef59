"""Brings a stack up until it is interrupted: `python -m integration.interrupted FOLDER URL ZONE`."""

import sys
from pathlib import Path

from integration.harness import EphemeralStack


def main(folder: str, endpoint: str, zone: str) -> None:
    """Bring up; an interrupt ends the block, and so the stack."""
    settings = {"plumbline:hostedZoneId": zone}
    with EphemeralStack(Path(folder), endpoint, settings=settings) as stack:
        stack.up()
        print("up", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
