"""Ranking complete situations in process, beside a GoRules ZEN decision table with the same rules.

usage: python tests/benchmarks/ranking.py [--rules 80] [--questions 25] [--rounds 400]

Both get the same generated rules (three comparisons each, all of which must hold) and the same
answers. ZEN collects the rules that hit; here the strategies are ranked besides: walk, arguments
and vetoes. Without `zen-engine` (python -m pip install zen-engine) only our own time is printed.
Times are the least of several runs, for one situation.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from llm_adapt.decide.program import Program
from llm_adapt.decide.rank import rank
from llm_adapt.rules.model import (
    AllOf,
    Argument,
    Condition,
    Edge,
    IsOneOf,
    Kind,
    Need,
    Node,
    Question,
    Rule,
    RuleSet,
    Strategy,
    Strength,
    Tally,
    Threshold,
    Walk,
)
from llm_adapt.rules.value import Value

CHOICES = ("a", "b", "c", "d")
CUTS = (10, 100, 1000)
PARTS = ("one", "two", "three", "four", "five", "six")
HYBRIDS = (("one", "two"), ("two", "three"), ("three", "four"))
NEEDS = ("facts", "form", "field")
REPEATS = 5


@dataclass(frozen=True)
class Generated:
    """A rule set, and situations to rank with it."""

    rules: RuleSet
    situations: list[dict[str, Value]]


def generate(rules: int, questions: int, situations: int) -> Generated:
    """The same rule set and situations every time."""
    chance = random.Random(80_25)
    asked = {f"q{number:02}": _question(number) for number in range(questions)}
    ruled = {f"r{number:02}": _rule(number, asked, chance) for number in range(rules)}
    needs = {name: Need(name, name, name) for name in NEEDS}
    strategies = {
        "+".join(parts): Strategy("+".join(parts), "", "", parts, effort, NEEDS[:1], ("one",))
        for effort, parts in enumerate([*((part,) for part in PARTS), *HYBRIDS])
    }
    walks = (_walk("first", 1, chance, asked), _walk("second", 2, chance, asked))
    ends = list(strategies)
    join = {
        (one, two): ends[(3 * place + other) % len(ends)]
        for place, one in enumerate(walks[0].results)
        for other, two in enumerate(walks[1].results)
    }
    made = RuleSet(
        "generated", "1", "", "", (), asked, {}, {}, {}, needs, strategies, {}, ruled, walks, join,
        {}, {}, {}, "",
    )  # fmt: skip
    answers = [{name: _answer(q, chance) for name, q in asked.items()} for _ in range(situations)]
    return Generated(made, answers)


def _question(number: int) -> Question:
    kind = (Kind.CHOICE, Kind.CHOICE, Kind.NUMBER, Kind.CHOICE, Kind.YES_NO)[number % 5]
    values = {value: value for value in CHOICES} if kind is Kind.CHOICE else {}
    return Question(f"q{number:02}", number, "", "", kind, values, "", 0, None, False, (), "")


def _comparison(question: Question, chance: random.Random) -> IsOneOf | Threshold:
    if question.kind is Kind.NUMBER:
        return Threshold(question.id, chance.choice(("<", ">=")), chance.choice(CUTS))
    if question.kind is Kind.YES_NO:
        return IsOneOf(question.id, (chance.choice(("yes", "no")),))
    return IsOneOf(question.id, tuple(sorted(chance.sample(CHOICES, chance.choice((1, 2))))))


def _rule(number: int, asked: dict[str, Question], chance: random.Random) -> Rule:
    names = chance.sample(sorted(asked), 3)
    when = AllOf(tuple(_comparison(asked[name], chance) for name in names))
    target = chance.choice((*PARTS, *NEEDS))
    strength = chance.choice((Strength.WEAK, Strength.MODERATE, Strength.STRONG))
    argument = Argument(target, chance.random() < 0.7, strength, chance.choice("tuvw"))
    out = (chance.choice(PARTS),) if number % 20 == 0 else ()
    return Rule(f"r{number:02}", "", when, (argument,), out, "", (), ())


def _walk(name: str, order: int, chance: random.Random, asked: dict[str, Question]) -> Walk:
    results = {f"{name}-{end}": "" for end in range(4)}
    nodes: dict[str, Node] = {}
    count = 8
    for number in range(count):
        when: Condition = Tally(NEEDS[number % 3], 2)
        if number % 3:
            when = _comparison(asked[chance.choice(sorted(asked))], chance)
        ahead = [f"n{later}" for later in range(number + 1, min(number + 4, count))]
        ends = [*ahead, *results] if number else ahead
        to = [Edge(chance.choice(ends), "") for _ in range(3)]
        nodes[f"n{number}"] = Node(f"n{number}", name, "", when, *to, (), (), None)
    return Walk(name, "", order, "n0", results, nodes)


def _answer(question: Question, chance: random.Random) -> Value:
    if question.kind is Kind.NUMBER:
        return chance.choice((1, 10, 50, 100, 500, 1000, 5000))
    return chance.choice(("yes", "no") if question.kind is Kind.YES_NO else CHOICES)


def zen_table(rules: RuleSet) -> str:
    """The rules as a decision table that collects all hits."""
    inputs = [{"id": name, "name": name, "field": name} for name in rules.questions]
    rows = []
    for rule in rules.rules.values():
        row = {"_id": rule.id, "hit": f'"{rule.id}"'}
        assert isinstance(rule.when, AllOf)
        for part in rule.when.parts:
            if isinstance(part, IsOneOf):
                row[part.field] = ", ".join(f'"{value}"' for value in part.values)
            elif isinstance(part, Threshold):
                row[part.field] = f"{part.op} {part.bound}"
        rows.append(row)
    content = {
        "hitPolicy": "collect",
        "inputs": inputs,
        "outputs": [{"id": "hit", "name": "hit", "field": "hit"}],
        "rules": rows,
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": content,
         "position": {"x": 1, "y": 0}},
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
    ]  # fmt: skip
    edges = [
        {"id": "a", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "b", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    return json.dumps(
        {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}
    )


def timed(run: Callable[[dict[str, Value]], object], situations: list[dict[str, Value]]) -> float:
    """Microseconds for one situation, the least of several runs."""
    best = float("inf")
    for _ in range(REPEATS):
        started = perf_counter()
        for situation in situations:
            run(situation)
        best = min(best, perf_counter() - started)
    return best / len(situations) * 1e6


def check(program: Program, decision: Any, situations: list[dict[str, Value]]) -> None:
    """Both must find the same rules, or the comparison says nothing."""
    for situation in situations[:50]:
        state = program.atoms.state(situation)
        ours = {name for name in program.rules.rules if program.logic[name].test(*state) == 1}
        theirs = {hit["hit"] for hit in decision.evaluate(situation)["result"]}
        if ours != theirs:
            sys.exit(f"the engines disagree: {sorted(ours ^ theirs)}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rules", type=int, default=80)
    parser.add_argument("--questions", type=int, default=25)
    parser.add_argument("--rounds", type=int, default=400)
    chosen = parser.parse_args()
    generated = generate(chosen.rules, chosen.questions, chosen.rounds)
    program = Program(generated.rules)
    ranked = timed(lambda values: rank(program.evaluate(values)), generated.situations)
    state = timed(program.atoms.state, generated.situations)
    print(f"{chosen.rules} rules, {chosen.questions} questions, {len(program.chart.nodes)} nodes")
    print(f"llm-adapt  {ranked:7.1f} us a ranking, {state:.1f} of it reading the answers")
    try:
        import zen
    except ImportError:
        print("zen-engine is not installed")
        return
    decision: Any = zen.ZenEngine().create_decision(zen_table(generated.rules))
    check(program, decision, generated.situations)
    zen_time = timed(decision.evaluate, generated.situations)
    print(
        f"zen-engine {zen_time:7.1f} us a table; ratio {ranked / zen_time:.2f}, at most 0.20 wanted"
    )


if __name__ == "__main__":
    main()
