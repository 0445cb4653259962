"""Circles in what points at what: definitions by name, edges of a flowchart."""

from collections.abc import Iterable, Mapping


def circles(edges: Mapping[str, Iterable[str]]) -> list[str]:
    """One name of each circle, in a fixed order; loops, so that a long chain cannot exhaust us."""
    done: set[str] = set()
    found: list[str] = []
    for start in sorted(edges):
        if start in done:
            continue
        # The names on the way, in order, each with what it still points at.
        trail = {start: iter(tuple(edges[start]))}
        while trail:
            name = next(reversed(trail))
            target = next(trail[name], None)
            if target is None:
                del trail[name]
                done.add(name)
            elif target in trail:
                found.append(target)
            elif target in edges and target not in done:
                trail[target] = iter(tuple(edges[target]))
    return list(dict.fromkeys(found))


def depths(edges: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """How many steps the longest way from each name takes; the edges must have no circle."""
    depth: dict[str, int] = {}
    for start in sorted(edges):
        waiting = [start]
        while waiting:
            name = waiting[-1]
            open_ones = [to for to in edges.get(name, ()) if to in edges and to not in depth]
            if open_ones:
                waiting += open_ones
                continue
            depth[name] = 1 + max((depth[to] for to in edges[name] if to in depth), default=0)
            waiting.pop()
    return depth
