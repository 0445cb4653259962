"""How the shipped rules rank documented projects and agree with a panel of experts.

usage: python tests/benchmarks/scores.py [--cases FOLDER] [--panel FILE] [--profile NAME]
                                         [--folds 3,4] [--rows]

The protocol: cases and panel sheets are split into five folds by a hash of the case's name (a
variation belongs to the fold of the case it was made from). Rules are worked on with folds 0-2 in
sight; of fold 3 the totals are looked at after a round; fold 4 is looked at once, at the end. So
only folds 3 and 4 say anything, and `--rows` shows no row of theirs.

ok1: first place is the best or an acceptable strategy; exact1: it is the best; best@3: the best is
among the first three; wrong1: first place was measured to be poor. Deletions take answers away at
random (20 draws of each case, seeded); jitter halves or doubles numbers or leaves them. Panel:
first1 is the share of sheets with the panel's first place, first@2 with it among the first two.
"""

import argparse
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from llm_adapt.decide.program import Program
from llm_adapt.files.yaml_file import read_file
from llm_adapt.rules.plain import Plain, mapping, sequence, text, texts
from llm_adapt.rules.value import Value
from llm_adapt.usecases.advise import program_for
from llm_adapt.usecases.cases import read_projects
from llm_adapt.verify.cases import Documented, Parts, parts, places

CASES = Path(__file__).parent.parent / "real_cases"
FOLDS = 5
SEEN = (0, 1, 2)
UNSEEN = (3, 4)
DRAWS = 20
Answers = dict[str, Value]


@dataclass(frozen=True)
class Sheet:
    """Answers that an expert ranked who saw nothing else."""

    name: str
    fold: int
    answers: Answers
    first: Parts


def fold_of(case: str) -> int:
    """The fold of a case, by its name alone."""
    return int.from_bytes(sha256(case.encode()).digest()[:4], "big") % FOLDS


def read_answers(program: Program, raw: Mapping[str, Plain]) -> Answers:
    """Plain values as the rule set reads them."""
    return {name: program.rules.questions[name].read(value) for name, value in raw.items()}


def read_cases(folder: Path, program: Program) -> list[Documented]:
    """All cases of a folder, by name."""
    return [project for project, _ in read_projects(folder, program.rules)]


def read_panel(file: Path, program: Program) -> list[Sheet]:
    """All judged sheets."""
    return [
        Sheet(
            text(sheet["id"]),
            fold_of(text(sheet["from"])),
            read_answers(program, mapping(sheet["answers"])),
            parts(texts(sheet["rank"])[0]),
        )
        for sheet in map(mapping, sequence(read_file(file).data))
    ]


def ranked(program: Program, answers: Mapping[str, Value]) -> list[Parts]:
    """The ranking as parts."""
    return places(program.evaluate(answers))


def scores(program: Program, cases: Iterable[tuple[Documented, Answers]]) -> tuple[float, ...]:
    """ok1, exact1, best@3 and wrong1 as shares."""
    found = [case.marks(ranked(program, answers)) for case, answers in cases]
    return tuple(sum(column) / max(1, len(found)) for column in zip(*found, strict=True))


def as_answered(cases: Iterable[Documented]) -> Iterator[tuple[Documented, Answers]]:
    """Every case once, as it is."""
    return ((case, case.answers) for case in cases)


def deleted(cases: Iterable[Documented], share: float) -> Iterator[tuple[Documented, Answers]]:
    """Every case several times with a share of its answers taken away."""
    draw = random.Random(1)
    for case in cases:
        for _ in range(DRAWS):
            kept = {k: v for k, v in case.answers.items() if draw.random() >= share}
            yield case, kept


def jittered(cases: Iterable[Documented], program: Program) -> Iterator[tuple[Documented, Answers]]:
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


def unmoved(program: Program, cases: Iterable[Documented]) -> float:
    """The share of single answers whose loss leaves first place where it was."""
    same = count = 0
    for case in cases:
        first = program.first(case.answers)
        for name in case.answers:
            rest = {key: value for key, value in case.answers.items() if key != name}
            same += program.first(rest) == first
            count += 1
    return same / max(1, count)


def agreement(program: Program, sheets: Iterable[Sheet]) -> tuple[float, float]:
    """Shares of sheets with the panel's first place first, and among the first two."""
    first = second = count = 0
    for sheet in sheets:
        order = ranked(program, sheet.answers)
        count += 1
        first += order[0] == sheet.first
        second += sheet.first in order[:2]
    return first / max(1, count), second / max(1, count)


def buckets(cases: Iterable[Documented]) -> dict[str, list[Documented]]:
    """The cases by what was best: the strategy, or `hybrid`."""
    found: dict[str, list[Documented]] = {}
    for case in cases:
        name = "+".join(case.best) if len(case.best) == 1 else "hybrid"
        found.setdefault(name, []).append(case)
    return dict(sorted(found.items()))


def line(label: str, count: int, found: tuple[float, ...]) -> str:
    """One row of the table."""
    return f"{label:36}{count:5}" + "".join(f"{value:9.3f}" for value in found)


def report(program: Program, cases: list[Documented], label: str) -> Iterator[str]:
    """The rows for some folds."""
    yield f"{label:36}{'n':>5}{'ok1':>9}{'exact1':>9}{'best@3':>9}{'wrong1':>9}"
    yield line("as answered", len(cases), scores(program, as_answered(cases)))
    for name, some in buckets(cases).items():
        yield line(f"  best is {name}", len(some), scores(program, as_answered(some)))
    yield line("20% of answers deleted", len(cases), scores(program, deleted(cases, 0.2)))
    yield line("numbers x0.5-x2", len(cases), scores(program, jittered(cases, program)))
    yield f"first place unmoved by the loss of one answer: {unmoved(program, cases):.3f}"


def misses(program: Program, cases: Iterable[Documented], sheets: Iterable[Sheet]) -> Iterator[str]:
    """What is ranked otherwise than it was judged, among the folds in sight."""
    for case in cases:
        order = ranked(program, case.answers)
        if fold_of(case.name) in SEEN and order[0] != case.best:
            mark = "wrong" if order[0] in case.wrong else "ok" if order[0] in case.fine else "miss"
            said = " ".join("+".join(sorted(place)) for place in order[:3])
            yield f"{mark:6}{case.name:44} best {'+'.join(sorted(case.best)):14} said {said}"
    for sheet in sheets:
        order = ranked(program, sheet.answers)
        if sheet.fold in SEEN and order[0] != sheet.first:
            said = " ".join("+".join(sorted(place)) for place in order[:3])
            yield f"panel {sheet.name:44} says {'+'.join(sorted(sheet.first)):14} said {said}"


def folds(value: str) -> tuple[int, ...]:
    """Fold numbers as written on the command line."""
    return tuple(int(number) for number in value.split(","))


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=Path, default=CASES)
    options.add_argument("--panel", type=Path, help="judged sheets; they are not in the repository")
    options.add_argument("--profile", default="current")
    options.add_argument("--folds", type=folds, default=UNSEEN)
    options.add_argument("--rows", action="store_true", help="show rows of the folds in sight")
    chosen = options.parse_args()
    program = program_for(chosen.profile)
    label = "folds " + ", ".join(map(str, chosen.folds))
    cases = [c for c in read_cases(chosen.cases, program) if fold_of(c.name) in chosen.folds]
    print("\n".join(report(program, cases, label)))
    sheets: list[Sheet] = []
    if chosen.panel:
        sheets = [s for s in read_panel(chosen.panel, program) if s.fold in chosen.folds]
        first, two = agreement(program, sheets)
        print(f"{'panel':36}{'n':>5}{'first1':>9}{'first@2':>9}")
        print(line("same first place", len(sheets), (first, two)))
    if chosen.rows:
        print("\n".join(misses(program, cases, sheets)))


if __name__ == "__main__":
    main()
