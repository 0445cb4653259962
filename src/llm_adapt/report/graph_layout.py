"""Where the boxes of a layered drawing go, so that arrows point down and rarely cross.

The usual four steps: longest paths give the layers, arrows over several layers get a bend in
each, sweeps of medians order the layers, and least squares with a minimum distance place what
stands in them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from llm_adapt.rules.record import record

COLUMN_GAP = 26.0
ROW_GAP = 46.0
SWEEPS = 12
# A bend may lie nearer to its neighbours than a box, and pulls harder to run straight.
BEND_WIDTH = 12.0
STRAIGHT = 6.0
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
    bends: set[str] = field(default_factory=set[str])


def lay_out(sizes: Mapping[str, Point], links: Sequence[Link]) -> Layout:
    """Places for boxes of these sizes (width, height), joined by links that form no circle."""
    grid = _grid(sizes, links)
    _order(grid)
    across = _columns(grid)
    return _finish(grid, across, sizes)


def _layers(sizes: Mapping[str, Point], links: Sequence[Link]) -> dict[str, int]:
    layers = dict.fromkeys(sizes, 0)
    # Longest paths settle after at most as many rounds as there are boxes.
    for _ in sizes:
        moved = False
        for source, target in links:
            if layers[target] <= layers[source]:
                layers[target] = layers[source] + 1
                moved = True
        if not moved:
            break
    return layers


def _grid(sizes: Mapping[str, Point], links: Sequence[Link]) -> _Grid:
    layers = _layers(sizes, links)
    rows: list[list[str]] = [[] for _ in range(max(layers.values(), default=0) + 1)]
    for name, layer in layers.items():
        rows[layer].append(name)
    grid = _Grid(rows, {name: size[0] for name, size in sizes.items()})
    for index, (source, target) in enumerate(links):
        chain = [source]
        for layer in range(layers[source] + 1, layers[target]):
            bend = f"\0{index}/{layer}"
            grid.widths[bend] = BEND_WIDTH
            grid.bends.add(bend)
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
        beside = grid.above if downwards else grid.below
        rows = grid.rows if downwards else grid.rows[::-1]
        for fixed, row in pairwise(rows):
            spot = {name: index for index, name in enumerate(fixed)}
            now = {name: index for index, name in enumerate(row)}

            def middle(
                name: str,
                spot: Mapping[str, int] = spot,
                now: Mapping[str, int] = now,
                beside: Mapping[str, list[str]] = beside,
            ) -> tuple[float, int]:
                met = [spot[other] for other in beside.get(name, ()) if other in spot]
                return (sum(met) / len(met) if met else now[name]), now[name]

            row.sort(key=middle)
        crossings = _crossings(grid)
        if crossings < fewest:
            best, fewest = [list(row) for row in grid.rows], crossings
    grid.rows = best


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
        rows = grid.rows if sweep % 2 == 0 else grid.rows[::-1]
        for row in rows:
            _settle(grid, row, across)
    return across


def _settle(grid: _Grid, row: list[str], across: dict[str, float]) -> None:
    """Move a row as near as it can to the boxes above and below it, in its order."""
    offset = 0.0
    blocks: list[tuple[float, float, int]] = []  # sum of wishes, of weights, how many
    offsets: list[float] = []
    for index, name in enumerate(row):
        if index:
            before = row[index - 1]
            offset += (grid.widths[before] + grid.widths[name]) / 2 + COLUMN_GAP
        offsets.append(offset)
        wish, weight = _wish(grid, name, across)
        blocks.append(((wish - offset) * weight, weight, 1))
        # Neighbours that would overlap move as one, to the mean of their wishes.
        while len(blocks) > 1 and _mean(blocks[-2]) > _mean(blocks[-1]):
            last, block = blocks.pop(), blocks.pop()
            blocks.append((block[0] + last[0], block[1] + last[1], block[2] + last[2]))
    index = 0
    for block in blocks:
        for _ in range(block[2]):
            across[row[index]] = _mean(block) + offsets[index]
            index += 1


def _mean(block: tuple[float, float, int]) -> float:
    return block[0] / block[1]


def _wish(grid: _Grid, name: str, across: Mapping[str, float]) -> tuple[float, float]:
    total = weight = 0.0
    for other in (*grid.above.get(name, ()), *grid.below.get(name, ())):
        pull = STRAIGHT if name in grid.bends and other in grid.bends else 1.0
        total += pull * across[other]
        weight += pull
    return (total / weight, weight) if weight else (across[name], 1.0)


def _finish(grid: _Grid, across: Mapping[str, float], sizes: Mapping[str, Point]) -> Layout:
    left = min((x - grid.widths[name] / 2 for name, x in across.items()), default=0.0)
    right = max((x + grid.widths[name] / 2 for name, x in across.items()), default=0.0)
    tops: list[float] = []
    depths: list[float] = []
    top = 0.0
    for row in grid.rows:
        depth = max((sizes[name][1] for name in row if name in sizes), default=0.0)
        tops.append(top)
        depths.append(depth)
        top += depth + ROW_GAP
    row_of = {name: index for index, row in enumerate(grid.rows) for name in row}
    places = {name: (across[name] - left, tops[row_of[name]]) for name in sizes}
    runs = [_run(chain, across, left, tops, depths, row_of) for chain in grid.chains]
    return Layout(places, runs, right - left, max(top - ROW_GAP, 0.0))


def _run(  # noqa: PLR0913, PLR0917 (what one arrow needs of a finished grid)
    chain: list[str],
    across: Mapping[str, float],
    left: float,
    tops: list[float],
    depths: list[float],
    row_of: Mapping[str, int],
) -> tuple[Point, ...]:
    points: list[Point] = []
    for bend in chain[1:-1]:
        row = row_of[bend]
        points += [(across[bend] - left, tops[row]), (across[bend] - left, tops[row] + depths[row])]
    return tuple(points)
