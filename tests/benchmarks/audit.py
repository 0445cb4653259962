"""An audit of training data: its time as a ratio to reading the file, its peak memory, its workers.

usage: python tests/benchmarks/audit.py [--rows 52000] [--times 10]

The file is made of words drawn at random with the frequencies of running text (seeded), a tenth of
its rows repeated with a word changed. Each run is a process of its own; processor time and peak
memory are those the system counted for it.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from itertools import accumulate
from pathlib import Path
from time import perf_counter

VOCABULARY = 20_000
READ = "import json, sys\nfor line in open(sys.argv[1]):\n    json.loads(line)\n"


def write(path: Path, rows: int) -> None:
    """Rows of an instruction and an answer."""
    draw = random.Random(3)
    words = [
        "".join(draw.choices("etaoinshrdlu", k=draw.randint(2, 10))) for _ in range(VOCABULARY)
    ]
    weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
    last: list[str] = []
    with path.open("w") as stream:
        for _ in range(rows):
            said = draw.choices(words, cum_weights=weights, k=draw.randint(12, 90))
            if last and draw.random() < 0.1:
                said = [*last[:-1], draw.choice(words)]
            last = said
            row = {"instruction": " ".join(said[:10]) + "?", "output": " ".join(said[10:]) + "."}
            stream.write(json.dumps(row) + "\n")


def measured(arguments: list[str]) -> tuple[float, float, float]:
    """Seconds of processor and of the clock, and peak megabytes of the largest process."""
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=False)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)\n"
    )
    started = perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    seconds = perf_counter() - started
    used, peak = map(float, done.stdout.split())
    return used, seconds, peak


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=52_000)
    options.add_argument("--times", type=int, default=10, help="how much larger the second file is")
    given = options.parse_args()
    audit = [str(Path(sys.executable).parent / "llm-adapt"), "audit"]
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "small.jsonl"), Path(folder, "large.jsonl")
        write(small, given.rows)
        write(large, given.rows * given.times)
        read, _, _ = measured([sys.executable, "-c", READ, str(small)])
        one, clock, peak = measured([*audit, str(small), "-f", "json"])
        _, both, _ = measured([*audit, str(small), "-f", "json", "--jobs", "2"])
        many, _, high = measured([*audit, str(large), "-f", "json"])
    size = f"{given.rows:,} rows"
    print(f"{size}: {one:.1f} s, {one / read:.1f} times as long as json.loads of each line")
    print(f"two processes: {clock / both:.2f} times as quick")
    print(f"peak memory: {peak:.0f} MB; of {given.times} times as many rows: {high:.0f} MB")
    print(f"{given.times} times as many rows: {many / one:.1f} times as long")


if __name__ == "__main__":
    main()
