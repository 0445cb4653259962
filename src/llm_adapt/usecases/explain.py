"""Anything a rule set names, explained; with answers, how it stands in that situation."""

import re
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches

from llm_adapt.decide.program import Program
from llm_adapt.decide.words import fill
from llm_adapt.errors import UsageError
from llm_adapt.report.phrases import listed
from llm_adapt.rules.explanation import Explanation
from llm_adapt.rules.situation import Situation
from llm_adapt.usecases.entries import Entry, entries
from llm_adapt.usecases.explain_check import explain_check
from llm_adapt.usecases.standing import Standings

NEAREST = 3
_BRACES = re.compile(r"\{([a-z0-9_]+)\}")


def explain(
    program: Program, name: str, situation: Situation | None = None
) -> tuple[Explanation, ...]:
    """Everything that carries a name; `kind:name` asks for one kind, `walk/node` for one node.

    Raises:
        UsageError: The rule set has nothing of that name.
    """
    kind, _, bare = name.rpartition(":")
    known = list(entries(program))
    found = [entry for entry in known if bare in entry.names and kind in {"", entry.kind}]
    told = [entry.tell() for entry in found]
    finding = explain_check(name) if kind in {"", "finding"} else None
    if finding is not None:
        told.append(finding)
    if not told:
        raise UsageError(f"there is nothing called {name}", None, _hint(bare, known))
    if situation is None:
        return tuple(replace(one, text=_without_answers(program, one.text)) for one in told)
    standings = Standings(program, situation)
    return tuple(standings.of(one) for one in told)


def _without_answers(program: Program, text: str) -> str:
    """The text of a rule with the names of questions where answers would stand."""

    def named(match: re.Match[str]) -> str:
        return f"<{match[1]}>" if match[1] in program.rules.questions else match[0]

    return fill(_BRACES.sub(named, text), program.rules, {})


def _hint(name: str, known: Iterable[Entry]) -> str:
    names = list(dict.fromkeys(name for entry in known for name in entry.names))
    near = get_close_matches(name.lower(), names, NEAREST, 0.6)
    # A word of a name is near enough, when nothing is nearer.
    near = near or [known for known in names if name and name.lower() in known][:NEAREST]
    if near:
        return f"did you mean {listed(near, 'or')}?"
    return "name a rule, question, node, strategy or other id that a report shows"
