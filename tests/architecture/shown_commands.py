"""The commands that pages and help texts show, and how they say that they end.

A command stands in a block of `console` (behind `$`), `sh` or four blanks, or between backquotes in a
line. It ends with 0 unless `# exits 1` follows it in a block, or `(exits 1)` behind the quote. Words
in capitals (`FILE`) are for the reader to fill in: such a command is only held against the options
that there are. A block of YAML whose first line names a file is the content of that file.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

PROGRAMS = ("llm-adapt", "python", "pip", "poe", "cat", "git", "cp", "printf", "pre-commit")
_FENCE = re.compile(r"^```(\w*)$")
_QUOTED = re.compile(r"`((?:llm-adapt|poe|python) [^`]+)`(?: \(exits (\d+)\))?")
_EXITS = re.compile(r"\s+#.*?\bexits (\d+)\b.*$")
_REMARK = re.compile(r"\s{2,}#.*$")
_PLACEHOLDER = re.compile(r"(?:^|[ =.:])[A-Z][A-Z_-]+\b")


@dataclass(frozen=True)
class Shown:
    """A command as it stands on a page, with the code that the page promises."""

    line: int
    text: str
    code: int = 0

    @property
    def is_pattern(self) -> bool:
        """Whether the reader has to fill something in."""
        return "..." in self.text or bool(_PLACEHOLDER.search(unquoted(self.text)))


@dataclass(frozen=True)
class Written:
    """A file that the page tells the reader to write."""

    line: int
    path: str
    text: str


def unquoted(text: str) -> str:
    """The command without what stands in quotes."""
    return re.sub(r"'[^']*'|\"[^\"]*\"", "", text)


def on_page(text: str) -> Iterator[Shown | Written]:
    """What a page in Markdown tells the reader to type and to write, in its order."""
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        fence = _FENCE.match(lines[number].strip())
        if fence is None:
            yield from _in_line(lines, number)
            number += 1
            continue
        end = next(at for at in range(number + 1, len(lines)) if lines[at].strip() == "```")
        yield from _in_fence(fence[1], lines[number + 1 : end], number + 2)
        number = end + 1


def in_help(text: str) -> Iterator[Shown]:
    """The examples of a help text."""
    _, _, examples = text.partition("Examples:\n")
    for line in examples.partition("\n\n")[0].splitlines():
        yield _shown(0, line.strip())


def _in_line(lines: list[str], number: int) -> Iterator[Shown]:
    line = lines[number]
    if line.startswith("    ") and line.split()[0] in PROGRAMS:
        yield _shown(number + 1, line.strip())
        return
    for quoted in _QUOTED.finditer(line):
        yield Shown(number + 1, quoted[1].replace(r"\|", "|"), int(quoted[2] or 0))


def _in_fence(language: str, lines: list[str], first: int) -> Iterator[Shown | Written]:
    if language == "yaml":
        named = re.fullmatch(r"# ([\w./-]+\.yaml)", lines[0].strip())
        if named is not None:
            indent = len(lines[0]) - len(lines[0].lstrip())
            yield Written(first, named[1], "\n".join(line[indent:] for line in lines[1:]) + "\n")
        return
    if language not in {"console", "sh", "bash"}:
        return
    joined, start = "", first
    for number, line in enumerate(lines, first):
        typed = line.strip()
        if not joined:
            start = number
            if language == "console":
                if not typed.startswith("$ "):
                    continue
                typed = typed[2:]
        joined += typed
        if joined.endswith("\\"):
            joined = joined[:-1]
        elif joined:
            yield _shown(start, joined)
            joined = ""


def _shown(line: int, text: str) -> Shown:
    said = _EXITS.search(text)
    return Shown(line, _REMARK.sub("", text).strip(), int(said[1]) if said else 0)


def words(text: str) -> list[str]:
    """The words of a command."""
    return shlex.split(text, comments=True)
