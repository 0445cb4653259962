"""How wide a text is in a common sans-serif face, closely enough to wrap it into a box."""

# Shares of the font size, from the widths Helvetica gives; other faces run a little wider.
_NARROW = frozenset("ijlI.,:;'!|[]()ft/ ")
_WIDE = frozenset("mwMW@%&")
_SLACK = 1.08


def text_width(text: str, size: float) -> float:
    """The width of a text at a font size."""
    return sum(map(_share, text)) * size * _SLACK


def _share(character: str) -> float:
    if character in _NARROW:
        return 0.29
    if character in _WIDE:
        return 0.86
    if ord(character) > 0x2E80:  # noqa: PLR2004 (from here on characters are square)
        return 1.0
    return 0.68 if character.isupper() else 0.55


def wrapped(text: str, width: float, size: float) -> list[str]:
    """The text in lines of at most this width; a word that is wider is cut."""
    lines = [""]
    for word in text.split():
        for piece in _pieces(word, width, size):
            longer = f"{lines[-1]} {piece}".strip()
            if lines[-1] and text_width(longer, size) > width:
                lines.append(piece)
            else:
                lines[-1] = longer
    return lines


def _pieces(word: str, width: float, size: float) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and text_width(pieces[-1] + character, size) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces
