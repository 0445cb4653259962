"""Why a strategy is not first: the veto, or the node at which the walk turns away from it."""

from collections.abc import Iterable, Sequence

from llm_adapt.rules.advice import Passed, Reason
from llm_adapt.rules.model import RuleSet, Walk
from llm_adapt.rules.words import raw_words


def why_not_first(
    rules: RuleSet, strategy: str, path: Sequence[Passed], reasons: Iterable[Reason]
) -> str:
    """One or two sentences; `path` is what the walks passed, `reasons` those about the strategy."""
    vetoes = [reason for reason in reasons if reason.effect == "rules_out"]
    if vetoes:
        return f"Ruled out by {vetoes[0].rule}: {vetoes[0].text}"
    turns = [
        [turn for walk in rules.walks if (turn := _turn(walk, ends[walk.id], path))]
        for joined, name in rules.join.items()
        if name == strategy
        for ends in [dict(zip((walk.id for walk in rules.walks), joined, strict=True))]
    ]
    if not turns:
        return "No end of the flowchart leads to it."
    # The nearest end: the fewest walks that turn away from it, and the latest turn.
    nearest = min(turns, key=lambda found: (len(found), [-path.index(node) for node in found]))
    if not nearest:
        return "What the walks end at stands before it by the rules of retreat."
    return _told(nearest[0])


def _turn(walk: Walk, wanted: str, path: Sequence[Passed]) -> Passed | None:
    """The node at which a walk turned where it could no longer end as wanted."""
    reached = _leading_to(walk, wanted)
    passed = (node for node in path if node.walk == walk.id)
    return next((node for node in passed if node.to not in reached), None)


def _leading_to(walk: Walk, end: str) -> set[str]:
    """The end itself and the nodes that can lead to it."""
    reached = {end}
    before = {name: {edge.to for edge in node.edges} for name, node in walk.nodes.items()}
    while more := {name for name, to in before.items() if name not in reached and to & reached}:
        reached |= more
    return reached


def _told(node: Passed) -> str:
    looked_at = ", ".join(f"{name}: {raw_words(value)}" for name, value in node.answers.items())
    known = f" ({looked_at})" if looked_at else ""
    answer = "nobody knows yet" if node.result == "unknown" else node.result
    because = f" {node.because}" if node.because else ""
    return f'The walk turns away from it at "{node.text}": {answer}{known}.{because}'
