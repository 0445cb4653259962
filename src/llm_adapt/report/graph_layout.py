"""Where the boxes of a layered drawing go, so that arrows point down and rarely cross.

The usual four steps: longest paths give the layers, arrows over several layers get a bend in
each, sweeps of medians order the layers, and least squares with a minimum distance place what
stands in them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from llm_adapt.rules.record import record

COLUMN_GAP = 26.0
ROW_GAP = 46.0
SWEEPS = 12
# A bend may lie nearer to its neighbours than a box, and pulls harder to run straight.
BEND_WIDTH = 12.0
STRAIGHT = 6.0
# What the name of a bend begins with, and that of no box.
_BEND = "\0"
Point = tuple[float, float]
Link = tuple[str, str]


@record(frozen=True)
class Layout:
    """The middle of each box's upper edge, the points each arrow runs through, the whole size."""

    places: Mapping[str, Point]
    runs: Sequence[tuple[Point, ...]]
    width: float
    height: float


@dataclass(slots=True)
class _Grid:
    """The layers, with bends as entries of their own."""

    rows: list[list[str]]
    widths: dict[str, float]
    above: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    below: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    chains: list[list[str]] = field(default_factory=list[list[str]])


def lay_out(sizes: Mapping[str, Point], links: Sequence[Link]) -> Layout:
    """Places for boxes of these sizes (width, height), joined by links that form no circle."""
    grid = _grid(sizes, links)
    _order(grid)
    return _finish(grid, _columns(grid), sizes)


def _grid(sizes: Mapping[str, Point], links: Sequence[Link]) -> _Grid:
    layers = dict.fromkeys(sizes, 0)
    # Longest paths settle after at most as many rounds as there are boxes.
    for _ in sizes:
        for source, target in links:
            layers[target] = max(layers[target], layers[source] + 1)
    rows: list[list[str]] = [[] for _ in range(max(layers.values(), default=0) + 1)]
    for name, layer in layers.items():
        rows[layer].append(name)
    grid = _Grid(rows, {name: size[0] for name, size in sizes.items()})
    for index, (source, target) in enumerate(links):
        chain = [source]
        for layer in range(layers[source] + 1, layers[target]):
            bend = f"{_BEND}{index}/{layer}"
            grid.widths[bend] = BEND_WIDTH
            rows[layer].append(bend)
            chain.append(bend)
        chain.append(target)
        grid.chains.append(chain)
        for upper, lower in pairwise(chain):
            grid.below.setdefault(upper, []).append(lower)
            grid.above.setdefault(lower, []).append(upper)
    return grid


def _order(grid: _Grid) -> None:
    best, fewest = [list(row) for row in grid.rows], _crossings(grid)
    for sweep in range(SWEEPS):
        downwards = sweep % 2 == 0
        for fixed, row in pairwise(grid.rows if downwards else grid.rows[::-1]):
            _sort(row, fixed, grid.above if downwards else grid.below)
        crossings = _crossings(grid)
        if crossings < fewest:
            best, fewest = [list(row) for row in grid.rows], crossings
    grid.rows = best


def _sort(row: list[str], fixed: list[str], beside: Mapping[str, list[str]]) -> None:
    """Order a row by the middle of what each of its entries is joined to in the fixed one."""
    spot = {name: index for index, name in enumerate(fixed)}
    now = {name: index for index, name in enumerate(row)}

    def middle(name: str) -> tuple[float, int]:
        met = [spot[other] for other in beside.get(name, ()) if other in spot]
        return (sum(met) / len(met) if met else now[name]), now[name]

    row.sort(key=middle)


def _crossings(grid: _Grid) -> int:
    total = 0
    for upper, lower in pairwise(grid.rows):
        spot = {name: index for index, name in enumerate(lower)}
        ends = [
            spot[target]
            for name in upper
            for target in sorted(grid.below.get(name, ()), key=lambda t: spot[t])
        ]
        total += sum(a > b for i, a in enumerate(ends) for b in ends[i + 1 :])
    return total


def _columns(grid: _Grid) -> dict[str, float]:
    across: dict[str, float] = {}
    for row in grid.rows:
        place = 0.0
        for name in row:
            across[name] = place + grid.widths[name] / 2
            place += grid.widths[name] + COLUMN_GAP
    for sweep in range(2 * SWEEPS):
        for row in grid.rows if sweep % 2 == 0 else grid.rows[::-1]:
            _settle(grid, row, across)
    return across


def _settle(grid: _Grid, row: list[str], across: dict[str, float]) -> None:
    """Move a row as near as it can to the boxes above and below it, in its order."""
    offset = 0.0
    blocks: list[tuple[float, float, int]] = []  # sum of wishes, of weights, how many
    offsets: list[float] = []
    for index, name in enumerate(row):
        if index:
            offset += (grid.widths[row[index - 1]] + grid.widths[name]) / 2 + COLUMN_GAP
        offsets.append(offset)
        wish, weight = _wish(grid, name, across)
        blocks.append(((wish - offset) * weight, weight, 1))
        # Neighbours that would overlap move as one, to the mean of their wishes.
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            last, block = blocks.pop(), blocks.pop()
            blocks.append((block[0] + last[0], block[1] + last[1], block[2] + last[2]))
    means = (wish / weight for wish, weight, count in blocks for _ in range(count))
    for name, mean, offset in zip(row, means, offsets, strict=True):
        across[name] = mean + offset


def _wish(grid: _Grid, name: str, across: Mapping[str, float]) -> tuple[float, float]:
    total = weight = 0.0
    for other in (*grid.above.get(name, ()), *grid.below.get(name, ())):
        pull = STRAIGHT if name[0] == other[0] == _BEND else 1.0
        total += pull * across[other]
        weight += pull
    return (total / weight, weight) if weight else (across[name], 1.0)


def _finish(grid: _Grid, across: Mapping[str, float], sizes: Mapping[str, Point]) -> Layout:
    left = min((x - grid.widths[name] / 2 for name, x in across.items()), default=0.0)
    right = max((x + grid.widths[name] / 2 for name, x in across.items()), default=0.0)
    depths = [max((sizes[n][1] for n in row if n in sizes), default=0.0) for row in grid.rows]
    tops = [0.0, *accumulate(depth + ROW_GAP for depth in depths)]
    upper, lower = dict[str, Point](), dict[str, Point]()
    for row, top, depth in zip(grid.rows, tops, depths, strict=False):
        for name in row:
            x = across[name] - left
            upper[name], lower[name] = (x, top), (x, top + depth)
    runs = [tuple(end[n] for n in chain[1:-1] for end in (upper, lower)) for chain in grid.chains]
    places = {name: upper[name] for name in sizes}
    return Layout(places, runs, right - left, max(tops[-1] - ROW_GAP, 0.0))
