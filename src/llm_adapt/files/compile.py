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
    Literal,
    NamedTuple,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
    get_origin,
)

from llm_adapt.files.rule_file import WRITTEN, ArguesFor, Compared, Joint, Predicate
from llm_adapt.rules.case import Case, ProjectKind
from llm_adapt.rules.cited import Constant, Derived, Source
from llm_adapt.rules.form import Form
from llm_adapt.rules.location import Location
from llm_adapt.rules.model import (
    AllOf,
    Argument,
    Condition,
    Implication,
    IsOneOf,
    Item,
    Named,
    Need,
    Question,
    Rule,
    RuleSet,
    Strategy,
    Threshold,
    Walk,
    scale_of,
)
from llm_adapt.rules.plain import Plain, mapping, number, strings, text, texts

Raw: TypeAlias = dict[str, Plain]
Type: TypeAlias = Any  # a type, with notes or without
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
    "out_of_scope": "out_of_scope",
}
# What a type with arguments is made of, and whether a type is a class of the model.
origin_of: Callable[[Type], Any] = get_origin
is_class: Callable[[Type], bool] = is_dataclass
_VALUES = ("is_", "in_", "has", "has_any")
_BOUNDS = {"at_least": ">=", "above": ">", "at_most": "<=", "below": "<"}


class Spec(NamedTuple):
    """A field; a file may write it unless it is given, and must where there is no default.

    `beside` is the class whose fields stand in the mapping of the whole instead.
    """

    name: str
    key: str
    kind: Type
    default: Any
    given: bool = False
    beside: Type = None


@cache
def specs(cls: Type) -> tuple[Spec, ...]:
    """The fields of a class that a file may write, in their order."""
    found: list[Spec] = []
    for spec in _fields(cls):
        if spec.beside is not None:
            found += specs(spec.beside)
        elif not spec.given:
            found.append(spec)
    return tuple(found)


def _fields(cls: Type) -> Iterator[Spec]:
    for entry in fields(cls):
        kind: Type = entry.type
        form, made = unwrap(kind)[1], entry.default_factory
        default = entry.default if made is MISSING else made()
        default = MISSING if form.required else default
        beside = members(unwrap(kind)[0])[0] if form.beside else None
        yield Spec(entry.name, form.key or entry.name, kind, default, form.given, beside)


@cache
def unwrap(kind: Type) -> tuple[Type, Form]:
    """The bare type, and what all notes on it say together."""
    if origin_of(kind) is not Annotated:
        return kind, Form()
    inner, *notes = get_args(kind)
    base, form = unwrap(inner)
    for note in notes:
        form = form.also(note)
    return base, form


@cache
def members(kind: Type) -> tuple[Type, ...]:
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
def by_first_key(kind: Type) -> dict[str, Type]:
    """The classes that a mapping may be, by the key that tells them apart; a default under ""."""
    classes = [one for one in members(kind) if is_class(one)]
    return {**({"": classes[0]} if classes else {}), **{specs(c)[0].key: c for c in classes}}


def class_of(kind: Type, raw: Mapping[str, Plain]) -> Type:
    """Which of the classes a mapping is."""
    known = by_first_key(kind)
    return next((known[key] for key in raw if key in known), known.get(""))


class ModelReader:
    """Makes what a type says out of plain data, with the numbers of one rule set."""

    def __init__(
        self,
        constants: Mapping[str, float] | None = None,
        derived: Mapping[str, Derived] | None = None,
    ) -> None:
        self._constants = constants or {}
        self._derived = derived or {}
        self._known: dict[Type, Read | None] = {}

    def record(self, cls: Callable[..., Entry]) -> Callable[[Raw], Entry]:
        """What makes an object of a class from a mapping."""
        every = [*_fields(cls)]
        plan = [(s.name, s.key, s.default, self._reader(s.kind)) for s in every if not s.beside]
        beside = [(s.name, self.record(s.beside)) for s in every if s.beside]

        def read(raw: Raw) -> Entry:
            values: dict[str, Any] = {name: whole(raw) for name, whole in beside}
            for name, key, default, reader in plan:
                if key not in raw:
                    values[name] = default
                else:
                    values[name] = raw[key] if reader is None else reader(raw[key])
            return cls(**values)

        return read

    def _reader(self, kind: Type) -> Read | None:
        """What makes a value of a type; nothing where plain data is the value."""
        if kind not in self._known:
            self._known[kind] = self._made(kind)
        return self._known[kind]

    def _made(self, kind: Type) -> Read | None:  # noqa: PLR0911 (one for each kind of type)
        base, form = unwrap(kind)
        if form.made is not None:
            return form.made
        if members(base) is WRITTEN[Condition]:
            return self.condition
        if base is Argument:
            return self._argument
        if Location in get_args(base):
            return lambda raw: Location(*raw) if raw else None
        if is_class(base):
            whole: Read = self.record(base)
            return lambda raw: base(raw) if isinstance(raw, str) else whole(raw)
        if isinstance(base, EnumType):
            return base
        if NoneType in get_args(base) and len(members(base)) == 1:
            one = self._reader(members(base)[0])
            return None if one is None else lambda raw: None if raw is None else one(raw)
        if origin_of(base) in (tuple, list):
            first = self._reader(get_args(base)[0])
            several = origin_of(base)
            return several if first is None else lambda raw: several(map(first, raw))
        if origin_of(base) in (Mapping, dict):
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

    def _of(self, cls: Type, raw: Plain) -> Any:  # noqa: ANN401 (of the class)
        if cls not in self._known:
            self._known[cls] = self.record(cls)
        return self._known[cls](raw)  # type: ignore[misc]  # a class has a reader

    def _tests(self, compared: Compared) -> Iterator[Condition]:
        for name in _VALUES:
            if (values := getattr(compared, name)) is not None:
                several = (values,) if isinstance(values, str) else values
                yield IsOneOf(compared.answer, several)
        for name, op in _BOUNDS.items():
            if (bound := getattr(compared, name)) is not None:
                yield self._threshold(compared.answer, op, bound)

    def _threshold(self, field: str, op: str, raw: Plain) -> Threshold:
        if isinstance(raw, str):
            return Threshold(field, op, self._constants[raw], raw)
        if isinstance(raw, dict):
            derived = self._derived[text(raw["derived"])]
            end: Literal["low", "high"] = "low" if raw["bound"] == "low" else "high"
            return Threshold(field, op, scale_of(derived, end))
        return Threshold(field, op, number(raw))

    def _argument(self, raw: Plain) -> Argument:
        cls = class_of(Argument, mapping(raw))
        found = self._of(cls, raw)
        return Argument(found.target, cls is ArguesFor, found.strength, found.topic)


def ruleset_from(compiled: Raw) -> RuleSet:
    """The rule set of a merged and checked book, as `rules` makes and keeps it."""
    return _Assembly(compiled).ruleset()


class _Assembly:
    """Puts the sections of a book together."""

    def __init__(self, compiled: Raw) -> None:
        self.compiled = compiled
        self.raw = {key: mapping(value) for key, value in mapping(compiled["sections"]).items()}
        self.reader = ModelReader()
        self.constants = self.section(Constant, "constants")
        self.derived = self.section(Derived, "derived")
        values = {name: constant.value for name, constant in self.constants.items()}
        self.reader = ModelReader(values, self.derived)

    def section(self, cls: Callable[..., Entry], name: str, **given: Plain) -> dict[str, Entry]:
        """The entries of a section by id."""
        read = self.reader.record(cls)
        entries = self.placed(name, self.raw[name])
        return {key: read({**raw, **given}) for key, raw in entries.items()}

    def placed(self, section: str, raws: Raw, above: str = "") -> dict[str, Raw]:
        """Entries with what no file says: their ids and places."""
        places = mapping(mapping(self.compiled["places"]).get(section))
        return {
            key: {**mapping(raw), "id": key, "where": places.get(above + key)}
            for key, raw in raws.items()
        }

    def ruleset(self) -> RuleSet:
        headings = strings(self.compiled["headings"])
        questions = self.section(Question, "questions").values()
        predicates = self.section(Predicate, "predicates")
        walks = self.walks()
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
            predicates={name: predicate.when for name, predicate in predicates.items()},
            rules=self.section(Rule, "rules"),
            walks=walks,
            join={
                tuple(joint.results[walk.id] for walk in walks): joint.strategy
                for joint in self.section(Joint, "join").values()
            },
            items={
                name: item
                for section, kind in KINDS.items()
                for name, item in self.section(Item, section, kind=kind).items()
            },
            cases=self.section(Case, "cases"),
            departures=strings(self.compiled["departures"]),
            flowchart_note=headings.get("flowchart_note", ""),
            monotone=tuple(mapping(raw) for raw in self.raw["monotone"].values()),
            predicate_texts={name: predicate.text for name, predicate in predicates.items()},
            plausible={
                name: {value: number(weight) for value, weight in mapping(raw).items()}
                for name, raw in self.raw["plausible"].items()
            },
            implies=tuple(self.section(Implication, "implies").values()),
            kinds=self.section(ProjectKind, "kinds"),
        )

    def strategies(self) -> dict[str, Strategy]:
        """By effort; one without parts is its own, a hybrid serves and costs what its parts do."""
        found = self.section(Strategy, "strategies")
        whole: dict[str, Strategy] = {}
        for name, strategy in sorted(found.items(), key=lambda pair: (pair[1].effort, pair[0])):
            parts = strategy.parts or (name,)
            serves = {need for part in parts for need in found[part].serves}
            costs = sum(found[each].costs for each in {name, *parts})
            whole[name] = replace(strategy, parts=parts, serves=tuple(sorted(serves)), costs=costs)
        return whole

    def walks(self) -> tuple[Walk, ...]:
        """In the order in which they are walked."""
        read = self.reader.record(Walk)
        found: list[Walk] = []
        for name, raw in self.placed("walks", self.raw["walks"]).items():
            nodes = self.placed("walks", mapping(raw["nodes"]), f"{name}/")
            named: Raw = {key: {**node, "walk": name} for key, node in nodes.items()}
            found.append(read({**raw, "nodes": named}))
        return tuple(sorted(found, key=lambda walk: walk.order))
