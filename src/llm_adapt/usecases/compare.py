"""Two answer files, or two saved results, side by side."""

import json
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path

from llm_adapt.decide.advise import Adviser
from llm_adapt.decide.program import Program
from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.answers import parse_answers
from llm_adapt.files.yaml_file import check_size, decode, read_bytes
from llm_adapt.report.json_v1 import SCHEMA, advice_data
from llm_adapt.rules.comparison import Comparison, Disagreement, Side, Standing
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain, as_plain, mapping, number, sequence, text
from llm_adapt.rules.value import Unreadable, Value

NONE = "none"
# Answers taken over at once when no single one explains the difference, and tries for it.
MOST_TOGETHER, TRIES = 4, 20_000


def compare(program: Program, a: Side, b: Side) -> Comparison:
    """What differs between two sides, judged by one rule set."""
    differing = {
        name for name in {*a.answers, *b.answers} if a.answers.get(name) != b.answers.get(name)
    }
    fields = [name for name in program.rules.questions if name in differing]
    fields += sorted(differing.difference(fields))
    swap = _Swap(program, a, b)
    return Comparison(
        a=a,
        b=b,
        disagreements=tuple(swap.disagreement(name) for name in fields),
        only_a=tuple(name for name in sorted(a.rules) if name not in b.rules),
        only_b=tuple(name for name in sorted(b.rules) if name not in a.rules),
        moved=tuple(_moved(a, b)),
        together=swap.together(fields),
        caution=_caution(program, a, b),
    )


def read_side(program: Program, path: Path) -> Side:
    """One side from a file: answers, or a saved result.

    Raises:
        LlmAdaptError: It cannot be read, or is neither.
    """
    return parse_side(program, read_bytes(path, str(path)), str(path))


def parse_side(program: Program, raw: bytes, name: str) -> Side:
    """One side from the bytes of a file.

    Raises:
        LlmAdaptError: They are neither answers nor a result.
    """
    result = _result(raw, name)
    if result is None:
        situation = parse_answers(raw, program.rules.questions, name)
        result = mapping(as_plain(advice_data(Adviser(program, situation).advice())))
    try:
        return _side(name, result)
    except (KeyError, TypeError, ValueError):
        hint = "make it again: llm-adapt advise ANSWERS -f json"
        raise LlmAdaptError("this is not a whole result", Location(name), hint) from None


def _result(raw: bytes, name: str) -> dict[str, Plain] | None:
    words = decode(check_size(raw, name), name)
    if not words.lstrip().startswith("{"):
        return None
    try:
        data = mapping(as_plain(json.loads(words)))
    except (ValueError, RecursionError):
        return None
    schema = data.get("schema")
    if schema is None:
        return None
    if schema != SCHEMA:
        raise LlmAdaptError(
            f"this is no result of schema {SCHEMA}", Location(name), "name an answers file instead"
        )
    return data


def _side(name: str, data: Mapping[str, Plain]) -> Side:
    ranking = [mapping(place) for place in sequence(data["ranking"])]
    ruleset = mapping(data["ruleset"])
    answers = mapping(data.get("answers"))
    firsts = [text(place["strategy"]) for place in ranking if place["status"] == "recommended"]
    reasons = [mapping(r) for place in ranking for r in sequence(place["reasons"])]
    return Side(
        name=name,
        ruleset=f"{text(ruleset['name'])} {text(ruleset['version'])}",
        digest=text(ruleset["digest"]),
        verdict=text(data["verdict"]),
        first=firsts[0] if firsts else NONE,
        answers={key: mapping(answer).get("value") for key, answer in answers.items()},
        places={
            text(place["strategy"]): Standing(
                int(number(place["rank"])), int(number(place["score"])), text(place["status"])
            )
            for place in ranking
        },
        rules={text(reason["rule"]): text(reason["text"]) for reason in reasons},
    )


def _moved(a: Side, b: Side) -> Iterator[str]:
    for name, place in sorted(a.places.items(), key=lambda pair: pair[1].rank):
        if b.places.get(name) != place:
            yield name
    yield from (name for name in b.places if name not in a.places)


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

    def __init__(self, program: Program, a: Side, b: Side) -> None:
        self.program = program
        self.a, self.b = a, b
        self.values_a = dict(self._read(a))
        self.values_b = dict(self._read(b))
        self.first = self._first(self.values_a)
        self.wanted = self._first(self.values_b)

    def _read(self, side: Side) -> Iterator[tuple[str, Value]]:
        for name, raw in side.answers.items():
            value = self._value(name, raw)
            if value is not None and not isinstance(value, Unreadable):
                yield name, value

    def _value(self, name: str, raw: Plain) -> Value | Unreadable | None:
        question = self.program.rules.questions.get(name)
        return Unreadable("unknown", "") if question is None else question.read(raw)

    def _first(self, values: Mapping[str, Value]) -> str:
        return self.program.chart.first(*self.program.state(values))

    def _with(self, *names: str) -> str:
        values = {key: value for key, value in self.values_a.items() if key not in names}
        values |= {name: self.values_b[name] for name in names if name in self.values_b}
        return self._first(values)

    def disagreement(self, name: str) -> Disagreement:
        """One differing answer, tried."""
        before, after = self.a.answers.get(name), self.b.answers.get(name)
        if any(isinstance(self._value(name, raw), Unreadable) for raw in (before, after)):
            return Disagreement(name, before, after, None, None)
        first = self._with(name)
        return Disagreement(name, before, after, first, first != self.first)

    def together(self, fields: list[str]) -> tuple[str, ...]:
        """The fewest answers of B that give A the first place of B."""
        if self.first == self.wanted:
            return ()
        tries = 0
        for count in range(1, MOST_TOGETHER + 1):
            for names in combinations(fields, count):
                tries += 1
                if tries > TRIES:
                    return ()
                if self._with(*names) == self.wanted:
                    return names
        return ()
