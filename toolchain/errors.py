"""The one error type whose message is meant for the person at the terminal."""


class ToolchainError(Exception):
    """Something the user can mend; its message says what, where, why and how.

    The entry point prints it without a traceback and exits with 1.
    """


class TookTooLongError(ToolchainError):
    """A program did not end within the time that it was given."""
