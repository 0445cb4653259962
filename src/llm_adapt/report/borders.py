"""What a text may not do where it leaves the program: one function for each border.

Rule texts, answers, file names, addresses and versions are written by others. None of them may
steer a terminal, turn the direction of text, become markup, or be read as a command by a CI
runner.
"""

import json
import re

# Control characters, surrogates, marks of direction, separators of lines, invisible tags.
STEERING = "\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
_STEERS = re.compile(f"[{STEERING}\U000e0000-\U000e007f]")
_STEERS_LINES = re.compile(f"(?![\n])[{STEERING}\U000e0000-\U000e007f]")
# A colour of our own is the one escape that may pass; a runner reads commands from its log.
_COLOUR = re.compile(r"(\x1b\[[0-9;]*m)")
_COMMAND = re.compile(r"^(\s*)::(?=\S)|##(?=\w*\[)", re.MULTILINE)
# Everything that Markdown, GitHub's mentions and issue references, or HTML could read as theirs.
_MARKDOWN = re.compile(r"[\\`*\[\]#|~$&<>@]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;", "#": "&#35;"}
_REPLACED = "\N{REPLACEMENT CHARACTER}"


def clean(text: str) -> str:
    """The text on one line, without characters that steer: for use inside any of the others."""
    return _STEERS.sub(_REPLACED, " ".join(text.split()))


def terminal(text: str, *, colour: bool = False, commands: bool = False) -> str:
    """Lines for a terminal or a build log.

    `colour` lets colours through, for a report whose texts are clean already; `commands` lets a
    CI runner's commands through, for the format that is made of them.
    """
    pieces = _COLOUR.split(text) if colour else [text]
    shown = "".join(
        piece if colour and index % 2 else _STEERS_LINES.sub(_REPLACED, piece)
        for index, piece in enumerate(pieces)
    )
    if commands:
        return shown
    return _COMMAND.sub(lambda found: f"{found[1]}: :" if found[1] is not None else "# #", shown)


def markdown(text: str) -> str:
    """Text that Markdown shows as it stands: no markup, no HTML, no mention, no reference."""
    return _MARKDOWN.sub(lambda found: _ENTITIES.get(found[0], f"\\{found[0]}"), clean(text))


def html(text: str) -> str:
    """Text that HTML shows as it stands, in an element or an attribute."""
    # The table of entities behind it takes a while to load, and only pages need it.
    from html import escape  # noqa: PLC0415

    return escape(clean(text))


def front_matter(text: str) -> str:
    """A scalar of YAML front matter that means this text and nothing else."""
    return json.dumps(clean(text), ensure_ascii=False)


def runner_command(text: str, *, within: bool = False) -> str:
    """The data of a CI runner's command; `within` for one of its properties.

    A line break of ours stays one, as the runner writes it.
    """
    shown = "\n".join(clean(line) for line in text.split("\n"))
    shown = shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return shown.replace(":", "%3A").replace(",", "%2C") if within else shown


def json_text(data: object) -> str:
    """Plain data as JSON, ending in a newline: the same bytes for the same data.

    Characters that steer are written as escapes, so they mean the same and do nothing.
    """
    text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)
    text = _STEERS_LINES.sub(lambda found: json.dumps(found[0])[1:-1], text)
    return text.replace("##", "#\\u0023") + "\n"
