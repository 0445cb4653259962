"""Plain data of a checked book into the rule set the engine reads."""

from collections.abc import Mapping

from llm_adapt.files.compile_condition import ConditionCompiler
from llm_adapt.rules.location import Location
from llm_adapt.rules.model import (
    Argument,
    Case,
    Constant,
    Derived,
    Edge,
    Item,
    Kind,
    Need,
    Node,
    Question,
    Rule,
    RuleSet,
    Source,
    Strategy,
    Strength,
    Takes,
    Walk,
    When,
)
from llm_adapt.rules.plain import Plain, mapping, number, sequence, strings, text, texts

_KINDS = {
    "variants": "variant",
    "warnings": "warning",
    "preparations": "preparation",
    "tools": "tool",
    "plan": "plan",
    "data_plan": "data",
}
Raw = dict[str, Plain]


def question_from(name: str, raw: Raw) -> Question:
    """A question of the rule set."""
    values = strings(raw.get("values"))
    return Question(
        id=name,
        order=int(number(raw["order"])),
        ask=text(raw["ask"]),
        help=text(raw["help"]),
        kind=Kind(text(raw["type"])),
        values=values,
        unit=text(raw.get("unit")),
        minimum=number(raw.get("minimum", 0)),
        maximum=None if raw.get("maximum") is None else number(raw["maximum"]),
        positive=bool(raw.get("positive")),
        origin=texts(raw.get("origin")),
        example=text(raw.get("example")),
        break_even_of=text(raw.get("break_even_of")),
    )


def ruleset_from(compiled: Raw) -> RuleSet:
    """The rule set of a checked book's plain data (`sources.rules` makes and keeps it)."""
    return _Compiler(compiled).ruleset()


class _Compiler:
    def __init__(self, compiled: Raw) -> None:
        self.compiled = compiled
        self.raw = {key: mapping(value) for key, value in mapping(compiled["sections"]).items()}
        self.places = mapping(compiled["places"])
        self.derived = {name: derived_from(name, mapping(r)) for name, r in self._of("derived")}
        constants = {name: number(mapping(raw)["value"]) for name, raw in self._of("constants")}
        self.condition = ConditionCompiler(constants, self.derived).condition

    def _of(self, section: str) -> list[tuple[str, Plain]]:
        return list(self.raw[section].items())

    def ruleset(self) -> RuleSet:
        headings = strings(self.compiled["headings"])
        walks = sorted(
            (self.walk(n, mapping(r)) for n, r in self._of("walks")), key=lambda w: w.order
        )
        questions = [question_from(name, mapping(raw)) for name, raw in self._of("questions")]
        return RuleSet(
            name=headings["name"],
            version=headings["version"],
            title=headings["title"],
            digest=text(self.compiled["digest"]),
            extends=texts(self.compiled["extends"]),
            questions={q.id: q for q in sorted(questions, key=lambda q: (q.order, q.id))},
            sources={n: source_from(n, mapping(r)) for n, r in self._of("sources")},
            constants={n: constant_from(n, mapping(r)) for n, r in self._of("constants")},
            derived=self.derived,
            needs={
                n: Need(n, text(mapping(r)["title"]), text(mapping(r)["text"]))
                for n, r in self._of("needs")
            },
            strategies=self.strategies(),
            predicates={n: self.condition(mapping(r)["when"]) for n, r in self._of("predicates")},
            rules={n: self.rule(n, mapping(r)) for n, r in self._of("rules")},
            walks=tuple(walks),
            join=self.join([walk.id for walk in walks]),
            items={
                n: self.item(kind, n, mapping(r))
                for section, kind in _KINDS.items()
                for n, r in self._of(section)
            },
            cases={n: self.case(n, mapping(r)) for n, r in self._of("cases")},
            departures=strings(self.compiled["departures"]),
            flowchart_note=headings.get("flowchart_note", ""),
            monotone=tuple(mapping(r) for _, r in self._of("monotone")),
            predicate_texts={n: text(mapping(r)["text"]) for n, r in self._of("predicates")},
        )

    def where(self, section: str, name: str) -> Location | None:
        place = sequence(mapping(self.places.get(section)).get(name))
        return (
            Location(text(place[0]), int(number(place[1])), int(number(place[2])))
            if place
            else None
        )

    def strategies(self) -> dict[str, Strategy]:
        found: dict[str, Strategy] = {}
        for name, plain in self._of("strategies"):
            raw = mapping(plain)
            parts = texts(raw.get("parts")) or (name,)
            serves = {
                need
                for part in parts
                for need in texts(mapping(self.raw["strategies"].get(part)).get("serves"))
            }
            found[name] = Strategy(
                id=name,
                title=text(raw["title"]),
                text=text(raw["text"]),
                parts=parts,
                effort=int(number(raw["effort"])),
                serves=tuple(sorted(serves)),
                otherwise=texts(raw.get("otherwise")),
                takes=tuple(takes_from(mapping(form)) for form in sequence(raw.get("takes"))),
            )
        return dict(sorted(found.items(), key=lambda pair: (pair[1].effort, pair[0])))

    def rule(self, name: str, raw: Raw) -> Rule:
        where = self.where("rules", name)
        arguments = [
            Argument(
                target=text(form.get("for", form.get("against"))),
                favours="for" in form,
                strength=Strength(text(form["strength"])),
                topic=text(form["topic"]),
            )
            for form in map(mapping, sequence(raw.get("argues")))
        ]
        examples = mapping(raw["examples"])
        return Rule(
            id=name,
            title=text(raw["title"]),
            family=where.file.rsplit("/", 1)[-1].removesuffix(".yaml") if where else "",
            when=self.condition(raw["when"]),
            arguments=tuple(arguments),
            rules_out=texts(raw.get("rules_out")),
            because=" ".join(text(raw["because"]).split()),
            sources=texts(raw["sources"]),
            carries=texts(raw.get("carries")),
            fires=mapping(examples["fires"]),
            silent=mapping(examples["silent"]),
            where=where,
        )

    def walk(self, name: str, raw: Raw) -> Walk:
        nodes = {
            node: self.node(name, node, mapping(body))
            for node, body in mapping(raw["nodes"]).items()
        }
        return Walk(
            id=name,
            title=text(raw["title"]),
            order=int(number(raw["order"])),
            start=text(raw["start"]),
            results=strings(raw["results"]),
            nodes=nodes,
        )

    def node(self, walk: str, name: str, raw: Raw) -> Node:
        return Node(
            id=name,
            walk=walk,
            text=text(raw["text"]),
            when=self.condition(raw["when"]),
            yes=edge_from(raw["yes"]),
            no=edge_from(raw["no"]),
            unknown=edge_from(raw["unknown"]),
            sources=texts(raw["sources"]),
            carries=texts(raw.get("carries")),
            where=self.where("walks", f"{walk}/{name}"),
        )

    def join(self, walks: list[str]) -> dict[tuple[str, ...], str]:
        return {
            tuple(text(mapping(mapping(raw)["results"])[walk]) for walk in walks): text(
                mapping(raw)["strategy"]
            )
            for _, raw in self._of("join")
        }

    def item(self, kind: str, name: str, raw: Raw) -> Item:
        section = next(key for key, value in _KINDS.items() if value == kind)
        when = raw.get("when")
        return Item(
            id=name,
            kind=kind,
            title=text(raw["title"]),
            text=" ".join(text(raw["text"]).split()),
            parts=texts(raw.get("parts")),
            when=None if when is None else self.condition(when),
            unknown=When(text(raw.get("unknown", "silent"))),
            order=int(number(raw.get("order", 0))),
            first_step=text(raw.get("first_step")),
            stop_when=text(raw.get("stop_when")),
            go_on_when=text(raw.get("go_on_when")),
            tools=texts(raw.get("tools")),
            url=text(raw.get("url")),
            licence=text(raw.get("licence")),
            sources=texts(raw["sources"]),
            carries=texts(raw.get("carries")),
            where=self.where(section, name),
        )

    def case(self, name: str, raw: Raw) -> Case:
        return Case(
            id=name,
            answers=mapping(raw["answers"]),
            expect=mapping(raw["expect"]),
            source=text(raw.get("source")),
            todo=text(raw.get("todo")),
            where=self.where("cases", name),
        )


def takes_from(raw: Raw) -> Takes:
    """What a strategy takes."""
    answers: dict[str, tuple[str, float]] = {}
    for column, form in mapping(raw.get("answers")).items():
        scaled = mapping(form)
        answers[column] = (
            (text(scaled["of"]), number(scaled["times"])) if scaled else (text(form), 1.0)
        )
    return Takes(text(raw["title"]), text(raw["kind"]), mapping(raw.get("cells")), answers)


def edge_from(raw: Plain) -> Edge:
    """An edge, written short or with its reason."""
    if isinstance(raw, dict):
        return Edge(text(raw["to"]), text(raw["because"]))
    return Edge(text(raw), "")


def source_from(name: str, raw: Raw) -> Source:
    """A source."""
    url = raw.get("url")
    return Source(
        id=name,
        title=text(raw["title"]),
        url=None if url is None else text(url),
        date=text(raw["date"]),
        seen=text(raw["seen"]),
        grade=text(raw["grade"]),
        note=text(raw.get("note")),
    )


def constant_from(name: str, raw: Raw) -> Constant:
    """A constant."""
    return Constant(
        name, number(raw["value"]), text(raw["unit"]), text(raw["because"]), texts(raw["sources"])
    )


def derived_from(name: str, raw: Mapping[str, Plain]) -> Derived:
    """A derived number."""
    return Derived(
        id=name,
        title=text(raw["title"]),
        unit=text(raw["unit"]),
        of=text(raw["of"]),
        low=number(raw["low"]),
        high=number(raw["high"]),
        sources=texts(raw["sources"]),
    )
