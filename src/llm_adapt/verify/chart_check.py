"""The flowchart over the whole answer space: gaps, dead ends, vetoes that hit, first place."""

from collections.abc import Iterator, Mapping

from llm_adapt.decide.chart import NONE
from llm_adapt.decide.logic import NO, UNKNOWN, YES, Logic
from llm_adapt.decide.rank import rank
from llm_adapt.decide.reach import Budget, Splitter, reachable
from llm_adapt.decide.selection import Selection
from llm_adapt.rules.model import Node, Rule
from llm_adapt.rules.plain import Path
from llm_adapt.rules.value import NOT_APPLICABLE, Value
from llm_adapt.verify.codes import Flaw
from llm_adapt.verify.settling import possible_values
from llm_adapt.verify.shrink import shrunk
from llm_adapt.verify.space import UndecidedError
from llm_adapt.verify.subject import Subject, undecided
from llm_adapt.verify.walks import Walks, reaches

_EDGES = {YES: "yes", NO: "no", UNKNOWN: "unknown"}


def check_walks(subject: Subject) -> Iterator[Flaw]:
    """Nodes, edges and results that no situation leads to."""
    walks, passed = subject.walks, subject.walks.passed
    possible: dict[str, set[int]] = {}
    for spot in subject.program.chart.spots:
        if spot.node is not None:
            name = f"{spot.node.walk}/{spot.node.id}"
            possible.setdefault(name, set()).update(possible_values(spot))
    for walk in subject.rules.walks:
        ended: set[str] = set()
        doubtful = False
        for node in walk.nodes.values():
            name = f"{walk.id}/{node.id}"
            path: Path = ("walks", walk.id, "nodes", node.id)
            doubtful |= any((name, value) in walks.undecided for value in _EDGES)
            ended |= {_edge(node, value) for value in _EDGES if (name, value) in passed}
            yield from _node(walks, node, name, path, possible.get(name, set()))
        for result in walk.results:
            path = ("walks", walk.id, "results", result)
            if result not in ended and doubtful:
                yield undecided(path, f"whether {walk.id} can end at {result}")
            elif result not in ended:
                yield Flaw("V109", path, f"{walk.id} never ends at {result}")


def _edge(node: Node, value: int) -> str:
    return {YES: node.yes, NO: node.no, UNKNOWN: node.unknown}[value].to


def _node(walks: Walks, node: Node, name: str, path: Path, possible: set[int]) -> Iterator[Flaw]:
    edges = [(name, value) for value in _EDGES]
    if not any(edge in walks.passed or edge in walks.undecided for edge in edges):
        yield Flaw("V107", path, f"no situation passes {node.id}")
        return
    for edge in edges:
        word = _EDGES[edge[1]]
        if edge in walks.undecided:
            yield undecided((*path, word), f"whether {node.id} can come out {word}")
        # Every node must have an unknown edge, also one that looks at earlier walks only.
        elif edge in walks.impossible or (edge[1] != UNKNOWN and edge[1] not in possible):
            yield Flaw("V108", (*path, word), f"{node.id} never comes out {word}")


def check_strategies(subject: Subject) -> Iterator[Flaw]:
    """Strategies that nothing can put first."""
    try:
        possible = subject.possible
    except UndecidedError:
        yield undecided(("strategies",), "which strategies can be first")
        return
    for name in subject.rules.strategies:
        if not subject.program.chart.outcome_bit[name] & possible:
            yield Flaw("V110", ("strategies", name), f"{name} can be first in no situation")


def check_vetoes(subject: Subject) -> Iterator[Flaw]:
    """Rules that rule out what a walk recommends, all ways of retreat, or everything."""
    hit: set[str] = set()
    for rule in subject.rules.rules.values():
        for strategy in rule.rules_out:
            path = ("rules", rule.id, "rules_out")
            found = _hit(subject, strategy, [subject.program.logic[rule.id]])
            if found is None:
                hit.add(strategy)
                yield undecided(path, f"whether {rule.id} can rule out the walk's {strategy}")
            elif found:
                hit.add(strategy)
                message = f"{rule.id} rules out {strategy} where the walk ends at it"
                yield Flaw("V103", path, message, _fewest(subject, strategy, found))
    vetoes = _vetoes(subject)
    for name, known in subject.rules.strategies.items():
        if name in hit:
            yield from _gap(subject, name, [name, *known.otherwise], vetoes)
    yield from _everything(subject, vetoes)


def _vetoes(subject: Subject) -> dict[str, list[Rule]]:
    rules = subject.rules
    return {
        name: [rule for rule in rules.rules.values() if name in rule.rules_out]
        for name in rules.strategies
    }


def _gap(
    subject: Subject, name: str, retreat: list[str], vetoes: Mapping[str, list[Rule]]
) -> Iterator[Flaw]:
    path = ("strategies", name)
    doubt = False
    try:
        for chosen in _together(subject, retreat, vetoes, []):
            found = _hit(subject, name, chosen)
            doubt |= found is None
            if found:
                message = f"{name} and all that it gives way to are ruled out together"
                yield Flaw("V101", path, message, _fewest(subject, name, found))
                return
    except UndecidedError:
        doubt = True
    if doubt:
        yield undecided(path, f"whether something always stands in for {name}")


def _everything(subject: Subject, vetoes: Mapping[str, list[Rule]]) -> Iterator[Flaw]:
    try:
        chosen = next(_together(subject, list(subject.rules.strategies), vetoes, []), None)
        if chosen is None:
            return
        state = subject.space.find([(veto, YES) for veto in chosen])
        answers = subject.space.values(state) if state is not None else None
        message = "rules rule out every strategy at once"
        yield Flaw("V102", ("strategies",), message, answers or {})
    except UndecidedError:
        yield undecided(("strategies",), "whether everything can be ruled out")


def _fewest(subject: Subject, strategy: str, values: dict[str, Value]) -> dict[str, Value]:
    """As few answers as still end the walk at a strategy that is ruled out, as the first were."""
    program = subject.program
    first = program.chart.first(*program.state(values))

    def shows(fewer: Mapping[str, Value]) -> bool:
        state = program.state(fewer)
        hit = any(s.vetoed == strategy and v == YES for s, v in program.chart.walk(*state))
        return hit and program.chart.first(*state) == first

    return shrunk(values, shows)


def _together(
    subject: Subject, names: list[str], vetoes: Mapping[str, list[Rule]], chosen: list[Logic]
) -> Iterator[list[Logic]]:
    """One veto for each strategy, all holding in some situation."""
    if not names:
        yield chosen
        return
    for rule in vetoes[names[0]]:
        more = [*chosen, subject.program.logic[rule.id]]
        if subject.space.find([(veto, YES) for veto in more]) is not None:
            yield from _together(subject, names[1:], vetoes, more)


def _hit(subject: Subject, strategy: str, vetoes: list[Logic]) -> dict[str, Value] | None:
    """Answers where the walk ends at a strategy while vetoes hold; empty: there are none."""
    try:
        found = reaches(subject.space, (f"veto/{strategy}", YES), vetoes, subject.options.steps)
    except UndecidedError:
        return None
    if found.undecided and not found.passed:
        return None
    return next(iter(found.passed.values()), dict[str, Value]())


def check_first_place(subject: Subject) -> Iterator[Flaw]:
    """What stands first now is first in some way of answering the rest, and in the ranking."""
    told: set[Path] = set()
    for values in subject.pool:
        state = subject.program.state(values)
        first = subject.program.chart.first(*state)
        if first != NONE and rank(subject.program, *state)[0] != first:
            message = f"the walk ends at {first}, the ranking does not begin with it"
            yield Flaw("V105", ("strategies", first), message, values)
        if _leads(subject, values):
            continue
        fewest = shrunk(values, lambda fewer: not _leads(subject, fewer))
        path, node = _guessed(subject, fewest)
        if path not in told:
            told.add(path)
            first = subject.program.chart.first(*subject.program.state(fewest))
            message = f"{node} leads to {first} while no way of answering the rest puts it first"
            yield Flaw("V104", path, message, fewest)


def _guessed(subject: Subject, values: Mapping[str, Value]) -> tuple[Path, str]:
    """The last unknown edge that a walk takes."""
    found: tuple[Path, str] = ("strategies",), "the walk"
    for spot, value in subject.program.chart.walk(*subject.program.state(values)):
        if spot.node is not None and value == UNKNOWN:
            node = spot.node
            found = ("walks", node.walk, "nodes", node.id, "unknown"), f"{node.id}, unknown,"
    return found


def check_none(subject: Subject) -> Iterator[Flaw]:
    """Where nothing is recommended, something to do first is named."""
    for values in subject.pool:
        if _silent_none(subject, values):
            fewest = shrunk(values, lambda fewer: _silent_none(subject, fewer))
            message = "no strategy is recommended, and no preparation says what to do first"
            yield Flaw("V111", ("preparations",), message, fewest)
            return


def _silent_none(subject: Subject, values: Mapping[str, Value]) -> bool:
    program = subject.program
    state = program.state(values)
    if program.chart.first(*state) != NONE:
        return False
    return not Selection(program, values, state, NONE).of("preparation", ())


def _leads(subject: Subject, values: Mapping[str, Value]) -> bool:
    program = subject.program
    state = program.state(values)
    first = program.chart.first(*state)
    rest = dict.fromkeys(program.atoms.by_question, NOT_APPLICABLE)
    if program.chart.first(*program.state({**rest, **values})) == first:
        return True
    bit = program.chart.outcome_bit[first]
    others = sum(program.chart.outcome_bit.values()) & ~bit
    budget = Budget(subject.options.steps)
    splitter = Splitter(program.atoms, values)
    return bool(reachable(program, state, splitter, budget, others) & bit)
