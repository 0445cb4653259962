"""What a strategy would take here: a range with its unit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """An estimate for one part of a strategy; the unit is GiB or GPU hours."""

    strategy: str
    title: str
    low: float
    typical: float
    high: float
    unit: str
