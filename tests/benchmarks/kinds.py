"""Count the kinds of projects of rules/current/kinds.yaml in the documented cases: kinds.py FOLDER.

A project is of the kind of what served it best. Of each kind: how many projects tell what, and,
where at least three do, how often which answer; a number counts for the nearest of those that
`plausible:` of the rule set gives weights to.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from math import log10
from pathlib import Path
from textwrap import wrap

from scores import read_cases

from llm_adapt.decide.program import Program
from llm_adapt.rules.case import ProjectKind
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.number import tidy
from llm_adapt.rules.value import Value
from llm_adapt.usecases.advise import program_for
from llm_adapt.verify.cases import Documented

FEWEST = 3
HEAD = """\
# yaml-language-server: $schema=../schema/ruleset.schema.json
# Which answers occur together: the 179 documented projects of tests/real_cases (2022-2026) by what served them
# best, counted by tests/benchmarks/kinds.py. `known` is how many of the `projects` tell an answer, `answers` how
# often which, where at least three do; numbers stand for the range about them. Published projects are no sample of
# all projects, so this is a statement about what is plausible, nothing more.
kinds:
"""


def kind_of(best: Iterable[str]) -> str:
    """What served best, in seven words: hybrids are rare one by one."""
    parts = sorted(best)
    if len(parts) == 1:
        return parts[0]
    return next((part for part in ("pretrain", "cpt") if part in parts), "rag_and_more")


def counted(rules: RuleSet, cases: Iterable[Documented]) -> dict[str, ProjectKind]:
    """The kinds, counted in some cases."""
    grouped: dict[str, list[Documented]] = {}
    for case in cases:
        grouped.setdefault(kind_of(case.best), []).append(case)
    return {name: _kind(rules, name, grouped[name]) for name in sorted(grouped)}


def _kind(rules: RuleSet, name: str, cases: list[Documented]) -> ProjectKind:
    known, answers = dict[str, int](), dict[str, Mapping[str, float]]()
    for question, weights in rules.plausible.items():
        told = [case.answers[question] for case in cases if question in case.answers]
        if told:
            known[question] = len(told)
        if len(told) >= FEWEST:
            counts = Counter(key for value in told for key in _keys(value, weights))
            answers[question] = {key: counts[key] for key in weights if key in counts}
    return ProjectKind(name, len(cases), known, answers)


def _keys(value: Value, weights: Mapping[str, float]) -> list[str]:
    """What of the written weights an answer counts for."""
    if isinstance(value, tuple):
        return [item for item in value if item in weights]
    if isinstance(value, float | int):
        place = _place(value)
        return [min(weights, key=lambda written: abs(_place(float(written)) - place))]
    return [str(value)] if str(value) in weights else []


def _place(number: float) -> float:
    return log10(number) if number > 0 else -9.0


def written(kinds: Mapping[str, ProjectKind]) -> str:
    """The kinds as the rule set has them."""
    lines: list[str] = []
    for name, kind in kinds.items():
        lines += [f"  {name}:", f"    projects: {kind.projects}"]
        known = f"    known: {{{_flow(kind.known)}}}"
        lines += wrap(known, 120, subsequent_indent=" " * 6)
        lines.append("    answers:")
        lines += [f"      {q}: {{{_flow(counts)}}}" for q, counts in kind.answers.items()]
    return HEAD + "\n".join(lines) + "\n"


def _flow(counts: Mapping[str, float]) -> str:
    return ", ".join(f"{key}: {tidy(float(count))}" for key, count in counts.items())


def main() -> None:
    """Print the section."""
    program: Program = program_for("current")
    print(written(counted(program.rules, read_cases(Path(sys.argv[1]), program))), end="")


if __name__ == "__main__":
    main()
