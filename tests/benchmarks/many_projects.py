"""A check of many project files in one process: time for each, and peak memory.

usage: python tests/benchmarks/many_projects.py [COUNT] [--rules NAME] [--answered SHARE] [--jobs N]

Every project answers that share of the questions at random (seeded), holds a decision, a review
date, one assumption counted in a JSONL file and one value in a JSON file; one file in a hundred
is broken. The time is that of reading, deciding and writing SARIF; rules are loaded before.
"""

import argparse
import random
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from llm_adapt.files.rules import load_rules
from llm_adapt.files.yaml_file import dump_yaml
from llm_adapt.report.forms import check_as
from llm_adapt.rules.model import Kind, Question
from llm_adapt.rules.plain import Plain
from llm_adapt.usecases.check import CheckOptions, check

TODAY = date(2026, 6, 1)
BROKEN_EVERY = 100


def answer(question: Question, draw: random.Random) -> Plain:
    """Any answer to a question."""
    match question.kind:
        case Kind.CHOICE:
            return draw.choice(list(question.values))
        case Kind.SEVERAL:
            return draw.sample(list(question.values), draw.randint(0, 2))
        case Kind.YES_NO:
            return draw.choice(["yes", "no"])
        case Kind.INTEGER | Kind.NUMBER:
            high = question.maximum if question.maximum is not None else 1e6
            return max(int(question.minimum), 1) + int(draw.random() ** 4 * min(high, 1e6) * 0.9)


def write_projects(folder: Path, count: int, rules: str, share: float) -> None:
    """So many projects, each in a folder of its own with its evidence."""
    draw, known = random.Random(1), load_rules(rules)
    strategies = list(known.strategies)
    (folder / ".git").mkdir()
    for number in range(count):
        home = folder / "services" / f"p{number:05}"
        home.mkdir(parents=True)
        answers = {
            name: answer(question, draw)
            for name, question in known.questions.items()
            if draw.random() < share or name == "labeled_examples"
        }
        answers["labeled_examples"] = records = draw.randint(1, 50)
        (home / "labels.jsonl").write_text('{"text": "a", "label": "b"}\n' * records)
        (home / "eval.json").write_text(f'{{"accuracy": {draw.random():.3f}}}')
        data: dict[str, Plain] = {
            "project": f"p{number}",
            "rules": rules,
            "decision": {"strategy": draw.choice(strategies), "since": "2026-01-01"},
            "review_by": "2026-12-31",
            "answers": answers,
            "assumptions": [
                {"answer": "labeled_examples", "evidence": {"records": "labels.jsonl"}},
                {
                    "id": "quality",
                    "evidence": {"value": "eval.json", "at": "accuracy"},
                    "at_least": 0.5,
                },
            ],
        }
        broken = number % BROKEN_EVERY == BROKEN_EVERY - 1
        (home / "llm-adapt.yaml").write_text("answers: [" if broken else dump_yaml(data))


def megabytes() -> float:
    """The peak memory of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> None:
    """Generate, check, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=2000)
    parser.add_argument("--rules", default="current")
    parser.add_argument("--answered", type=float, default=1.0)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_projects(folder, options.count, options.rules, options.answered)
        load_rules(options.rules)
        before = megabytes()
        start = time.perf_counter()
        result = check(
            ["services/*/llm-adapt.yaml"], folder, CheckOptions(as_of=TODAY, jobs=options.jobs)
        )
        checked = time.perf_counter()
        text = check_as("sarif", result)
        end = time.perf_counter()
    broken = sum(project.standing is None for project in result.projects)
    print(f"{len(result.projects)} projects, {broken} of them broken")
    print(
        f"checked in {checked - start:.2f} s: {1e3 * (checked - start) / options.count:.2f} ms each"
    )
    print(f"SARIF of {len(text) / 1e6:.1f} MB in {end - checked:.2f} s")
    print(f"peak memory {megabytes():.0f} MiB, {before:.0f} before the check")


if __name__ == "__main__":
    main()
