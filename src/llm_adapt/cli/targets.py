"""Several results in one run: which format goes to which file."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from llm_adapt.errors import UsageError

_FORMAT, _OUTPUT = ("--format", "-f"), ("--output", "-o")


def targets(
    formats: Sequence[str] | None, outputs: Sequence[Path] | None
) -> list[tuple[str, Path | None]]:
    """Each format with its file: an `-o` belongs to the `-f` before it, else to text.

    Raises:
        UsageError: There are more files than formats, or one file is named twice.
    """
    formats, outputs = formats or (), outputs or ()
    if len(set(outputs)) < len(outputs):
        raise UsageError("two results cannot go to one file", None, "name two files after -o")
    written = list(_written(sys.argv[1:]))
    known = [value for kind, value in written if kind == "f"] == list(formats)
    known &= [value for kind, value in written if kind == "o"] == [str(path) for path in outputs]
    if not known:
        # Called from a program, not from a command line: in the order given.
        written = [("f", name) for name in formats]
        for place, path in enumerate(outputs):
            written.insert(2 * place + 1, ("o", str(path)))
    return _paired(written or [("f", "text")])


def _paired(written: list[tuple[str, str]]) -> list[tuple[str, Path | None]]:
    found: list[tuple[str, Path | None]] = []
    waiting: Path | None = None
    for kind, value in written:
        if kind == "f":
            found.append((value, waiting))
            waiting = None
        elif found and found[-1][1] is None:
            found[-1] = (found[-1][0], Path(value))
        elif not found and waiting is None:
            waiting = Path(value)
        else:
            hint = f"give each file its format: -f text -o {value}"
            raise UsageError(f"-o {value} has no format of its own", None, hint)
    return found if waiting is None else [("text", waiting), *found]


def _written(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The format and output options of a command line, in their order."""
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            return
        for kind, (long, short) in (("f", _FORMAT), ("o", _OUTPUT)):
            if argument in {long, short}:
                yield kind, next(rest, "")
            elif argument.startswith(f"{long}="):
                yield kind, argument.partition("=")[2]
            elif argument.startswith(short) and not argument.startswith("--"):
                yield kind, argument.removeprefix(short)
