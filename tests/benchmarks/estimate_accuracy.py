"""Accuracy of the estimates over published measurements, beside what other calculators say.

Usage: python tests/benchmarks/estimate_accuracy.py FOLDER [DAY]

FOLDER holds memory.csv, gpu_hours.csv and inference.csv, and may hold reports_2026.csv and
configs_2026.csv with a folder `configs`. Constants were fitted on the groups whose SHA-256 is even; `held` are the others, and what the tool prints of its
accuracy is theirs (with the DAY it writes rules/tables/accuracy.yaml to stdout). Cards for verdicts: 12, 16, 24, 40, 48 and 80 GB at 93 % of the nominal size in
GiB, and for reports of "out of memory" and "it ran" the card of the report.
"""

import csv
import hashlib
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.config import from_config
from llm_adapt.estimate.fit import explained
from llm_adapt.estimate.hours import training_hours
from llm_adapt.estimate.memory import training_memory
from llm_adapt.estimate.models import find_model, from_size, known_gpu
from llm_adapt.estimate.run import read_run
from llm_adapt.estimate.serving import output_tokens_per_second
from llm_adapt.rules.estimate import GB, GIB, Fit
from llm_adapt.usecases.estimate import load_tables

TABLES = load_tables()
ANSWERS = {"value", "unit", "gib_per_gpu", "notes", "gpu_hours", "implied_mfu_6nd"}
FEW = {"params_b", "method", "seq_len", "micro_batch", "n_gpus", "sharding", "gpu"}
CARDS = (12, 16, 24, 40, 48, 80)
VISIBLE = 0.93


@dataclass(frozen=True)
class Point:
    """One row: what was estimated, the range, and what was measured."""

    row: dict[str, str]
    typical: float
    low: float
    high: float
    measured: float

    @property
    def ratio(self):
        return self.typical / self.measured


def rows_of(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def usable(path: Path) -> list[dict[str, str]]:
    return [row for row in rows_of(path) if row.get("usable", "1") == "1"]


def held(row: dict[str, str]) -> bool:
    return hashlib.sha256(row["group"].encode()).digest()[-1] % 2 == 1


def cells_of(row: dict[str, str], *, few: bool) -> dict[str, str]:
    return {k: v for k, v in row.items() if (k in FEW if few else k not in ANSWERS)}


def memory_points(rows: Iterable[dict[str, str]], *, few: bool) -> list[Point]:
    points = []
    for row in rows:
        gib = training_memory(read_run(cells_of(row, few=few), TABLES), TABLES).gib
        points.append(Point(row, gib.typical, gib.low, gib.high, float(row["gib_per_gpu"])))
    return points


def peer_points(rows, formula: Callable[[dict[str, str]], float | None]) -> list[Point]:
    found = [(row, formula(row)) for row in rows]
    return [
        Point(row, gib, gib, gib, float(row["gib_per_gpu"]))
        for row, gib in found
        if gib is not None
    ]


def llama_factory(row):
    """GB per billion parameters by method and bits, as its README has them."""
    size = float(row["params_b"])
    if row["method"] == "full":
        return size * (8 if row["precision_regime"] == "pure_bf16" else 18) * GB / GIB
    bits = {"none": 2.0, "gptq8": 1.0, "int8": 1.0, "int2": 0.25}
    return size * bits.get(row["quant"], 0.5) * GB / GIB


def accelerate(row):
    """`estimate-memory` used naively: the Adam figure when all is trained, else the weights."""
    params = float(row["params_b"]) * GB
    if row["method"] == "full":
        return params * (16 if row["weights_dtype"] == "fp32" else 8) / GIB
    if row["quant"] != "none":
        return params * (1.0 if row["quant"].endswith("8") else 0.5) / GIB
    return params * (4 if row["weights_dtype"] == "fp32" else 2) / GIB


def gpu_poor(row):
    """Weights, Adam on everything or on rank 8, and activations with the square of the length."""
    if float(row["n_gpus"] or 1) > 1:
        return None
    params = float(row["params_b"]) * GB
    shape = find_model(row["model"], TABLES) or from_size(params, "")
    layers, hidden, ffn, heads = shape.layers, shape.hidden, shape.ffn, shape.heads
    each = 4 if row["weights_dtype"] == "fp32" else 2
    params = shape.vocab * hidden * 2 + layers * (4 * hidden**2 + 3 * ffn * hidden)
    length, batch = float(row["seq_len"]), float(row["micro_batch"])
    if row["method"] == "full":
        state, weights = params * 3 * each, params * each
    elif row["method"] == "qlora":
        wide = (15 * hidden + 6 * ffn) * layers
        grows = max(1.0, (length / 50) ** 0.5)
        state = layers * 8 * hidden * 0.5 * 4 * 3 + 0.75 * wide * 50 * grows * batch
        weights = params * 0.5
    else:
        state, weights = layers * 8 * hidden * 2 * 4 * 3 * 2, params * each
    attention = length * hidden * 8 * each + length**2 * heads * (2 * each + 4)
    inner = length * (2 * hidden + 6 * ffn) * each
    norms = length * 8 + length * hidden * each * 6
    kept = (attention + inner + norms) * layers * batch
    kept *= 0.15 if row["grad_ckpt"] == "1" else 1.0
    return (weights + state + kept + 650 * 2**20) / GIB


def verdicts(points: list[Point]) -> tuple[float, float, float]:
    """Over all cards: share of right verdicts, of false "fits", and of "depends on"."""
    right = false_fits = depends = 0
    for point in points:
        for card in CARDS:
            room = card * VISIBLE
            fits, cannot, is_so = point.high <= room, point.low > room, point.measured <= room
            right += (fits and is_so) or (cannot and not is_so)
            false_fits += fits and not is_so
            depends += not fits and not cannot
    count = len(points) * len(CARDS)
    return right / count, false_fits / count, depends / count


def share(points, test) -> float:
    return sum(map(test, points)) / len(points)


def memory_line(name: str, points: list[Point]) -> str:
    if not points:
        return f"{name:<26}{0:>4}"
    right, false_fits, depends = verdicts(points)
    width = median(p.high / p.low for p in points)
    return (
        f"{name:<26}{len(points):>4}{median(abs(p.ratio - 1) for p in points):>8.1%}"
        f"{share(points, lambda p: abs(p.ratio - 1) <= 0.2):>8.1%}"
        f"{share(points, lambda p: p.ratio < 0.8):>7.1%}"
        f"{share(points, lambda p: p.low <= p.measured <= p.high):>7.1%}{width:>6.2f}"
        f"{right:>8.1%}{depends:>7.1%}{false_fits:>6.1%}"
    )


def hours_points(rows) -> list[Point]:
    points = []
    for row in rows:
        hours = training_hours(read_run(cells_of(row, few=False), TABLES), TABLES).hours
        measured = float(row["gpu_hours"])
        points.append(Point(row, hours.typical, hours.low, hours.high, measured))
    return points


def baseline_hours(rows) -> list[Point]:
    """Six operations a parameter and token at 40 % of peak."""
    points = []
    for row in rows:
        peak = float(row["peak_bf16_tflops"]) * 1e12
        work = 6 * float(row["active_params_b"]) * GB * float(row["tokens_b"]) * GB
        hours = work / (peak * 0.4) / 3600
        points += [Point(row, hours, hours, hours, float(row["gpu_hours"]))]
    return points


def hours_line(name: str, points: list[Point]) -> str:
    if not points:
        return f"{name:<32}{0:>4}"
    factors = [max(p.ratio, 1 / p.ratio) for p in points]
    return (
        f"{name:<32}{len(points):>4}{median(abs(p.ratio - 1) for p in points):>8.1%}"
        f"{median(p.ratio for p in points):>8.2f}"
        f"{sum(f <= 1.5 for f in factors) / len(points):>8.1%}"
        f"{sum(f <= 2 for f in factors) / len(points):>8.1%}"
        f"{share(points, lambda p: p.low <= p.measured <= p.high):>8.1%}"
    )


def memory_table(rows) -> list[str]:
    columns = ("rows", "median", "in 20%", "under", "range", "width", "right", "dep.", "f.fit")
    widths = (4, 8, 8, 7, 7, 6, 8, 7, 6)
    head = "".join(f"{name:>{wide}}" for name, wide in zip(columns, widths, strict=True))
    lines = ["peak memory per GPU", f"{'':<26}{head}"]
    for name, few in (("everything stated", False), ("few inputs", True)):
        points = memory_points(rows, few=few)
        lines.append(memory_line(name, points))
        kept = [p for p in points if held(p.row)]
        lines.append(memory_line("  held", kept))
        for method in ("full", "lora", "qlora"):
            lines += [memory_line(f"  held {method}", [p for p in kept if _like(p, method)])]
    for name, formula in (
        ("gpu_poor", gpu_poor),
        ("accelerate estimate-memory", accelerate),
        ("LLaMA-Factory table", llama_factory),
    ):
        lines += [memory_line(name, peer_points(rows, formula))]
    return lines


def _like(point: Point, method: str) -> bool:
    found = point.row["method"]
    others = "lora" if found not in ("full", "qlora") else found
    return others == method


def reports_table(rows) -> list[str]:
    """Reports without a peak: what is said of runs that ran, and of those that did not."""
    lines = ["", "reports of out of memory and of success, on their own cards"]
    for name, few in (("everything stated", False), ("few inputs", True)):
        said: dict[tuple[str, str], int] = {}
        for row in rows:
            gpu = known_gpu(row["gpu"], TABLES)
            if row["value_kind"] not in ("oom", "fits") or gpu is None:
                continue
            run = read_run(cells_of(row, few=few), TABLES)
            found = explained(run, training_memory(run, TABLES), gpu, TABLES)
            unless = found.fit is Fit.FITS and found.depends_on
            key = (row["value_kind"], "fits unless it evaluates" if unless else found.fit.value)
            said[key] = said.get(key, 0) + 1
        for kind in ("oom", "fits"):
            verdicts = (Fit.FITS, "fits unless it evaluates", Fit.DEPENDS, Fit.NO)
            counts = ", ".join(f"{fit} {said.get((kind, fit), 0)}" for fit in verdicts)
            lines.append(f"{name:<20} {kind:<5} {counts}")
    return lines


def hours_table(rows) -> list[str]:
    columns = ("rows", "median", "bias", "x1.5", "x2", "range")
    lines = ["", "GPU hours", f"{'':<32}{columns[0]:>4}" + "".join(f"{c:>8}" for c in columns[1:])]
    points = hours_points(rows)
    lines.append(hours_line("all", points))
    kept = [p for p in points if held(p.row)]
    lines.append(hours_line("  held", kept))
    for method in ("full", "lora", "qlora"):
        lines += [hours_line(f"  held {method}", [p for p in kept if p.row["method"] == method])]
    lines.append(hours_line("6ND at 40 % of peak", baseline_hours(rows)))
    return lines


def serving_points(rows) -> list[Point]:
    points = []
    for row in rows:
        shape = find_model(row["model"].replace("3.3-70B", "3.1-70B"), TABLES)
        gpu = known_gpu(row["gpu"], TABLES)
        if row["kind"] != "throughput_max_load" or not shape or not gpu:
            continue
        cells = {"method": "inference", "quant": row["weights"], "n_gpus": row["n_gpus"]}
        run = read_run(cells | {"gpu": gpu.name}, TABLES, shape)
        sizes = float(row["input_len"]), float(row["output_len"])
        rate = output_tokens_per_second(run, *sizes, TABLES)
        points += [Point(row, rate.typical, rate.low, rate.high, float(row["value"]))]
    return points


def serving_table(rows) -> list[str]:
    columns = ("rows", "median", "bias", "x1.5", "x2", "range")
    head = f"{'':<32}{columns[0]:>4}" + "".join(f"{c:>8}" for c in columns[1:])
    points = serving_points(rows)
    return ["", "output tokens a second, full load", head, hours_line("known models", points)]


def configs_table(folder: Path) -> list[str]:
    """Parameter counts of config.json files against the count of the class or the publisher."""
    right = wrong = 0
    lines = []
    for row in rows_of(folder / "configs_2026.csv"):
        path = folder / "configs" / f"{row['name']}.json"
        truth = row["counted_params_b"] or row["published_params_b"]
        if not path.exists() or not truth:
            continue
        try:
            counted = from_config(json.loads(path.read_text()), row["name"], TABLES).params / GB
        except LlmAdaptError as error:
            lines.append(f"  {row['name']:<22} refused: {error.message[:70]}")
            continue
        off = counted / float(truth) - 1
        right += abs(off) <= 0.02
        wrong += abs(off) > 0.02
        if abs(off) > 0.02:
            lines.append(f"  {row['name']:<22} {counted:.4g}B, not {truth}B: {off:+.1%}")
    return ["", f"config.json: {right} counted within 2 %, {wrong} not", *lines]


def accuracy_table(folder: Path, day: str) -> str:
    """The accuracy on held rows, as the table that the tool quotes."""
    reports = [row for row in rows_of(folder / "reports_2026.csv") if row["usable"] == "1"]
    memory = [row for row in usable(folder / "memory.csv") + reports if held(row)]
    hours = [row for row in usable(folder / "gpu_hours.csv") if held(row)]
    found = {
        "memory-{}": (memory_points(memory, few=False), lambda p: abs(p.ratio - 1) <= 0.2),
        "memory-{}-few": (memory_points(memory, few=True), lambda p: abs(p.ratio - 1) <= 0.2),
        "hours-{}": (hours_points(hours), lambda p: 1 / 1.5 <= p.ratio <= 1.5),
    }
    lines = [
        "# How far published measurements that nothing was fitted on lie from the estimates.",
        "# Written by tests/benchmarks/estimate_accuracy.py FOLDER DAY.",
        "rows:",
    ]
    for name, (points, near) in found.items():
        for method in ("full", "lora", "qlora"):
            part = [p for p in points if _like(p, method)]
            off = median(abs(p.ratio - 1) for p in part)
            covered = share(part, lambda p: p.low <= p.measured <= p.high)
            lines += [
                f"  - name: {name.format(method)}",
                f"    rows: {len(part)}",
                f"    median: {off:.3f}",
                f"    within: {share(part, near):.3f}",
                f"    covered: {covered:.3f}",
                '    source: "tests/benchmarks/estimate_accuracy.py"',
                f'    date: "{day}"',
                "    grade: D",
            ]
    return "\n".join(lines)


def main(folder: Path) -> None:
    reports = rows_of(folder / "reports_2026.csv")
    measured = [row for row in reports if row["usable"] == "1"]
    lines = [
        *memory_table(usable(folder / "memory.csv") + measured),
        *reports_table(reports),
        *hours_table(usable(folder / "gpu_hours.csv")),
        *serving_table(usable(folder / "inference.csv")),
        *configs_table(folder),
    ]
    print("\n".join(lines))


if __name__ == "__main__":
    source = Path(sys.argv[1])
    if len(sys.argv) > 2:
        print(accuracy_table(source, sys.argv[2]))
    else:
        main(source)
