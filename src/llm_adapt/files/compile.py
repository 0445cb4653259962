"""Plain data that was checked into the model: each field by its type, then the rule set as a whole.

A rule set from the cache comes this way too, so nothing here may need a validation library.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from enum import EnumType
from functools import cache
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ForwardRef,
    NamedTuple,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
    get_origin,
)

from llm_adapt.files.rule_file import WRITTEN, ArguesFor, Compared
from llm_adapt.rules.case import Case
from llm_adapt.rules.form import Form
from llm_adapt.rules.location import Location
from llm_adapt.rules.model import (
    AllOf,
    Argument,
    Condition,
    Constant,
    Derived,
    Implication,
    IsOneOf,
    Item,
    Named,
    Need,
    Node,
    Question,
    Rule,
    RuleSet,
    Scale,
    Source,
    Strategy,
    Threshold,
    Walk,
)
from llm_adapt.rules.plain import Plain, mapping, number, sequence, strings, text, texts

Raw: TypeAlias = dict[str, Plain]
Kind: TypeAlias = Any  # a type, with notes or without
Entry = TypeVar("Entry")
Read: TypeAlias = Callable[[Any], Any]
# The sections of advice that may be attached, and what one of theirs is.
KINDS = {
    "variants": "variant",
    "warnings": "warning",
    "preparations": "preparation",
    "tools": "tool",
    "plan": "plan",
    "data_plan": "data",
    "so_far": "so_far",
}
_PLACED = (Item, Case)
_VALUES = ("is_", "in_", "has", "has_any")
_BOUNDS = {"at_least": ">=", "above": ">", "at_most": "<=", "below": "<"}


class Spec(NamedTuple):
    """A field that a file may write; without a default it must."""

    name: str
    key: str
    kind: Kind
    default: Any


def origin_of(kind: Kind) -> Any:  # noqa: ANN401 (a type)
    """What a type with arguments is made of: `tuple`, `Mapping`; nothing for any other."""
    return get_origin(kind)


def is_class(kind: Kind) -> bool:
    """Whether it is a class of the model."""
    return bool(is_dataclass(kind))


@cache
def specs(cls: Kind) -> tuple[Spec, ...]:
    """The fields of a class that a file may write, in their order."""
    found: list[Spec] = []
    for entry in fields(cls):
        kind: Kind = entry.type
        form = unwrap(kind)[1]
        made = entry.default_factory
        default = entry.default if made is MISSING else made()
        default = MISSING if form.required else default
        if not form.given:
            found.append(Spec(entry.name, form.key or entry.name, kind, default))
    return tuple(found)


@cache
def unwrap(kind: Kind) -> tuple[Kind, Form]:
    """The bare type, and what all notes on it say together."""
    if origin_of(kind) is not Annotated:
        return kind, Form()
    inner, *notes = get_args(kind)
    base, form = unwrap(inner)
    for note in notes:
        form = form.also(note)
    return base, form


@cache
def members(kind: Kind) -> tuple[Kind, ...]:
    """What a file may write for a type, but nothing: itself, unless a file writes it otherwise."""
    if kind in ("Condition", ForwardRef("Condition")):
        return WRITTEN[Condition]
    if kind in WRITTEN:
        return WRITTEN[kind]
    if origin_of(kind) not in (Union, UnionType):
        return (kind,)
    several = tuple(one for one in get_args(kind) if one is not NoneType)
    # `Condition | None` is a union of all that a condition can be.
    return WRITTEN[Condition] if AllOf in several else several


@cache
def by_first_key(kind: Kind) -> dict[str, Kind]:
    """The classes that a mapping may be, by the key that tells them apart; a default under ""."""
    classes = [one for one in members(kind) if is_class(one)]
    return {**({"": classes[0]} if classes else {}), **{specs(c)[0].key: c for c in classes}}


def class_of(kind: Kind, raw: Mapping[str, Plain]) -> Kind:
    """Which of the classes a mapping is."""
    known = by_first_key(kind)
    return next((known[key] for key in raw if key in known), known.get(""))


def in_order(kind: Kind, raw: Plain) -> Plain:
    """The same data with the keys of each class in a fixed order; that of ids and values stays."""
    base = unwrap(kind)[0]
    inner = {tuple: get_args(base)[:1], Mapping: get_args(base)[1:]}.get(origin_of(base), ())
    inside = inner[0] if inner else None
    if isinstance(raw, list):
        return [in_order(inside, item) for item in raw]
    if not isinstance(raw, dict):
        return raw
    cls = class_of(base, raw)
    if cls is None:
        return {key: in_order(inside, item) for key, item in raw.items()}
    kinds = {spec.key: spec.kind for spec in specs(cls)}
    return {key: in_order(kinds[key], raw[key]) for key in sorted(raw)}


class ModelReader:
    """Makes what a type says out of plain data, with the numbers of one rule set."""

    def __init__(
        self,
        constants: Mapping[str, float] | None = None,
        derived: Mapping[str, Derived] | None = None,
    ) -> None:
        self._constants = constants or {}
        self._derived = derived or {}
        self._known: dict[Kind, Read | None] = {}

    def record(self, cls: Kind) -> Callable[..., Any]:
        """What makes an object of a class from a mapping and what no entry says."""
        plan = [(s.name, s.key, s.default, self._reader(s.kind)) for s in specs(cls)]

        def read(raw: Mapping[str, Plain], **given: object) -> Any:  # noqa: ANN401 (of the class)
            for name, key, default, reader in plan:
                if key not in raw:
                    given[name] = default
                else:
                    given[name] = raw[key] if reader is None else reader(raw[key])
            return cls(**given)

        return read

    def _reader(self, kind: Kind) -> Read | None:
        """What makes a value of a type; nothing where plain data is the value."""
        if kind not in self._known:
            self._known[kind] = self._made(kind)
        return self._known[kind]

    def _made(self, kind: Kind) -> Read | None:  # noqa: PLR0911 (one for each kind of type)
        base, form = unwrap(kind)
        if form.fold:
            return lambda raw: " ".join(raw.split())
        if members(base) is WRITTEN[Condition]:
            return self.condition
        if base is Argument:
            return self._argument
        if is_class(base):
            whole: Callable[..., Any] = self.record(base)
            return lambda raw: base(raw) if isinstance(raw, str) else whole(raw)
        if isinstance(base, EnumType):
            return base
        if origin_of(base) is tuple:
            first = self._reader(get_args(base)[0])
            return tuple if first is None else lambda raw: tuple(map(first, raw))
        if origin_of(base) is Mapping:
            each = self._reader(get_args(base)[1])
            return None if each is None else lambda raw: {k: each(v) for k, v in raw.items()}
        return None

    def condition(self, raw: Plain) -> Condition | None:
        """A condition, a predicate by its name, or nothing where none is written."""
        if raw is None or isinstance(raw, str):
            return None if raw is None else Named(raw)
        cls = class_of(Condition, mapping(raw))
        found = self._of(cls, raw)
        if not isinstance(found, Compared):
            return found  # type: ignore[no-any-return]  # one of the classes of a condition
        tests = tuple(self._tests(found))
        return tests[0] if len(tests) == 1 else AllOf(tests)

    def _of(self, cls: Kind, raw: Plain) -> Any:  # noqa: ANN401 (of the class)
        if cls not in self._known:
            self._known[cls] = self.record(cls)
        return self._known[cls](raw)  # type: ignore[misc]  # a class has a reader

    def _tests(self, compared: Compared) -> Iterator[Condition]:
        for name in _VALUES:
            if (values := getattr(compared, name)) is not None:
                yield IsOneOf(compared.answer, texts(values))
        for name, op in _BOUNDS.items():
            if (bound := getattr(compared, name)) is not None:
                yield self._threshold(compared.answer, op, bound)

    def _threshold(self, field: str, op: str, raw: Plain) -> Threshold:
        if isinstance(raw, str):
            return Threshold(field, op, self._constants[raw], raw)
        if isinstance(raw, dict):
            derived = self._derived[text(raw["derived"])]
            factor = derived.low if raw["bound"] == "low" else derived.high
            return Threshold(field, op, Scale(derived.id, factor, derived.of))
        return Threshold(field, op, number(raw))

    def _argument(self, raw: Plain) -> Argument:
        cls = class_of(Argument, mapping(raw))
        found = self._of(cls, raw)
        return Argument(found.target, cls is ArguesFor, found.strength, found.topic)


def ruleset_from(compiled: Raw) -> RuleSet:
    """The rule set of a merged and checked book, as `rulebook` makes and keeps it."""
    return _Assembly(compiled).ruleset()


class _Assembly:
    """Puts the sections of a book together."""

    def __init__(self, compiled: Raw) -> None:
        self.compiled = compiled
        self.raw = {key: mapping(value) for key, value in mapping(compiled["sections"]).items()}
        self.places = mapping(compiled["places"])
        self.reader = ModelReader()
        self.constants = self.section(Constant, "constants")
        self.derived = self.section(Derived, "derived")
        values = {name: constant.value for name, constant in self.constants.items()}
        self.reader = ModelReader(values, self.derived)

    def section(self, cls: Callable[..., Entry], name: str, **given: object) -> dict[str, Entry]:
        """The entries of a section by id, each with its place where the class keeps one."""
        read = self.reader.record(cls)
        if cls in _PLACED:
            return {
                key: read(raw, id=key, where=self.where(name, key), **given)
                for key, raw in self.raw[name].items()
            }
        return {key: read(raw, id=key, **given) for key, raw in self.raw[name].items()}

    def where(self, section: str, name: str) -> Location | None:
        place = sequence(mapping(self.places.get(section)).get(name))
        if not place:
            return None
        file, line, column = place
        return Location(text(file), int(number(line)), int(number(column)))

    def ruleset(self) -> RuleSet:
        headings = strings(self.compiled["headings"])
        questions = self.section(Question, "questions").values()
        walks = sorted(map(self.walk, self.raw["walks"]), key=lambda walk: walk.order)
        predicates = {name: mapping(raw) for name, raw in self.raw["predicates"].items()}
        implication = self.reader.record(Implication)
        return RuleSet(
            name=headings["name"],
            version=headings["version"],
            title=headings["title"],
            digest=text(self.compiled["digest"]),
            extends=texts(self.compiled["extends"]),
            questions={q.id: q for q in sorted(questions, key=lambda q: (q.order, q.id))},
            sources=self.section(Source, "sources"),
            constants=self.constants,
            derived=self.derived,
            needs=self.section(Need, "needs"),
            strategies=self.strategies(),
            predicates={n: self.condition(raw["when"]) for n, raw in predicates.items()},
            rules=self.rules(),
            walks=tuple(walks),
            join=self.join([walk.id for walk in walks]),
            items={
                name: item
                for section, kind in KINDS.items()
                for name, item in self.section(Item, section, kind=kind).items()
            },
            cases=self.section(Case, "cases"),
            departures=strings(self.compiled["departures"]),
            flowchart_note=headings.get("flowchart_note", ""),
            monotone=tuple(mapping(raw) for raw in self.raw["monotone"].values()),
            predicate_texts={name: text(raw["text"]) for name, raw in predicates.items()},
            plausible={
                name: {value: number(weight) for value, weight in mapping(raw).items()}
                for name, raw in self.raw["plausible"].items()
            },
            implies=tuple(implication(raw) for raw in self.raw["implies"].values()),
        )

    def condition(self, raw: Plain) -> Condition:
        found = self.reader.condition(raw)
        if found is None:
            raise ValueError("a predicate has a condition")
        return found

    def rules(self) -> dict[str, Rule]:
        read = self.reader.record(Rule)
        found: dict[str, Rule] = {}
        for name, raw in self.raw["rules"].items():
            where = self.where("rules", name)
            family = where.file.rsplit("/", 1)[-1].removesuffix(".yaml") if where else ""
            found[name] = read(raw, id=name, family=family, where=where)
        return found

    def strategies(self) -> dict[str, Strategy]:
        found = self.section(Strategy, "strategies")
        whole = [
            replace(
                strategy,
                parts=strategy.parts or (name,),
                serves=tuple(
                    sorted({n for p in strategy.parts or (name,) for n in found[p].serves})
                ),
            )
            for name, strategy in found.items()
        ]
        return {s.id: s for s in sorted(whole, key=lambda s: (s.effort, s.id))}

    def walk(self, name: str) -> Walk:
        raw = mapping(self.raw["walks"][name])
        node = self.reader.record(Node)
        nodes = {
            key: node(body, id=key, walk=name, where=self.where("walks", f"{name}/{key}"))
            for key, body in mapping(raw["nodes"]).items()
        }
        return Walk(
            id=name,
            title=text(raw["title"]),
            order=int(number(raw["order"])),
            start=text(raw["start"]),
            results=strings(raw["results"]),
            nodes=nodes,
        )

    def join(self, walks: list[str]) -> dict[tuple[str, ...], str]:
        found: dict[tuple[str, ...], str] = {}
        for joint in map(mapping, self.raw["join"].values()):
            results = mapping(joint["results"])
            found[tuple(text(results[walk]) for walk in walks)] = text(joint["strategy"])
        return found
