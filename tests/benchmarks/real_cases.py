"""How the shipped rules rank documented projects: a table, and how it bears missing answers.

usage: python tests/benchmarks/real_cases.py [FOLDER] [--profile NAME] [--rows]

`read` are cases whose outcome was looked at while rules were written, `held` those that were
looked at only after a round. Neither proves much: both were visible. ok1: first place is the best
or an acceptable strategy; exact1: it is the best; best@3: the best is among the first three;
wrong1: first place was measured to be poor. Deletions take answers away at random (20 draws of
each case, seeded); jitter moves every number by a factor of two.
"""

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from llm_adapt.decide.program import Program
from llm_adapt.decide.rank import rank
from llm_adapt.files.answers import situation_of
from llm_adapt.files.yaml_file import read_file
from llm_adapt.rules.plain import mapping, text, texts
from llm_adapt.rules.value import Value
from llm_adapt.usecases.advise import program_for

CASES = Path(__file__).parent.parent / "real_cases"
DRAWS = 20
Answers = dict[str, Value]


@dataclass(frozen=True)
class RealCase:
    """A documented project: what was known, and what worked."""

    name: str
    part: str
    answers: Answers
    best: frozenset[str]
    fine: frozenset[frozenset[str]]
    wrong: frozenset[frozenset[str]]


def parts(strategy: str) -> frozenset[str]:
    """A strategy as its parts; tuning is included in (continued) pre-training, prompting in all."""
    found = set(strategy.split("+"))
    if found & {"cpt", "pretrain"}:
        found -= {"peft", "full_ft"}
    if len(found) > 1:
        found -= {"icl"}
    return frozenset(found)


def read_cases(folder: Path, program: Program) -> list[RealCase]:
    """All cases of a folder, by name."""
    found = []
    for path in sorted(folder.glob("*.yaml")):
        document = read_file(path)
        data = mapping(document.data)
        expected = mapping(data["expected"])
        best = parts(text(expected["best"]))
        fine = {best} | {parts(name) for name in texts(expected["also_acceptable"])}
        wrong = {parts(name) for name in texts(expected["clearly_wrong"])} - fine
        answers = situation_of(document, program.rules.questions).values()
        part = text(data.get("part")) or "held"
        found.append(RealCase(path.stem, part, answers, best, frozenset(fine), frozenset(wrong)))
    return found


def ranked(program: Program, answers: Answers) -> list[frozenset[str]]:
    """The ranking as parts; an explicit `none` stands first."""
    decided = program.evaluate(answers)
    order = [parts(name) for name in rank(decided)]
    return [frozenset({"none"}), *order] if decided.first == "none" else order


def scores(program: Program, cases: list[tuple[RealCase, Answers]]) -> tuple[float, ...]:
    """ok1, exact1, best@3 and wrong1 as shares."""
    counts = [0, 0, 0, 0]
    for case, answers in cases:
        order = ranked(program, answers)
        counts[0] += order[0] in case.fine
        counts[1] += order[0] == case.best
        counts[2] += case.best in order[:3]
        counts[3] += order[0] in case.wrong
    return tuple(count / max(1, len(cases)) for count in counts)


def deleted(cases: list[RealCase], share: float) -> Iterator[tuple[RealCase, Answers]]:
    """Every case several times with a share of its answers taken away."""
    draw = random.Random(1)
    for case in cases:
        for _ in range(DRAWS):
            kept = {k: v for k, v in case.answers.items() if draw.random() >= share}
            yield case, kept


def jittered(cases: list[RealCase], program: Program) -> Iterator[tuple[RealCase, Answers]]:
    """Every case several times with each number doubled, halved or left."""
    draw = random.Random(2)
    for case in cases:
        for _ in range(DRAWS):
            moved: Answers = {}
            for name, value in case.answers.items():
                question = program.rules.questions[name]
                moved[name] = value
                if isinstance(value, float | int) and question.maximum is None and value:
                    scaled = value * draw.choice((0.5, 1, 2))
                    moved[name] = max(1, int(scaled)) if question.kind == "integer" else scaled
            yield case, moved


def unmoved(program: Program, cases: list[RealCase]) -> float:
    """The share of single answers whose loss leaves first place where it was."""
    same = count = 0
    for case in cases:
        first = program.first(case.answers)
        for name in case.answers:
            rest = {key: value for key, value in case.answers.items() if key != name}
            same += program.first(rest) == first
            count += 1
    return same / max(1, count)


def line(label: str, count: int, found: tuple[float, ...]) -> str:
    """One row of the table."""
    return f"{label:26}{count:5}" + "".join(f"{value:9.3f}" for value in found)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", nargs="?", type=Path, default=CASES)
    options.add_argument("--profile", default="current")
    options.add_argument("--rows", action="store_true", help="show the cases that are not ok")
    chosen = options.parse_args()
    program = program_for(chosen.profile)
    cases = read_cases(chosen.folder, program)
    print(f"{'real cases':26}{'n':>5}{'ok1':>9}{'exact1':>9}{'best@3':>9}{'wrong1':>9}")
    for part in ("read", "held"):
        some = [case for case in cases if case.part == part]
        print(
            line(f"{part}, as answered", len(some), scores(program, [(c, c.answers) for c in some]))
        )
    for share in (0.1, 0.2, 0.3):
        some_deleted = list(deleted(cases, share))
        print(line(f"all, {share:.0%} deleted", len(cases), scores(program, some_deleted)))
    print(line("all, numbers x0.5-x2", len(cases), scores(program, list(jittered(cases, program)))))
    print(f"first place unmoved by the loss of one answer: {unmoved(program, cases):.3f}")
    for case in cases if chosen.rows else []:
        order = ranked(program, case.answers)
        if order[0] not in case.fine:
            said = " ".join("+".join(sorted(place)) for place in order[:3])
            print(f"{case.name:44} best {'+'.join(sorted(case.best)):14} said {said}")


if __name__ == "__main__":
    main()
