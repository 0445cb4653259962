"""Two answer files, or two saved results, side by side."""

from collections.abc import Iterator, Mapping
from itertools import chain, combinations, islice
from pathlib import Path

from llm_adapt.decide.program import Program
from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.answers import parse_answers
from llm_adapt.files.yaml_file import check_size, decode, read_bytes
from llm_adapt.report.json_v1 import SCHEMA, v1
from llm_adapt.report.phrases import NONE
from llm_adapt.rules.difference import Comparison, Disagreement, Moved, Ranked, Side
from llm_adapt.rules.json_text import read_json
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain, as_plain, mapping, number, sequence, text
from llm_adapt.rules.record import record
from llm_adapt.usecases.advise import advise

# Answers taken over at once when no single one explains the difference, and tries for it.
MOST_TOGETHER, TRIES = 4, 20_000


@record(frozen=True)
class Result:
    """One side with what it rests on: answers, ranking, and the rules that spoke."""

    side: Side
    answers: Mapping[str, Plain]
    places: Mapping[str, Ranked]
    rules: Mapping[str, str]


def compare(program: Program, a: Result, b: Result) -> Comparison:
    """What differs between two sides, judged by one rule set."""
    differing = {n for n in {*a.answers, *b.answers} if a.answers.get(n) != b.answers.get(n)}
    fields = [name for name in program.rules.questions if name in differing]
    fields += sorted(differing.difference(fields))
    swap = _Swap(program, a, b)
    return Comparison(
        a=a.side,
        b=b.side,
        same_first=a.side.first == b.side.first,
        answers=tuple(swap.disagreement(name) for name in fields),
        together=swap.together(fields),
        rules_only_a=tuple(sorted(a.rules.keys() - b.rules)),
        rules_only_b=tuple(sorted(b.rules.keys() - a.rules)),
        rule_texts={n: {**b.rules, **a.rules}[n] for n in sorted(a.rules.keys() ^ b.rules.keys())},
        moved=tuple(_moved(a.places, b.places)),
        caution=_caution(program, a.side, b.side),
    )


def read_result(program: Program, path: Path) -> Result:
    """One side from a file: answers, or a saved result.

    Raises:
        LlmAdaptError: It cannot be read, or is neither.
    """
    return parse_result(program, read_bytes(path, str(path)), str(path))


def parse_result(program: Program, raw: bytes, name: str) -> Result:
    """One side from the bytes of a file.

    Raises:
        LlmAdaptError: They are neither answers nor a result.
    """
    saved = _saved(raw, name)
    if saved is None:
        situation = parse_answers(raw, program.rules.questions, name)
        saved = mapping(as_plain(v1("advice", advise(program, situation))))
    try:
        return _read(name, saved)
    except (KeyError, TypeError, ValueError):
        hint = "make it again: llm-adapt advise ANSWERS -f json"
        raise LlmAdaptError("this is not a whole result", Location(name), hint) from None


def _saved(raw: bytes, name: str) -> dict[str, Plain] | None:
    words = decode(check_size(raw, name), name)
    try:
        data = mapping(read_json(words)) if words.lstrip().startswith("{") else {}
    except (ValueError, RecursionError):
        return None
    if data.get("schema") not in {None, SCHEMA}:
        message, hint = f"this is no result of schema {SCHEMA}", "name an answers file instead"
        raise LlmAdaptError(message, Location(name), hint)
    return data if data.get("schema") else None


def _read(name: str, data: Mapping[str, Plain]) -> Result:
    ranking = [mapping(place) for place in sequence(data["ranking"])]
    ruleset = mapping(data["ruleset"])
    answers = mapping(data.get("answers"))
    firsts = [text(place["strategy"]) for place in ranking if place["status"] == "recommended"]
    reasons = [mapping(r) for place in ranking for r in sequence(place["reasons"])]
    side = Side(
        name=name,
        ruleset=f"{text(ruleset['name'])} {text(ruleset['version'])}",
        digest=text(ruleset["digest"]),
        verdict=text(data["verdict"]),
        first=firsts[0] if firsts else NONE,
    )
    places = {
        text(place["strategy"]): Ranked(
            int(number(place["rank"])), int(number(place["score"])), text(place["status"])
        )
        for place in ranking
    }
    given = {key: mapping(answer).get("value") for key, answer in answers.items()}
    return Result(side, given, places, {text(r["rule"]): text(r["text"]) for r in reasons})


def _moved(a: Mapping[str, Ranked], b: Mapping[str, Ranked]) -> Iterator[Moved]:
    names = [*sorted(a, key=lambda name: a[name].rank), *(name for name in b if name not in a)]
    for name in names:
        if a.get(name) != b.get(name):
            yield Moved(name, a.get(name), b.get(name))


def _caution(program: Program, a: Side, b: Side) -> str:
    if a.digest != b.digest:
        return f"A was made with rule set {a.ruleset} ({a.digest}), B with {b.ruleset} ({b.digest})"
    if a.digest != program.rules.digest:
        mine = f"{program.rules.name} {program.rules.version} ({program.rules.digest})"
        made = f"both were made with rule set {a.ruleset} ({a.digest})"
        return f"{made}, single answers tried with {mine}"
    return ""


class _Swap:
    """Answers of B put into A, to see what first place becomes."""

    def __init__(self, program: Program, a: Result, b: Result) -> None:
        self.program, self.a, self.b = program, a, b
        self.values_a, self.values_b = (program.rules.read(side.answers) for side in (a, b))
        self.first, self.wanted = program.first(self.values_a), program.first(self.values_b)

    def _with(self, *names: str) -> str:
        values = {key: value for key, value in self.values_a.items() if key not in names}
        values |= {name: self.values_b[name] for name in names if name in self.values_b}
        return self.program.first(values)

    def disagreement(self, name: str) -> Disagreement:
        """One differing answer, tried."""
        before, after = self.a.answers.get(name), self.b.answers.get(name)
        sides = (before, self.values_a), (after, self.values_b)
        if any(raw is not None and name not in values for raw, values in sides):
            return Disagreement(name, before, after, None, None)
        first = self._with(name)
        return Disagreement(name, before, after, first, first != self.first)

    def together(self, fields: list[str]) -> tuple[str, ...]:
        """The fewest answers of B that give A the first place of B."""
        if self.first == self.wanted:
            return ()
        counts = range(1, MOST_TOGETHER + 1)
        tries = chain.from_iterable(combinations(fields, count) for count in counts)
        fitting = (names for names in islice(tries, TRIES) if self._with(*names) == self.wanted)
        return next(fitting, ())
