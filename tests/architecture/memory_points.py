"""Writes the memory that rules compare with, which is the estimator's, into the rule sets.

Usage: python tests/architecture/memory_points.py
"""

import re
from pathlib import Path

from llm_adapt.estimate.memory import training_memory
from llm_adapt.estimate.run import read_run
from llm_adapt.rules.estimate import GB, GIB
from llm_adapt.usecases.estimate import load_tables

RULES = Path(__file__).resolve().parents[2] / "rules"
# Billions of parameters: those that people ask about become points, and so many others that the
# rest lie on lines between them.
ASKED = (0.5, 1, 3, 7, 8, 13, 14, 32, 70)
SIZES = sorted({*ASKED, *(float(f"{0.1 * 10 ** (step / 24):.2g}") for step in range(108))})
NEAR = 0.01
DERIVED = {
    "full_ft_memory_gb": ("full", RULES / "current" / "thresholds.yaml"),
    "lora_memory_gb": ("lora", RULES / "article" / "thresholds.yaml"),
    "qlora_memory_gb": ("qlora", RULES / "article" / "thresholds.yaml"),
}


def gigabytes(size: float, method: str) -> dict[str, float]:
    """The range of the estimator for a size and a method, with nothing else stated."""
    run = read_run({"params_b": size, "method": method}, load_tables())
    gib = training_memory(run, load_tables()).gib
    return {end: getattr(gib, end) * GIB / GB for end in ("low", "typical", "high")}


def points(name: str) -> str:
    """The points of a derived number as its file has them."""
    ends = {size: gigabytes(size, DERIVED[name][0]) for size in SIZES}
    sizes = [SIZES[0], *ASKED, SIZES[-1]]

    def off(size: float) -> float:
        left, right = (
            max(each for each in sizes if each <= size),
            min(e for e in sizes if e >= size),
        )
        share = (size - left) / (right - left) if right > left else 0.0
        return max(
            abs((1 - share) * ends[left][end] / value + share * ends[right][end] / value - 1)
            for end, value in ends[size].items()
        )

    while off(worst := max(SIZES, key=off)) > NEAR:
        sizes.append(worst)
    return "".join(
        f"      - {{at: {size:g}, "
        + ", ".join(f"{end}: {value:.3g}" for end, value in ends[size].items())
        + "}\n"
        for size in sorted(sizes)
    ).replace("e+0", "e")


def written(name: str) -> str:
    """The points of a derived number that its file has."""
    form = rf"^  {name}:\n(?:    .*\n)*?    points:\n((?:      - .*\n)+)"
    entry = re.search(form, text(name), re.MULTILINE)
    return entry[1] if entry else ""


def text(name: str) -> str:
    return DERIVED[name][1].read_text(encoding="utf-8")


if __name__ == "__main__":
    for each in DERIVED:
        DERIVED[each][1].write_text(text(each).replace(written(each), points(each)), "utf-8")
