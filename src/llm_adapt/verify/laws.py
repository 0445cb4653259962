"""The laws of a rule set over its whole answer space: each is proved, or a situation breaks it."""

from collections.abc import Iterator, Mapping
from itertools import combinations

from llm_adapt.decide.chart import NONE
from llm_adapt.decide.conditions import NO, UNKNOWN, WORDS, YES, Logic
from llm_adapt.decide.program import Evaluation
from llm_adapt.decide.rank import rank
from llm_adapt.decide.selection import Selection
from llm_adapt.decide.tally import Topic
from llm_adapt.proof.circuit import Signal
from llm_adapt.proof.rule_sets import could_be_first, steps
from llm_adapt.rules.model import Item, Node, Rule, RuleSet, When
from llm_adapt.rules.plain import Path, Plain, text, texts
from llm_adapt.rules.value import NOT_APPLICABLE, NotApplicable, Value
from llm_adapt.verify.subject import SECTIONS, Flaw, Subject, open_ways, shrunk

Answers = Mapping[str, Value]
Fact = Mapping[str, Plain]
# What is shown for the strategy in first place only; the rest goes with every place.
_WITH_FIRST = {"preparation", "plan", "data"}


def check_walks(subject: Subject) -> Iterator[Flaw]:
    """Nodes, edges and results of the flowchart that no situation leads to."""
    ways, edges = open_ways(subject.program), subject.space.edges()
    for walk in subject.rules.walks:
        ended: set[str] = set()
        for node in walk.nodes.values():
            path: Path = ("walks", walk.id, "nodes", node.id)
            # As long as it is not settled every way counts.
            taken = {YES, NO, UNKNOWN}
            with subject.settling(path, f"how {node.id} can come out"):
                signals = [(v, edges.get((f"{walk.id}/{node.id}", v))) for v in (YES, NO, UNKNOWN)]
                taken = {v for v, s in signals if s and subject.space.find(s) is not None}
            ended |= {node.edges[value].to for value in taken}
            yield from _node(node, path, taken, ways.get(path, set()))
        for result in walk.results:
            if result not in ended:
                path = ("walks", walk.id, "results", result)
                yield Flaw("V109", path, f"{walk.id} never ends at {result}")


def _node(node: Node, path: Path, taken: set[int], ways: set[int]) -> Iterator[Flaw]:
    if not taken:
        yield Flaw("V107", path, f"no situation passes {node.id}")
        return
    for value, word in enumerate(WORDS):
        # Every node must have an unknown edge, also one that looks at earlier walks only.
        if value not in taken and (value != UNKNOWN or value in ways):
            yield Flaw("V108", (*path, word), f"{node.id} never comes out {word}")


def check_strategies(subject: Subject) -> Iterator[Flaw]:
    """Strategies that nothing can put first."""
    for name in subject.rules.strategies:
        flaw = Flaw("V110", ("strategies", name), f"{name} can be first in no situation")
        what = f"whether {name} can be first"
        yield from subject.never(what, flaw, subject.space.first({name}), full=True)


def check_vetoes(subject: Subject) -> Iterator[Flaw]:
    """Rules that rule out what a walk recommends, all ways of retreat, or everything."""
    strategies = subject.rules.strategies
    for rule in subject.rules.rules.values():
        for name in rule.rules_out:
            message = f"{rule.id} rules out {name} where the walk ends at it"
            flaw = Flaw("V103", ("rules", rule.id, "rules_out"), message)
            what = f"whether {rule.id} can rule out the walk's {name}"
            yield from _vetoed(subject, name, [[rule.id]], what, flaw)
    for name, strategy in strategies.items():
        out = [_vetoes(subject, other) for other in (name, *strategy.otherwise)]
        message = f"{name} and all that it gives way to are ruled out together"
        what = f"whether something always stands in for {name}"
        flaw = Flaw("V101", ("strategies", name), message)
        yield from _vetoed(subject, name, out, what, flaw)
    yield from subject.ever(
        "whether everything can be ruled out",
        Flaw("V102", ("strategies",), "rules rule out every strategy at once"),
        *(subject.space.fires(_vetoes(subject, name)) for name in strategies),
        shows=lambda found: len(found.ruled_out) == len(strategies),
    )


def _vetoes(subject: Subject, strategy: str) -> list[str]:
    """The rules that rule a strategy out."""
    return [rule.id for rule in subject.rules.rules.values() if strategy in rule.rules_out]


def _vetoed(
    subject: Subject, strategy: str, out: list[list[str]], what: str, flaw: Flaw
) -> Iterator[Flaw]:
    """The flaw, where the walk ends at a strategy that is ruled out, one of each `out` holding."""

    def shows(found: Evaluation) -> bool:
        hit = any(test.vetoed == strategy and value == YES for test, value in found.walk())
        return hit and all(any(found.holds(rule) == YES for rule in rules) for rules in out)

    fires = map(subject.space.fires, out)
    yield from subject.ever(what, flaw, subject.space.vetoed(strategy), *fires, shows=shows)


def check_first_place(subject: Subject) -> Iterator[Flaw]:
    """First place is never ruled out, and is one that some way of answering the rest leads to."""
    space = subject.space
    for name in subject.rules.strategies:
        yield from subject.ever(
            f"whether {name} is first where it is ruled out",
            Flaw(
                "V105",
                ("strategies", name),
                f"the walk ends at {name}, the ranking does not begin with it",
            ),
            space.first({name}),
            space.fires(_vetoes(subject, name)),
            shows=lambda found: found.first in found.ruled_out,
        )
    with subject.settling(("walks",), "whether what stands first can stay first"):
        yield from _led_astray(subject)
    items = [i for i in subject.rules.items.values() if i.kind == "preparation" and not i.parts]
    message = "no strategy is recommended, and no preparation says what to do first"
    yield from subject.ever(
        "whether none comes with a way out",
        Flaw("V111", ("preparations",), message),
        space.first({NONE}),
        -space.clauses.some([_fits(subject, item) for item in items]),
        shows=lambda found: found.first == NONE and not Selection(found).of("preparation", ()),
    )


def _led_astray(subject: Subject) -> Iterator[Flaw]:
    told: set[Path] = set()
    for values in subject.pool:
        if _guessed(subject, values)[0] in told or _leads(subject, values):
            continue
        fewest = shrunk(values, lambda fewer: not _leads(subject, fewer))
        path, node = _guessed(subject, fewest)
        if path not in told:
            told.add(path)
            first = subject.program.first(fewest)
            message = f"{node} leads to {first} while no way of answering the rest puts it first"
            yield Flaw("V104", path, message, fewest)


def _leads(subject: Subject, values: Answers) -> bool:
    """Whether some way of answering the rest keeps first place; a plain one is tried first."""
    program = subject.program
    first = program.first(values)
    rest = dict.fromkeys(program.atoms.masks, NOT_APPLICABLE)
    return program.first({**rest, **values}) == first or could_be_first(program, values, first)


def _guessed(subject: Subject, values: Answers) -> tuple[Path, str]:
    """The last unknown edge that a walk takes."""
    found: tuple[Path, str] = ("strategies",), "the walk"
    for node, value in subject.program.evaluate(values).passed():
        if value == UNKNOWN:
            found = ("walks", node.walk, "nodes", node.id, "unknown"), f"{node.id}, unknown,"
    return found


def _fits(subject: Subject, item: Item) -> Signal:
    """Where an item of advice is shown."""
    if item.when is None:
        return subject.space.clauses.yes
    logic = subject.program.logic[f"item:{item.id}"]
    if item.unknown is When.APPLIES:
        return -subject.space.truth(logic, NO)
    return subject.space.truth(logic, YES)


def check_monotone(subject: Subject) -> Iterator[Flaw]:
    """Facts that must hold everywhere: moving one answer one way never drops a part.

    A fact names an answer, a direction and a part. Take two situations that differ in that answer
    alone, by one step in the direction. If the first has a strategy in first place that keeps the
    part, so has the second. A strategy keeps a part that it contains; one that contains a dearer
    part serving the same needs keeps it too (full tuning keeps tuning). With `places: all` the best
    of them never falls behind another strategy, wherever it stands.
    """
    for index, fact in enumerate(subject.rules.monotone):
        if text(fact["answer"]) in subject.program.atoms.masks:
            path: Path = ("monotone", index)
            with subject.settling(path, _named(fact)):
                yield from _broken(subject, fact, path)


def _broken(subject: Subject, fact: Fact, path: Path) -> Iterator[Flaw]:
    program, question = subject.program, text(fact["answer"])
    kept = _keeping(subject.rules, text(fact["never_drops"]))
    all_steps = steps(program.atoms, question, lambda found: _scale(subject.rules, fact, found))
    anywhere = fact.get("places") == "all"
    found = subject.space.dropped(question, kept, all_steps, anywhere=anywhere)
    if found is None:
        return
    step, values = found

    def lost(answers: Answers) -> list[str]:
        """One that is kept, and what stands before it after the step and did not before."""
        two = {**answers, question: step.two}
        orders = [rank(program.evaluate(each)) for each in (answers, two)]
        if not anywhere:
            first, then = orders[0][0], orders[1][0]
            return [first, then] if first in kept and then not in kept else []
        best, then = (next(name for name in order if name in kept) for order in orders)
        behind = orders[0][orders[0].index(best) :]
        ahead = orders[1][: orders[1].index(then)]
        return next(([then, name] for name in ahead if name in behind), [])

    before = shrunk(values, lambda fewer: question in fewer and bool(lost(fewer)))
    mine, other = lost(before)
    message = f"{_named(fact)}: {question} from {_shown(step.one)} to {_shown(step.two)} " + (
        f"puts {other} before {mine}" if anywhere else f"turns {mine} into {other}"
    )
    yield Flaw("V106", path, message, {**before, question: step.two})


def _named(fact: Fact) -> str:
    return f"{fact['answer']} {fact['direction']} never drops {fact['never_drops']}"


def _shown(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float | int) else str(value)


def _keeping(rules: RuleSet, part: str) -> set[str]:
    """The strategies that keep a part."""
    mine = rules.strategies[part]
    kept = {
        name
        for name, other in rules.strategies.items()
        if name == part
        or (
            len(other.parts) == 1
            and other.effort > mine.effort
            and mine.serves
            and set(mine.serves) <= set(other.serves)
        )
    }
    return {name for name, strategy in rules.strategies.items() if kept & set(strategy.parts)}


def _scale(rules: RuleSet, fact: Fact, found: list[Value]) -> list[Value]:
    """The answers that lie on a fact's scale, in its direction."""
    question = rules.questions[text(fact["answer"])]
    listed = texts(fact.get("among")) or tuple(question.values) or ("no", "yes")

    def place(value: Value) -> float:
        if isinstance(value, str):
            return listed.index(value)
        assert not isinstance(value, tuple | NotApplicable)  # noqa: S101 (numbers remain)
        return value

    on_scale = [v for v in found if v != NOT_APPLICABLE and (question.numeric or v in listed)]
    return sorted(on_scale, key=place, reverse=fact["direction"] == "down")


def check_rules(subject: Subject) -> Iterator[Flaw]:
    """Rules that are dead, always true, contained in others, or contradict them."""
    logic, live = subject.program.logic, list[Rule]()
    for rule in subject.rules.rules.values():
        path = ("rules", rule.id)
        with subject.settling(path, f"whether {rule.id} can fire"):
            value = _constant(subject, logic[rule.id])
            if value is None:
                live.append(rule)
            elif value == NO:
                yield Flaw("V201", path, f"{rule.id} fires in no situation")
            else:
                yield Flaw("V202", path, f"{rule.id} fires in every situation")
    for one, two in combinations(live, 2):
        # Conditions that share no comparison neither imply nor equal each other.
        if logic[one.id].mask & logic[two.id].mask:
            with subject.settling(("rules", two.id), f"how {two.id} relates to {one.id}"):
                yield from _pair(subject, one, two)
    alive = {rule.id for rule in live}
    for topic in subject.program.topics:
        heard = [argument for argument in topic.arguments if argument[1] in alive]
        for index, argument in enumerate(heard):
            yield from _shadowed(subject, topic, argument, heard[:index] + heard[index + 1 :])


def _constant(subject: Subject, logic: Logic) -> int | None:
    """What a condition comes to in every situation, no or yes; `None` where that differs."""
    space = subject.space
    others = ((NO, YES), (YES, NO))
    return next((v for v, other in others if space.find(space.truth(logic, other)) is None), None)


def _implies(subject: Subject, one: Logic, two: Logic) -> bool:
    space = subject.space
    return space.find(space.truth(one, YES), space.truth(two, NO)) is None


def _same(subject: Subject, one: Logic, two: Logic) -> bool:
    return _implies(subject, one, two) and _implies(subject, two, one)


def _pair(subject: Subject, one: Rule, two: Rule) -> Iterator[Flaw]:
    logic = subject.program.logic
    opposed = any(
        mine.target == theirs.target and mine.favours != theirs.favours
        for mine in one.arguments
        for theirs in two.arguments
    )
    if opposed and _same(subject, logic[one.id], logic[two.id]):
        message = f"{two.id} argues against what {one.id} argues for, on one condition"
        yield Flaw("V205", ("rules", two.id), message)
    for inner, outer in ((two, one), (one, two)):
        if _says_no_more(inner, outer) and _implies(subject, logic[inner.id], logic[outer.id]):
            message = f"{outer.id} says at least as much whenever {inner.id} fires"
            yield Flaw("V204", ("rules", inner.id), message)
            return


def _says_no_more(inner: Rule, outer: Rule) -> bool:
    """Every effect of the one is an effect of the other, as strong or stronger."""
    return set(inner.rules_out) <= set(outer.rules_out) and all(
        any(
            (mine.target, mine.favours, mine.topic) == (theirs.target, theirs.favours, theirs.topic)
            and mine.strength.points <= theirs.strength.points
            for theirs in outer.arguments
        )
        for mine in inner.arguments
    )


def _shadowed(
    subject: Subject, topic: Topic, argument: tuple[int, str], others: list[tuple[int, str]]
) -> Iterator[Flaw]:
    """An argument that changes no tally: two others, one as strong, hold whenever it does."""
    if len(others) < 2:  # noqa: PLR2004 (the strongest, and one for a second)
        return
    space, logic, (points, rule) = subject.space, subject.program.logic, argument
    silent = [space.truth(logic[other], NO) for _, other in others]
    strong = [s for s, (theirs, _) in zip(silent, others, strict=True) if theirs >= points]
    counts = [space.clauses.every(strong)] + [
        space.clauses.every(silent[:index] + silent[index + 1 :]) for index in range(len(silent))
    ]
    message = f"{rule} never changes the tally of {topic.target} (topic {topic.name})"
    yield from subject.never(
        f"whether {rule} counts for {topic.target}",
        Flaw("V203", ("rules", rule), message),
        space.truth(logic[rule], YES),
        space.clauses.some(counts),
    )


def check_predicates(subject: Subject) -> Iterator[Flaw]:
    """Predicates that are always the same, or the same as another."""
    varying: dict[str, Logic] = {}
    for name, condition in subject.rules.predicates.items():
        path, logic = ("predicates", name), subject.program.compiler.compile(condition, {})
        with subject.settling(path, f"whether {name} can hold"):
            value = _constant(subject, logic)
            if value is None:
                varying[name] = logic
            else:
                where = "no" if value == NO else "every"
                yield Flaw("V206", path, f"{name} holds in {where} situation")
    for (one, first), (two, second) in combinations(varying.items(), 2):
        path = ("predicates", two)
        with subject.settling(path, f"whether {two} says what {one} says"):
            if first.mask & second.mask and _same(subject, first, second):
                yield Flaw("V207", path, f"{two} says what {one} says")


def check_items(subject: Subject) -> Iterator[Flaw]:
    """Items whose condition never holds, or never beside a strategy they go with."""
    space, logic, strategies = subject.space, subject.program.logic, subject.rules.strategies
    for item in subject.rules.items.values():
        if item.when is None:
            continue
        wanted = [space.truth(logic[f"item:{item.id}"], YES)]
        if item.past is not None:
            wanted.append(-space.truth(logic[f"past:{item.id}"], YES))
        if item.kind in _WITH_FIRST and item.parts:
            served = {n for n, found in strategies.items() if set(found.parts) & set(item.parts)}
            wanted.append(space.first(served))
        path = (SECTIONS[item.kind], item.id)
        flaw = Flaw("V208", path, f"{item.id} is shown in no situation")
        yield from subject.never(f"whether {item.id} can be shown", flaw, *wanted, full=True)
