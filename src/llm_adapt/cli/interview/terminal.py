"""What an interview is shown on and answered from: a terminal with arrow keys, or lines."""

import os
import sys
from contextlib import suppress

from llm_adapt.ask.menu import Menu
from llm_adapt.ask.terminal import PROMPT, Reader, Screen
from llm_adapt.cli.output import open_to


def interactive() -> bool:
    """Whether somebody sits at a terminal: on all three streams, and not in CI."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(stream.isatty() for stream in streams) and not os.environ.get("CI")


def screen(*, plain: bool) -> Screen:
    """Standard error: standard output is for the result."""
    stream = open_to(sys.stderr, colour=True)
    return Screen(stream, _columns, plain=not _capable(plain=plain))


def reader(*, plain: bool) -> Reader:
    """Arrow keys where the terminal has them and the `tui` extra is installed; else lines."""
    if _capable(plain=plain) and sys.stdin.isatty():
        with suppress(ImportError):
            from llm_adapt.cli.interview.arrow_menu import ArrowMenu

            return ArrowMenu()
    return LineReader()


class LineReader:
    """Lines of standard input: from a pipe, a screen reader, or any terminal."""

    shows_rows = False

    def read(self, menu: Menu) -> str | None:  # noqa: ARG002 (numbered lines are shown already)
        """A line; nothing when the input has ended or its terminal has gone."""
        sys.stderr.write(PROMPT)
        sys.stderr.flush()
        try:
            line = sys.stdin.readline()
        except OSError:
            return None
        except UnicodeDecodeError:
            return "\N{REPLACEMENT CHARACTER}"
        return line or None


def _capable(*, plain: bool) -> bool:
    """Whether more than text may be written."""
    spoken = bool(os.environ.get("ACCESSIBLE"))
    dumb = os.environ.get("TERM", "dumb") == "dumb"
    return sys.stderr.isatty() and not (plain or spoken or dumb)


def _columns() -> int:
    asked = os.environ.get("COLUMNS", "")
    if asked.isdigit() and int(asked):
        return int(asked)
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
