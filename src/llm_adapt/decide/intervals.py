"""Intervals of numbers between the bounds that conditions compare with."""

from math import ceil, floor, inf

from llm_adapt.rules.record import record


@record(frozen=True)
class Interval:
    """The numbers from `low` to `high`; each end belongs to it or not."""

    low: float
    high: float
    low_in: bool = True
    high_in: bool = True

    def example(self, *, whole: bool) -> float | None:
        """A number in the interval, round where that is possible; `None` when it holds none."""
        if self.low == self.high:
            return self.low if not whole or self.low == int(self.low) else None
        if whole:
            first = floor(self.low) + 1 if not self.low_in else ceil(self.low)
            last = ceil(self.high) - 1 if not self.high_in and self.high < inf else self.high
            if first > last:
                return None
            return first if self.low_in or last == inf else _round(first, last, whole=True)
        if self.high == inf:
            return self.low if self.low_in else _round(self.low, inf, whole=False)
        return self.low if self.low_in else _round(self.low, self.high, whole=False)


def _round(low: float, high: float, *, whole: bool) -> float:
    """A number between two with few digits; ends that are whole may be taken."""
    if high == inf:
        return low if whole else (low * 2 or 1)
    middle = (low + high) / 2
    if whole:
        return int(middle)
    for digits in range(1, 12):
        candidate = float(f"{middle:.{digits}g}")
        if low < candidate < high:
            return candidate
    return middle


def cells(cuts: list[float], minimum: float, maximum: float | None) -> list[Interval]:
    """The line from minimum to maximum, cut at and around each number in `cuts`."""
    top = inf if maximum is None else maximum
    ends = [cut for cut in cuts if minimum < cut < top]
    found: list[Interval] = []
    low, low_in = minimum, True
    if minimum in cuts:
        found.append(Interval(minimum, minimum))
        low_in = False
    for cut in ends:
        found += [Interval(low, cut, low_in, high_in=False), Interval(cut, cut)]
        low, low_in = cut, False
    top_cut = top in cuts
    found.append(Interval(low, top, low_in, high_in=top < inf and not top_cut))
    if top_cut:
        found.append(Interval(top, top))
    return found
