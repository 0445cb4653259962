"""Cross-checks of a merged book: every id that is named exists, every value is one, no holes.

The reader of each file says by the types of the model what each id must name; only what no type can
say is written out here.
"""

from collections.abc import Callable, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import islice, pairwise, product
from math import prod
from pathlib import Path
from typing import TypeAlias

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.compile import KINDS, ModelReader, Type
from llm_adapt.files.rule_file import Compared, Joint, Monotone
from llm_adapt.files.rulebook import Book, Entry
from llm_adapt.rules.advice import Verdict
from llm_adapt.rules.case import Expected
from llm_adapt.rules.cited import Derived
from llm_adapt.rules.location import Location
from llm_adapt.rules.model import EndedAt, Question, Strategy, Tally, Walk
from llm_adapt.rules.plain import Path as PlainPath
from llm_adapt.rules.plain import Plain, mapping, number, sequence, text, texts
from llm_adapt.rules.value import Unreadable, nearest, quoted

# The engine follows definitions by name; deeper ones nobody could read anyway.
DEEPEST = 40
MOST_ENDS = 2000
MOST_HOLES = 20
_NAMED = {
    **{section.removesuffix("s"): section for section in (
        "sources", "questions", "needs", "predicates", "constants", "rules", "walks", "variants",
        "warnings", "preparations", "tools",
    )},
    "strategy": "strategies",
    "derived number": "derived",
}  # fmt: skip
Raw: TypeAlias = dict[str, Plain]
_VALUE_OPS = ("is", "in", "has", "has_any")
_NUMBER_OPS = ("at_least", "above", "at_most", "below")
_EDGES = ("yes", "no", "unknown")


def link(book: Book) -> list[LlmAdaptError]:
    """Every dangling id, wrong value, cycle and hole of the book."""
    return _Linker(book).faults_found()


class _Linker:
    """The ids of a book by what they are, and the faults found so far."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.faults: list[LlmAdaptError] = []
        self.uses: dict[str, list[str]] = {}
        ids = {what: set(book.sections[section]) for what, section in _NAMED.items()}
        strategies = book.sections["strategies"]
        single = {n for n, entry in strategies.items() if not mapping(entry.raw).get("parts")}
        self.ids: dict[str, set[str]] = {
            **ids,
            "single strategy": single,
            "need or single strategy": single | ids["need"],
            "strategy or none": ids["strategy"] | {"none"},
            "verdict": {verdict.value for verdict in Verdict},
        }
        question = ModelReader().record(Question)
        self.questions: dict[str, Question] = {
            name: question({**mapping(entry.raw), "id": name})
            for name, entry in book.sections["questions"].items()
        }
        self.looks: dict[Type, Callable[[Entry, PlainPath, Raw], None]] = {
            Question: self._question,
            Derived: self._derived,
            Strategy: self._strategy,
            Compared: self._compared,
            Tally: self._flowchart_only,
            EndedAt: self._ended_at,
            Walk: self._walk,
            Joint: self._joint,
            Monotone: self._monotone,
            Expected: self._expected,
        }

    def faults_found(self) -> list[LlmAdaptError]:
        """Look at each entry, then at the book as a whole."""
        for section, name, entry in self.book.entries():
            reader = self.book.readers[entry.document.name]
            for what, path, raw in reader.seen.get(entry.path, ()):
                inside = path[len(entry.path) :]
                if what in self.looks:
                    self.looks[what](entry, inside, mapping(raw))
                elif what == "answers":
                    self._answer(str(path[-1]), raw, entry, inside)
                elif isinstance(what, str):
                    self._id(what, text(raw), entry, inside)
            if section == "plausible":
                self._plausible(name, entry, mapping(entry.raw), ())
            if section == "kinds":
                for question, weights in mapping(mapping(entry.raw).get("answers")).items():
                    self._plausible(question, entry, mapping(weights), ("answers", question))
        self._empty_sections()
        self._items_twice()
        self._joins()
        self._predicates()
        return self.faults

    def _fault(self, message: str, entry: Entry, path: PlainPath, hint: str | None = None) -> None:
        self.faults.append(LlmAdaptError(message, entry.place(*path), hint))

    def _one_of(
        self, word: str, known: Iterable[str], what: str, entry: Entry, path: PlainPath
    ) -> None:
        names = set(known)
        if word not in names:
            message = f"there is no {what.removesuffix(' or none')} {quoted(word)}"
            self._fault(message, entry, path, nearest(word, names))

    def _id(self, ref: str, word: str, entry: Entry, path: PlainPath) -> None:
        if ref == "predicate" and entry.path[0] == "predicates":
            self.uses.setdefault(str(entry.path[1]), []).append(word)
        if ref in self.ids:
            self._one_of(word, self.ids[ref], ref, entry, path)

    def _answer(self, name: str, raw: Plain, entry: Entry, path: PlainPath) -> None:
        question = self.questions.get(name)
        if question is None:
            self._id("question", name, entry, path)
            return
        value = question.read(raw)
        if isinstance(value, Unreadable):
            self._fault(value.message, entry, path, value.hint)

    def _question(self, entry: Entry, path: PlainPath, raw: Raw) -> None:
        name = str(entry.path[-1])
        question = self.questions[name]
        chooses = raw["type"] in {"choice", "several"}
        if chooses != bool(question.values):
            need = "needs values" if chooses else "takes no values"
            self._fault(f"the question {name} {need}", entry, (*path, "type"))
        if question.maximum is not None and question.maximum < question.minimum:
            message = f"the maximum of {name} is below its minimum"
            self._fault(message, entry, (*path, "maximum"))

    def _derived(self, entry: Entry, path: PlainPath, raw: Raw) -> None:
        of = text(raw["of"])
        question = self.questions.get(of)
        if question and not (question.numeric and question.positive):
            message = f"{entry.path[-1]} cannot follow from {of}"
            hint = "it must follow from a number above zero"
            self._fault(message, entry, (*path, "of"), hint)
        points = [mapping(each) for each in sequence(raw.get("points"))]
        if not points and (raw.get("low") is None or raw.get("high") is None):
            message = f"{entry.path[-1]} has neither points nor a factor"
            self._fault(message, entry, path, "give low and high, or points")
        told = [raw.get("low"), raw.get("high"), *(each[key] for each in points for key in each)]
        if any(number(each) <= 0 for each in told if each is not None):
            self._fault(f"a number of {entry.path[-1]} is not above zero", entry, path)
        for below, above in pairwise(points):
            if any(number(below[key]) >= number(above[key]) for key in below):
                message = f"a point of {entry.path[-1]} does not lie above the one before it"
                self._fault(message, entry, (*path, "points"), "every number rises with the answer")

    def _strategy(self, entry: Entry, path: PlainPath, raw: Raw) -> None:
        name, parts = entry.path[-1], texts(raw.get("parts"))
        if parts and "+".join(parts) != name:
            self._fault(f"the parts of {name} do not spell its name", entry, (*path, "parts"))

    def _compared(self, entry: Entry, path: PlainPath, raw: Raw) -> None:
        name = text(raw["answer"])
        ops = [key for key, value in raw.items() if key != "answer" and value is not None]
        if not ops:
            message, hint = f"{name} is compared with nothing", "add is: or at_least: ..."
            self._fault(message, entry, path, hint)
        question = self.questions.get(name)
        if question is None:
            return
        for op in ops:
            if (op in _NUMBER_OPS) != question.numeric:
                hint = f"it takes {question.allowed()}"
                self._fault(f"{op} does not fit {name}", entry, (*path, op), hint)
            elif op in _VALUE_OPS:
                self._values(question, raw[op], entry, (*path, op))

    def _values(self, question: Question, raw: Plain, entry: Entry, path: PlainPath) -> None:
        allowed = list(question.values) or ["yes", "no"]
        for index, word in enumerate(texts(raw)):
            if word not in allowed:
                hint = nearest(word, allowed) or f"it takes {question.allowed()}"
                where = (*path, index) if isinstance(raw, list) else path
                self._fault(f"{question.id} has no value {quoted(word)}", entry, where, hint)

    def _flowchart_only(self, entry: Entry, path: PlainPath, raw: Raw) -> None:
        key = next(iter({"need", "walk"} & set(raw)))
        if entry.path[0] != "walks":
            self._fault(f"{key} is for the flowchart only", entry, (*path, key))

    def _ended_at(self, entry: Entry, path: PlainPath, raw: Raw) -> None:
        self._flowchart_only(entry, path, raw)
        named = text(raw["walk"])
        other = self.book.sections["walks"].get(named)
        if other is None or entry.path[0] != "walks":
            return
        before = mapping(other.raw)
        if number(before["order"]) >= number(mapping(entry.raw)["order"]):
            message = f"{named} is not walked before {entry.path[-1]}"
            self._fault(message, entry, (*path, "walk"), "name a walk with a lower order")
        for index, result in enumerate(texts(raw["ended_at"])):
            where = (*path, "ended_at", index)
            known = mapping(before["results"])
            self._one_of(result, known, f"result of {named}", entry, where)

    def _walk(self, entry: Entry, path: PlainPath, raw: Raw) -> None:
        nodes, results = mapping(raw["nodes"]), mapping(raw["results"])
        for word in sorted(set(nodes) & set(results)):
            self._fault(f"{word} names a node and a result", entry, (*path, "nodes", word))
        self._one_of(text(raw["start"]), nodes, "node", entry, (*path, "start"))
        for node, body in nodes.items():
            for edge in _EDGES:
                to = _target(mapping(body)[edge])
                where = (*path, "nodes", node, edge)
                self._one_of(to, [*nodes, *results], "node or result", entry, where)
        edges = {n: [_target(mapping(body)[edge]) for edge in _EDGES] for n, body in nodes.items()}
        for node in _cycles(edges)[0]:
            message = f"the walk {entry.path[-1]} can go round in a circle"
            self._fault(message, entry, (*path, "nodes", node))

    def _joint(self, entry: Entry, path: PlainPath, raw: Raw) -> None:
        chosen = mapping(raw["results"])
        walks = self.book.sections["walks"]
        if set(chosen) != set(walks):
            message = f"{entry.path[-1]} must name one result of each walk"
            self._fault(message, entry, (*path, "results"))
        for walk, result in chosen.items():
            results = mapping(mapping(walks[walk].raw)["results"]) if walk in walks else {}
            if walk in walks and text(result) not in results:
                message = f"{walk} has no result {quoted(text(result))}"
                hint = nearest(text(result), results)
                self._fault(message, entry, (*path, "results", walk), hint)

    def _plausible(self, name: str, entry: Entry, weights: Raw, path: PlainPath) -> None:
        question = self.questions.get(name)
        if question is None or question.numeric:
            return
        for value in weights:
            self._values(question, value, entry, (*path, value))

    def _monotone(self, entry: Entry, path: PlainPath, raw: Raw) -> None:
        question = self.questions.get(text(raw["answer"]))
        if question is None:
            return
        for index, word in enumerate(texts(raw.get("among"))):
            where = (*path, "among", index)
            self._one_of(word, question.values, f"value of {question.id}", entry, where)

    def _expected(self, entry: Entry, path: PlainPath, raw: Raw) -> None:
        for index, pair in enumerate(sequence(raw.get("before"))):
            if len(sequence(pair)) != 2:  # noqa: PLR2004 (a pair)
                where = (*path, "before", index)
                self._fault("a pair has two strategies", entry, where, "write [first, second]")

    def _empty_sections(self) -> None:
        first = next((entry for _, _, entry in self.book.entries()), None)
        where = Location(str(Path(first.document.name).parent)) if first else None
        for section in ("questions", "strategies", "rules", "walks"):
            if not self.book.sections[section]:
                message = f"this rule set has no {section}"
                self.faults.append(LlmAdaptError(message, where, f"add {section}: ..."))

    def _items_twice(self) -> None:
        # Advice names a variant, warning or step by its id alone.
        seen: dict[str, str] = {}
        for section in KINDS:
            for name, entry in sorted(self.book.sections[section].items()):
                if name in seen:
                    message = f"{name} is already an id of {seen[name]}"
                    self._fault(message, entry, (), "give one of them another id")
                seen.setdefault(name, section)

    def _joins(self) -> None:
        walks = self.book.sections["walks"]
        names = sorted(walks)
        joined: dict[tuple[str, ...], str] = {}
        for join, entry in sorted(self.book.sections["join"].items()):
            chosen = mapping(mapping(entry.raw)["results"])
            ends = tuple(text(chosen.get(walk)) for walk in names)
            if ends in joined:
                self._fault(f"{join} and {joined[ends]} join the same results", entry, ())
            joined.setdefault(ends, join)
        every = [list(mapping(mapping(walks[name].raw)["results"])) for name in names]
        if not names:
            return
        first = walks[names[0]]
        if prod(map(len, every)) > MOST_ENDS:
            message = f"the walks end in more than {MOST_ENDS} ways together"
            self._fault(message, first, (), "use fewer results")
            return
        holes = (ends for ends in product(*every) if ends not in joined)
        for ends in islice(holes, MOST_HOLES):
            told = ", ".join(f"{w}: {r}" for w, r in zip(names, ends, strict=True))
            self._fault(f"no join says what {told} stands for", first, (), "add it")

    def _predicates(self) -> None:
        predicates = self.book.sections["predicates"]
        round_, depth = _cycles({name: self.uses.get(name, []) for name in predicates})
        for name in round_:
            self._fault(f"the predicate {name} is defined by itself", predicates[name], ())
        for name in sorted(name for name in depth if depth[name] > DEEPEST)[:1]:
            message = f"the predicate {name} is defined through more than {DEEPEST} others"
            self._fault(message, predicates[name], (), "define it more directly")


def _target(edge: Plain) -> str:
    """Where an edge leads, whether written short or with its reason."""
    return text(edge.get("to")) if isinstance(edge, dict) else text(edge)


def _cycles(edges: Mapping[str, Iterable[str]]) -> tuple[list[str], dict[str, int]]:
    """One name of each cycle; or, where there is none, how deep each name is defined."""
    left = {name: [to for to in targets if to in edges] for name, targets in edges.items()}
    found: list[str] = []
    depth: dict[str, int] = {}
    while len(found) < MOST_HOLES:
        try:
            for name in TopologicalSorter(left).static_order():
                depth[name] = 1 + max((depth[to] for to in left[name]), default=0)
        except CycleError as error:
            found.append(min(error.args[1]))
            del left[found[-1]]
            left = {n: [to for to in targets if to != found[-1]] for n, targets in left.items()}
        else:
            break
    return sorted(found), {} if found else depth
