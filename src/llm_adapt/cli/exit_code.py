"""The exit codes, published in the README and never renumbered."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells the shell."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    INVALID_INPUT = 3
    UNDETERMINED = 4
    BUG = 70
    INTERRUPTED = 130
