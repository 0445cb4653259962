"""Answers that refuse: the model says that it cannot or will not do what is asked.

A refusal is said by the one who answers, of what is asked of him; so each pattern ties a speaker to
a refusing verb. An answer that refuses and then helps all the same is a partial one, and counted
apart.
"""

import re
from dataclasses import dataclass, field

from llm_adapt.audit.check import Check, Context, Words, any_of, found, shown
from llm_adapt.audit.row import Row
from llm_adapt.audit.spill import Numbers
from llm_adapt.rules.audit import DataFinding, Fact, share_name

# A refusal stands at the beginning; later on somebody else is speaking.
OPENING = 300


@dataclass(slots=True)
class _Refused:
    rows: Numbers = field(default_factory=Numbers)
    partial: Numbers = field(default_factory=Numbers)
    example: str = ""
    partial_example: str = ""
    answers: int = 0


class Refusal(Check[_Refused]):
    """Tells full refusals, and those that go on to help.

    One of `opens` begins the answer, or one of `says` stands near its beginning; `helps` makes it
    partial. Where none of `quick` is, none of them can be.
    """

    rules = ("refusal", "partial-refusal")
    state = _Refused

    def __init__(self, words: Words) -> None:
        self.opens = re.compile(any_of(words, "opens"))
        self.says, self.helps = (
            re.compile(rf"\b(?:{any_of(words, name)})") for name in ("says", "helps")
        )
        self.quick = tuple(words.get("quick", ()))

    def row(self, state: _Refused, row: Row) -> None:
        """Take in a row."""
        said = row.output
        if not said:
            return
        state.answers += 1
        begin = said[:OPENING].replace("\u2019", "'").lstrip(" \t\r\n\"'*#").casefold()
        # Spelt out, for it is asked of every answer: any() takes twice as long.
        for word in self.quick:
            if word in begin:
                break
        else:
            return
        if not (self.opens.match(begin) or self.says.search(begin)):
            return
        if self.helps.search(said.casefold()):
            state.partial.append(row.number)
            state.partial_example = state.partial_example or shown(said)
        else:
            state.rows.append(row.number)
            state.example = state.example or shown(said)

    def finish(self, state: _Refused, context: Context) -> tuple[list[DataFinding], list[Fact]]:
        """Tell the rows of either kind, and their share of the answers."""
        findings: list[DataFinding] = []
        facts: list[Fact] = []
        for rule, rows, example in (
            ("refusal", state.rows, state.example),
            ("partial-refusal", state.partial, state.partial_example),
        ):
            findings += found(rule, rows, example)
            facts.append(context.share(share_name(rule), len(rows), state.answers))
        return findings, facts if state.answers else []


def check(words: Words) -> Refusal:
    """The check; words are of the kinds it looks for."""
    return Refusal(words)
