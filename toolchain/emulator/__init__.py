"""The AWS emulator of the offline target: ministack on loopback, with what it lacks added.

Everything that uses it asks for `endpoint()`; which emulator answers there is this package's
business alone.
"""

from toolchain.emulator.background import EmulatorError, endpoint, start, status, stop

__all__ = ["EmulatorError", "endpoint", "start", "status", "stop"]
