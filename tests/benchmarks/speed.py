"""Speed: cold starts as ratios to a bare interpreter, and the time of answers in process.

usage: python tests/benchmarks/speed.py [--runs 15] [--cases FOLDER]

Every command runs in turn, so that a busy machine slows all alike; the median of the runs counts.
The rule cache is warm after one run, and switched off where it says cold. In process, processor
time counts: advice on every case of a folder, every step of an interview about each (answered
from the case, *don't know* otherwise), and the difference made by each of some dropped rules.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from llm_adapt.decide.program import Program
from llm_adapt.files.yaml_file import read_file
from llm_adapt.proof.outlook import Inquiry
from llm_adapt.rules.plain import mapping
from llm_adapt.rules.situation import Answer, Situation
from llm_adapt.rules.value import Unreadable, Value
from llm_adapt.usecases.advise import advise, program_for
from llm_adapt.usecases.rulebook.difference import difference

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "examples"
ANSWERS = EXAMPLES / "climate-report-questions" / "answers.yaml"
LITTLE = EXAMPLES / "hardly-anything-known" / "answers.yaml"
PROJECT = EXAMPLES / "ci" / "mail-sorter" / "llm-adapt.yaml"
CASES = ROOT / "tests" / "real_cases"
INTERVIEWS = 30
DROPPED = 12
SCHEMA = '{"type": "object"}'


def commands(folder: Path) -> dict[str, tuple[list[str], dict[str, str], float | None]]:
    """Name to arguments, environment and the most it may take."""
    scripts = Path(sys.executable).parent
    ours = str(scripts / "llm-adapt")
    advise = [ours, "advise", str(ANSWERS), "-f", "json"]
    warm = {"LLM_ADAPT_CACHE": str(folder / "cache")}
    found: dict[str, tuple[list[str], dict[str, str], float | None]] = {
        "python -c pass": ([sys.executable, "-c", "pass"], {}, None),
        "--version": ([ours, "--version"], {}, 8),
        "--help": ([ours, "--help"], {}, 17),
        "advise -f json, warm": (advise, warm, 20),
        "advise, hardly anything": ([ours, "advise", str(LITTLE), "-f", "json"], warm, 24),
        "advise -f json, cold": (advise, {"LLM_ADAPT_CACHE": ""}, 30),
        "advise (text), warm": (advise[:-2], warm, None),
        "check of one project": ([ours, "check", str(PROJECT)], warm, 22),
    }
    schema = folder / "schema.json"
    schema.write_text(SCHEMA)
    peers = {
        "ruff": ["--version"],
        "yamllint": [str(ANSWERS)],
        "check-jsonschema": ["--schemafile", str(schema), str(ANSWERS)],
        "lint-imports": ["--version"],
    }
    for name, arguments in peers.items():
        if (scripts / name).exists():
            label = f"{name} {arguments[0]}" if arguments[0].startswith("--v") else name
            found[label] = ([str(scripts / name), *arguments], {}, None)
    return found


def seconds(arguments: list[str], environment: dict[str, str]) -> float:
    """How long one run takes; modules are compiled once, as they are wherever it is installed."""
    usual = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    started = perf_counter()
    subprocess.run(
        arguments, env={**usual, **environment}, cwd=ROOT, capture_output=True, check=False
    )
    return perf_counter() - started


def in_process(folder: Path) -> None:
    """Print how long answers take, with the most that is wanted."""
    program = program_for("current")
    situations = [read_case(program, path) for path in sorted(folder.glob("*.yaml"))]
    advise(program, situations[0])
    advice = [timed(partial(advise, program, each)) for each in situations]
    told("advice", advice, (100, 200, 400))
    steps = [step for each in situations[:INTERVIEWS] for step in interview(program, each)]
    told("one step of an interview", steps, (None, 100, 250))
    rules = program.rules
    diffs: list[float] = []
    for name in list(rules.rules)[:: max(1, len(rules.rules) // DROPPED)]:
        rest = {other: rule for other, rule in rules.rules.items() if other != name}
        fewer = replace(rules, rules=rest)
        diffs.append(timed(partial(difference, rules, fewer)))
    told("rules diff, one rule dropped", diffs, (None, None, 1000))


def read_case(program: Program, path: Path) -> Situation:
    """The answers of a case that the rule set takes."""
    answers: dict[str, Answer] = {}
    for name, raw in mapping(mapping(read_file(path, path.name).data)["answers"]).items():
        question = program.rules.questions.get(name)
        read = question.read(raw) if question else None
        if read is not None and not isinstance(read, Unreadable):
            answers[name] = Answer(read)
    return Situation(answers)


def interview(program: Program, case: Situation) -> Iterator[float]:
    """The milliseconds of each step until nothing open can change first place."""
    known, values, unknown = case.values(), dict[str, Value](), frozenset[str]()
    while True:
        started = process_time()
        found = Inquiry(program, values, unknown).outlook(whole=False).open
        yield (process_time() - started) * 1e3
        if not found:
            return
        name = found[0].question
        if name in known:
            values[name] = known[name]
        else:
            unknown |= {name}


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of processor time."""
    started = process_time()
    work()
    return (process_time() - started) * 1e3


def told(name: str, times: list[float], wanted: tuple[float | None, ...]) -> None:
    """One line: median, 95th percentile and worst, each with the most that is wanted."""
    ordered = sorted(times)
    found = (median(ordered), ordered[int(0.95 * (len(ordered) - 1))], ordered[-1])
    words = [
        f"{word} {value:6.1f}" + (f" (at most {most:g})" if most else "")
        for word, value, most in zip(("median", "p95", "worst"), found, wanted, strict=True)
    ]
    print(f"{name:30} {', '.join(words)} ms of {len(times)}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--cases", type=Path, default=CASES)
    chosen = parser.parse_args()
    runs = chosen.runs
    with tempfile.TemporaryDirectory() as name:
        tried = commands(Path(name))
        times: dict[str, list[float]] = {label: [] for label in tried}
        for arguments, environment, _ in tried.values():
            seconds(arguments, environment)
        for _ in range(runs):
            for label, (arguments, environment, _) in tried.items():
                times[label].append(seconds(arguments, environment))
    bare = median(times["python -c pass"])
    print(f"bare interpreter {bare * 1e3:.1f} ms, median of {runs}")
    for label, (_, _, most) in tried.items():
        ratio = median(times[label]) / bare
        wanted = "" if most is None else f"   at most {most:g}x wanted"
        print(f"{label:24} {median(times[label]) * 1e3:7.0f} ms {ratio:6.1f}x{wanted}")
    in_process(chosen.cases)


if __name__ == "__main__":
    main()
