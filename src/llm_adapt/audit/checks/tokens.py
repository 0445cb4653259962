"""How many tokens the rows have: estimated without a vocabulary, or counted by a tokenizer."""

import re
from array import array
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from llm_adapt.audit.check import Check, Context, found
from llm_adapt.audit.checks.profile import quantile
from llm_adapt.audit.row import Row
from llm_adapt.errors import LlmAdaptError
from llm_adapt.rules.audit import DataFinding, Fact
from llm_adapt.rules.location import Location

_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_BLANK, _DIGIT, _LETTER = re.compile(r"\s"), re.compile(r"\d"), re.compile(r"\w")
_MARK = "\x01"


class _Kinds(dict[int, str]):
    """For each character one of ASCII that counts alike; those of ASCII are their own."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if code < 128:  # noqa: PLR2004 (ASCII)
            kind = "." if char == _MARK else char
        elif _IDEOGRAPH.match(char):
            kind = _MARK
        elif _BLANK.match(char):
            kind = " "
        elif _DIGIT.match(char):
            kind = "0"
        else:
            kind = "a" if _LETTER.match(char) else "."
        self[code] = kind
        return kind


_KINDS = _Kinds()


def _only(kind: Callable[[str], bool]) -> bytes:
    """What blanks out all that is not of a kind, in ASCII."""
    return bytes(n if n < 128 and kind(chr(n)) else 32 for n in range(256))  # noqa: PLR2004


_ONLY_LETTERS, _ONLY_LINES = (
    _only(str.isalpha),
    _only(lambda char: char == "\n").replace(b"\n", b"n"),
)
_ONLY_DIGITS = bytes(48 if 48 <= n < 58 else 32 for n in range(256))  # noqa: PLR2004 (0 to 9)
_ONLY_SIGNS = _only(lambda char: not char.isalnum() and not char.isspace())
# A word of so many letters is one token; each further letter adds its weight.
SHORT = 6


@dataclass(slots=True)
class _Counts:
    # In thousandths, for whole numbers add up to the same in any order.
    total: int = 0
    rows: int = 0
    sizes: Counter[int] = field(default_factory=Counter[int])
    over: "array[int]" = field(default_factory=lambda: array("Q"))
    cut: int = 0
    unanswered: int = 0


class Tokens(Check[_Counts]):
    """Counts tokens; rows beyond `context` are told, and those cut off at `cutoff` counted."""

    rules = ("longer-than-context",)
    state = _Counts

    def __init__(
        self, count: Callable[[str], float], context: int | None, cutoff: int | None
    ) -> None:
        self.count = count
        self.context = context
        self.cutoff = cutoff

    def row(self, state: _Counts, row: Row) -> None:
        """Take in a row."""
        exact = self.count(row.text)
        tokens = round(exact)
        state.rows += 1
        state.total += (fine := round(1000 * exact))
        state.unanswered += 0 if row.answered or row.label is not None else fine
        state.sizes[tokens] += 1
        if self.context is not None and tokens > self.context:
            state.over.append(row.number)
        state.cut += self.cutoff is not None and tokens > self.cutoff

    def finish(self, state: _Counts, context: Context) -> tuple[list[DataFinding], list[Fact]]:
        """Tell how many there are, by row and in all."""
        of = state.rows
        if not of:
            return [], []
        facts: list[tuple[str, float]] = [
            ("tokens_total", round(state.total / 1000)),
            ("tokens_per_row_mean", state.total / 1000 / of),
            ("tokens_per_row_min", min(state.sizes)),
            ("tokens_per_row_max", max(state.sizes)),
            ("tokens_per_row_p50", quantile(state.sizes, 0.5)),
            ("tokens_per_row_p95", quantile(state.sizes, 0.95)),
        ]
        if state.unanswered:
            facts.append(("corpus_tokens", round(state.unanswered / 1000)))
        if self.cutoff is not None:
            facts.append(("cut_off_share", state.cut / of))
        example = f"the longest has {max(state.sizes):,} tokens"
        findings = found("longer-than-context", state.over, example)
        return findings, [Fact(name, value, of, context.sampled) for name, value in facts]


class Estimate:
    """Tokens by what a text is made of; `weights` are tokens for each piece of a kind."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.weights = dict(weights)

    def __call__(self, text: str) -> float:
        """Estimate the tokens of a text."""
        weights, found = self.weights, 0.0
        if not text.isascii():
            text = text.translate(_KINDS)
            found = text.count(_MARK) * weights["ideograph"]
            text = text.replace(_MARK, " ")
        raw = text.encode()
        sizes = list(map(len, raw.translate(_ONLY_LETTERS).split()))
        found += len(sizes) * weights["word"]
        found += sum([n - SHORT for n in sizes if n > SHORT]) * weights["letter_beyond"]
        found += len(raw.translate(_ONLY_SIGNS).split()) * weights["punctuation"]
        if "\n" in text:
            found += len(raw.translate(_ONLY_LINES).split()) * weights["line_break"]
        kinds = raw.translate(_ONLY_DIGITS)
        if b"0" in kinds:
            groups = kinds.replace(b"000", b"1").replace(b"00", b"1").replace(b"0", b"1")
            found += groups.count(b"1") * weights["digits"]
        return found


class Counted:
    """Tokens as a `tokenizer.json` of a model counts them, special ones left out.

    Raises:
        LlmAdaptError: The library is not installed, or the file is no tokenizer.
    """

    def __init__(self, file: Path) -> None:
        self.file, where = file, Location(str(file))
        try:
            from tokenizers import Tokenizer  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
        except ImportError:
            hint = 'python -m pip install "llm-adapt[tokens]"'
            raise LlmAdaptError("--tokenizer needs the extra tokens", where, hint) from None
        try:
            self.tokenizer = Tokenizer.from_file(str(file))
        except Exception as error:  # noqa: BLE001 (the library has no error of its own)
            hint = "name the tokenizer.json of a model"
            raise LlmAdaptError(f"this is no tokenizer: {error}", where, hint) from None

    def __reduce__(self) -> "tuple[type[Counted], tuple[Path]]":
        return Counted, (self.file,)

    def __call__(self, text: str) -> float:
        """Count the tokens of a text."""
        return len(self.tokenizer.encode(text, add_special_tokens=False).ids)
