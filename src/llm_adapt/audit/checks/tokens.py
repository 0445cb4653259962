"""How many tokens the rows have: estimated without a vocabulary, or counted by a tokenizer."""

import re
from array import array
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from llm_adapt.audit.check import Context, found
from llm_adapt.audit.checks.profile import quantile, rounded
from llm_adapt.audit.row import FILE, Row
from llm_adapt.errors import LlmAdaptError
from llm_adapt.rules.audit import DataFinding, Fact
from llm_adapt.rules.location import Location

_WORDS = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_LONG = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{7,}")
_DIGITS = re.compile(r"\d{1,3}")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SIGNS = re.compile(r"(?:[^\w\s]|_)+")
_LINES = re.compile(r"\n+")
_RUNS = re.compile(rb"a{7,}")
# ASCII by kinds: letters, digits, line breaks, blanks, signs.
_KINDS = bytes(
    ord("a" if chr(n).isalpha() else "0" if chr(n).isdigit() else "n" if chr(n) == "\n"
        else " " if chr(n).isspace() else ".")
    for n in range(128)
) + b"." * 128  # fmt: skip
# How a run of a kind begins.
_WORD, _SIGN, _LINE = ([bytes((n, kind)) for n in b"a0n ." if n != kind] for kind in b"a.n")
# A word of so many letters is one token; each further letter adds its weight.
SHORT = 6


@dataclass(slots=True)
class _Counts:
    # In thousandths, for whole numbers add up to the same in any order.
    total: int = 0
    rows: int = 0
    sizes: Counter[int] = field(default_factory=Counter[int])
    least: int = -1
    most: int = 0
    longest: int = -1
    over: "array[int]" = field(default_factory=lambda: array("Q"))
    cut: int = 0
    unanswered: int = 0


class Tokens:
    """Counts tokens; rows beyond `context` are told, and those cut off at `cutoff` counted."""

    rules = ("longer-than-context",)

    def __init__(
        self, count: Callable[[str], float], context: int | None, cutoff: int | None
    ) -> None:
        self.count = count
        self.context = context
        self.cutoff = cutoff

    def start(self) -> _Counts:
        """Give the state before the first row."""
        return _Counts()

    def row(self, state: _Counts, row: Row) -> None:
        """Take in a row."""
        exact = self.count(row.text)
        tokens = round(exact)
        state.rows += 1
        state.total += (fine := round(1000 * exact))
        state.unanswered += 0 if row.answered or row.label is not None else fine
        state.sizes[rounded(tokens)] += 1
        state.least = tokens if state.least < 0 else min(state.least, tokens)
        if tokens > state.most:
            state.most, state.longest = tokens, row.number
        if self.context is not None and tokens > self.context:
            state.over.append(row.number)
        state.cut += self.cutoff is not None and tokens > self.cutoff

    def merge(self, earlier: _Counts, later: _Counts) -> _Counts:
        """Make one state of two."""
        earlier.total += later.total
        earlier.rows += later.rows
        earlier.unanswered += later.unanswered
        earlier.sizes.update(later.sizes)
        known = [n for n in (earlier.least, later.least) if n >= 0]
        earlier.least = min(known, default=-1)
        if later.most > earlier.most:
            earlier.most, earlier.longest = later.most, later.longest
        earlier.over.extend(later.over)
        earlier.cut += later.cut
        return earlier

    def finish(self, state: _Counts, context: Context) -> tuple[list[DataFinding], list[Fact]]:
        """Tell how many there are, by row and in all."""
        of = state.rows
        if not of:
            return [], []
        facts: list[tuple[str, float]] = [
            ("tokens_total", round(state.total / 1000)),
            ("tokens_per_row_mean", state.total / 1000 / of),
            ("tokens_per_row_min", state.least),
            ("tokens_per_row_max", state.most),
            ("tokens_per_row_p50", quantile(state.sizes, 0.5)),
            ("tokens_per_row_p95", quantile(state.sizes, 0.95)),
        ]
        if state.unanswered:
            facts.append(("corpus_tokens", round(state.unanswered / 1000)))
        if self.cutoff is not None:
            facts.append(("cut_off_share", state.cut / of))
        example = f"row {state.longest % FILE} has {state.most} tokens"
        findings = found("longer-than-context", context.file, state.over, example)
        return findings, [Fact(name, value, of, context.sampled) for name, value in facts]


class Estimate:
    """Tokens by what a text is made of; `weights` are tokens for each piece of a kind."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.weights = dict(weights)

    def __call__(self, text: str) -> float:
        """Estimate the tokens of a text."""
        weights = self.weights
        if text.isascii():
            # The same pieces, told from the kinds of characters: several times as quick.
            kinds = b" " + text.encode().translate(_KINDS)
            long = _RUNS.findall(kinds)
            found = (sum(map(len, long)) - SHORT * len(long)) * weights["letter_beyond"]
            found += sum(map(kinds.count, _WORD)) * weights["word"]
            found += sum(map(kinds.count, _SIGN)) * weights["punctuation"]
            if "\n" in text:
                found += sum(map(kinds.count, _LINE)) * weights["line_break"]
            if b"0" in kinds:
                groups = kinds.replace(b"000", b"1").replace(b"00", b"1").replace(b"0", b"1")
                found += groups.count(b"1") * weights["digits"]
            return found
        words = _LONG.findall(text)
        found = (sum(map(len, words)) - SHORT * len(words)) * weights["letter_beyond"]
        found += len(_WORDS.findall(text)) * weights["word"]
        found += len(_SIGNS.findall(text)) * weights["punctuation"]
        found += len(_DIGITS.findall(text)) * weights["digits"]
        found += len(_CJK.findall(text)) * weights["ideograph"]
        return found + len(_LINES.findall(text)) * weights["line_break"]


class Counted:
    """Tokens as a `tokenizer.json` of a model counts them, special ones left out.

    Raises:
        LlmAdaptError: The library is not installed, or the file is no tokenizer.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._load()

    def _load(self) -> None:
        where = Location(str(self.file))
        try:
            from tokenizers import Tokenizer  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
        except ImportError:
            hint = 'python -m pip install "llm-adapt[tokens]"'
            raise LlmAdaptError("--tokenizer needs the extra tokens", where, hint) from None
        try:
            self.tokenizer = Tokenizer.from_file(str(self.file))
        except Exception as error:  # noqa: BLE001 (the library has no error of its own)
            hint = "name the tokenizer.json of a model"
            raise LlmAdaptError(f"this is no tokenizer: {error}", where, hint) from None

    def __reduce__(self) -> "tuple[type[Counted], tuple[Path]]":
        return Counted, (self.file,)

    def __call__(self, text: str) -> float:
        """Count the tokens of a text."""
        return len(self.tokenizer.encode(text, add_special_tokens=False).ids)
