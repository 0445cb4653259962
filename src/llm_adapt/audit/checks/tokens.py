"""How many tokens the rows have: estimated without a vocabulary, or counted by a tokenizer."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from llm_adapt.audit.check import Check, Context, found
from llm_adapt.audit.checks.profile import quantile
from llm_adapt.audit.row import Row
from llm_adapt.audit.spill import Numbers
from llm_adapt.errors import LlmAdaptError
from llm_adapt.rules.audit import DataFinding, Fact
from llm_adapt.rules.location import Location

_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# What a character is, as a bit of a byte; white space is none of it.
_LETTER, _DIGIT, _SIGN, _LINE, _OWN_WORD = KINDS = 1, 2, 4, 8, 16
# Texts are looked at in pieces of so many characters.
PIECE = 1 << 16
_LETTERS, _DIGITS, _SIGNS, _LINES, _OWN_WORDS = (
    int.from_bytes(bytes([kind]) * PIECE, "little") for kind in KINDS
)
_ONLY_DIGITS = bytes(48 if kind == _DIGIT else 32 for kind in range(256))
# A word of so many letters is one token; each further letter adds its weight.
SHORT = 6


class _Kinds(dict[int, int]):
    """What characters are, by their code."""

    def __missing__(self, code: int) -> int:
        char, kind = chr(code), _SIGN
        if char.isspace():
            kind = _LINE if char == "\n" else 0
        elif _IDEOGRAPH.match(char):
            kind = _OWN_WORD
        elif char.isalnum():
            kind = _DIGIT if char.isdecimal() else _LETTER
        self[code] = kind
        return kind


_KINDS = _Kinds()
_OF_ASCII = bytes(_KINDS[code] for code in range(256))


@dataclass(slots=True)
class _Counts:
    # In thousandths, for whole numbers add up to the same in any order.
    total: int = 0
    rows: int = 0
    sizes: Counter[int] = field(default_factory=Counter[int])
    over: Numbers = field(default_factory=Numbers)
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
        """Take in a row, and note its tokens there."""
        exact = self.count(row.text)
        row.tokens = tokens = round(exact)
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
        plain = text.isascii()
        kinds = text.encode().translate(_OF_ASCII) if plain else text.translate(_KINDS).encode()
        found = self._tokens(kinds[:PIECE])
        for at in range(PIECE, len(kinds), PIECE):
            found += self._tokens(kinds[at : at + PIECE])
        return found

    def _tokens(self, kinds: bytes) -> float:
        """Count runs of a kind with all characters at once, as one number of many bits.

        A run begins where a bit stands without that of the character before; and a word has as
        many letters beyond the short ones as places that as many letters follow.
        """
        weights, bits = self.weights, int.from_bytes(kinds, "little")
        begins, letters = bits & ~(bits << 8), bits & _LETTERS
        pairs = letters & letters >> 8
        fours = pairs & pairs >> 16
        beyond = fours & fours >> 8 * (SHORT - 3)
        found = (
            (begins & _LETTERS).bit_count() * weights["word"]
            + beyond.bit_count() * weights["letter_beyond"]
            + (begins & _SIGNS).bit_count() * weights["punctuation"]
            + (begins & _LINES).bit_count() * weights["line_break"]
            + (bits & _OWN_WORDS).bit_count() * weights["ideograph"]
        )
        if bits & _DIGITS:
            groups = kinds.translate(_ONLY_DIGITS)
            for digits in (b"000", b"00", b"0"):
                groups = groups.replace(digits, b"1")
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
