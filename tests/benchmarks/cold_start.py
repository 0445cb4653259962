"""Cold starts as ratios to a bare interpreter of the same environment, beside other tools.

usage: python tests/benchmarks/cold_start.py [--runs 15]

Every command runs in turn, so that a busy machine slows all alike; the median of the runs counts.
The rule cache is warm after one run, and switched off where it says cold.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parent.parent.parent
ANSWERS = ROOT / "examples" / "climate-report-questions" / "answers.yaml"
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
        "advise -f json, warm": (advise, warm, 18),
        "advise -f json, cold": (advise, {"LLM_ADAPT_CACHE": ""}, 30),
        "advise (text), warm": (advise[:-2], warm, None),
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
    """How long one run takes."""
    started = perf_counter()
    subprocess.run(
        arguments, env={**os.environ, **environment}, cwd=ROOT, capture_output=True, check=False
    )
    return perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
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


if __name__ == "__main__":
    main()
