"""Cross-checks of a merged book: every id that is named exists, every value is one."""

from collections.abc import Callable, Iterator
from itertools import product

from llm_adapt.errors import LlmAdaptError
from llm_adapt.model.plain import Path, Plain, mapping, sequence, text, texts
from llm_adapt.model.question import Question, Unreadable
from llm_adapt.sources.compile import question_from
from llm_adapt.sources.faults import nearest
from llm_adapt.sources.rulebook import Book, Entry

_VALUE_OPS = {"is", "in", "has", "has_any"}
_NUMBER_OPS = {"at_least", "above", "at_most", "below"}
_ITEMS = ("variants", "warnings", "preparations", "tools", "plan", "data_plan")


def link(book: Book) -> list[LlmAdaptError]:
    """Every dangling id, wrong value, cycle and hole of the book."""
    return _Linker(book).run()


class _Linker:
    """Walks the raw entries, so that each fault has the place of the word that is wrong."""

    def __init__(self, book: Book):
        self.book = book
        self.faults: list[LlmAdaptError] = []
        self.ids = {section: set(entries) for section, entries in book.sections.items()}
        self.questions = {
            name: question_from(name, mapping(entry.raw))
            for name, entry in book.sections["questions"].items()
        }
        self.parts = {
            name
            for name, entry in book.sections["strategies"].items()
            if not mapping(entry.raw).get("parts")
        }

    def run(self) -> list[LlmAdaptError]:
        checks: dict[str, Callable[[str, Entry], None]] = {
            "questions": self._question,
            "derived": self._derived,
            "strategies": self._strategy,
            "predicates": self._predicate,
            "rules": self._rule,
            "walks": self._walk,
            "join": self._join,
            "monotone": self._monotone,
            "cases": self._case,
            **dict.fromkeys(_ITEMS, self._item),
        }
        for section, name, entry in self.book.entries():
            self._known_all(entry, ("sources",), "sources", "source")
            if section in checks:
                checks[section](name, entry)
        self._whole()
        return self.faults

    def _fault(self, message: str, entry: Entry, path: Path, hint: str | None = None) -> None:
        self.faults.append(LlmAdaptError(message, entry.place(*path), hint))

    def _known(self, word: str, section: str, what: str, entry: Entry, path: Path) -> None:
        if word not in self.ids[section]:
            hint = nearest(word, self.ids[section])
            self._fault(f"there is no {what} {word}", entry, path, hint)

    def _known_all(self, entry: Entry, path: Path, section: str, what: str) -> None:
        for index, word in enumerate(texts(_at(entry.raw, path))):
            self._known(word, section, what, entry, (*path, index))

    def _question(self, name: str, entry: Entry) -> None:
        raw = mapping(entry.raw)
        chooses = raw["type"] in {"choice", "several"}
        if chooses != bool(raw.get("values")):
            need = "needs values" if chooses else "takes no values"
            self._fault(f"the question {name} {need}", entry, ("type",))

    def _derived(self, name: str, entry: Entry) -> None:
        of = text(mapping(entry.raw).get("of"))
        self._known(of, "questions", "question", entry, ("of",))
        question = self.questions.get(of)
        if question and not (question.numeric and question.positive):
            hint = "it must follow from a number above zero"
            self._fault(f"{name} cannot follow from {of}", entry, ("of",), hint)

    def _strategy(self, name: str, entry: Entry) -> None:
        for key in ("parts", "otherwise"):
            self._known_all(entry, (key,), "strategies", "strategy")
        self._known_all(entry, ("serves",), "needs", "need")
        parts = texts(mapping(entry.raw).get("parts"))
        if parts and "+".join(parts) != name:
            self._fault(f"the parts of {name} do not spell its name", entry, ("parts",))

    def _predicate(self, _name: str, entry: Entry) -> None:
        self._condition(entry, ("when",), flowchart=False)

    def _rule(self, _name: str, entry: Entry) -> None:
        self._condition(entry, ("when",), flowchart=False)
        for index, raw in enumerate(sequence(mapping(entry.raw).get("argues"))):
            key = "for" if "for" in mapping(raw) else "against"
            target = text(mapping(raw).get(key))
            if target not in self.parts | self.ids["needs"]:
                hint = nearest(target, self.parts | self.ids["needs"])
                message = f"there is no need or single strategy {target}"
                self._fault(message, entry, ("argues", index, key), hint)
        self._known_all(entry, ("rules_out",), "strategies", "strategy")
        for key in ("fires", "silent"):
            self._answers(entry, ("examples", key))

    def _item(self, _name: str, entry: Entry) -> None:
        if mapping(entry.raw).get("when") is not None:
            self._condition(entry, ("when",), flowchart=False)
        self._known_all(entry, ("tools",), "tools", "tool")
        for index, part in enumerate(texts(mapping(entry.raw).get("parts"))):
            if part not in self.parts:
                hint = nearest(part, self.parts)
                self._fault(f"there is no single strategy {part}", entry, ("parts", index), hint)

    def _monotone(self, _name: str, entry: Entry) -> None:
        raw = mapping(entry.raw)
        self._known(text(raw.get("answer")), "questions", "question", entry, ("answer",))
        self._known(text(raw.get("never_drops")), "strategies", "strategy", entry, ("never_drops",))

    def _case(self, _name: str, entry: Entry) -> None:
        self._answers(entry, ("answers",))
        expect = mapping(mapping(entry.raw).get("expect"))
        rules = self.ids["rules"]
        for key in ("fires", "silent"):
            for index, rule in enumerate(texts(expect.get(key))):
                if rule not in rules:
                    path = ("expect", key, index)
                    self._fault(f"there is no rule {rule}", entry, path, nearest(rule, rules))
        strategies = self.ids["strategies"] | {"none"}
        for key in ("first", "not_first", "ruled_out", "differs"):
            for word in texts(expect.get(key)):
                if word not in strategies:
                    message, hint = f"there is no strategy {word}", nearest(word, strategies)
                    self._fault(message, entry, ("expect", key), hint)

    def _answers(self, entry: Entry, path: Path) -> None:
        for name, raw in mapping(_at(entry.raw, path)).items():
            question = self.questions.get(name)
            if question is None:
                hint = nearest(name, self.ids["questions"])
                self._fault(f"there is no question {name}", entry, (*path, name), hint)
                continue
            value = question.read(raw)
            if isinstance(value, Unreadable):
                self._fault(value.message, entry, (*path, name), value.hint)

    def _walk(self, name: str, entry: Entry) -> None:
        raw = mapping(entry.raw)
        nodes, results = mapping(raw.get("nodes")), mapping(raw.get("results"))
        known = set(nodes) | set(results)
        for word in sorted(set(nodes) & set(results)):
            self._fault(f"{word} names a node and a result", entry, ("nodes", word))
        if raw.get("start") not in nodes:
            self._fault(f"there is no node {raw.get('start')}", entry, ("start",))
        for node, body in nodes.items():
            self._condition(entry, ("nodes", node, "when"), flowchart=True)
            self._known_all(entry, ("nodes", node, "sources"), "sources", "source")
            for edge in ("yes", "no", "unknown"):
                to = edge_target(mapping(body).get(edge))
                if to not in known:
                    path = ("nodes", node, edge)
                    self._fault(f"{to} is no node or result", entry, path, nearest(to, known))
        for node in cycle(nodes):
            self._fault(f"the walk {name} can go round in a circle", entry, ("nodes", node))

    def _join(self, name: str, entry: Entry) -> None:
        raw = mapping(entry.raw)
        if raw.get("strategy") != "none":
            strategy = text(raw.get("strategy"))
            self._known(strategy, "strategies", "strategy", entry, ("strategy",))
        chosen = mapping(raw.get("results"))
        if set(chosen) != self.ids["walks"]:
            self._fault(f"{name} must name one result of each walk", entry, ("results",))
        for walk, result in chosen.items():
            body = self.book.sections["walks"].get(walk)
            results = mapping(mapping(body.raw).get("results")) if body else {}
            if body and text(result) not in results:
                message, hint = f"{walk} has no result {result}", nearest(text(result), results)
                self._fault(message, entry, ("results", walk), hint)

    def _whole(self) -> None:
        walks = self.book.sections["walks"]
        for section in ("questions", "strategies", "rules", "walks"):
            if not self.ids[section]:
                self.faults.append(LlmAdaptError(f"this rule set has no {section}"))
        names = sorted(walks)
        joined = {
            tuple(text(mapping(mapping(entry.raw).get("results")).get(walk)) for walk in names)
            for entry in self.book.sections["join"].values()
        }
        every = [list(mapping(mapping(walks[name].raw).get("results"))) for name in names]
        for results in product(*every):
            if results not in joined and names:
                ends = ", ".join(f"{w}: {r}" for w, r in zip(names, results, strict=True))
                message = f"no join says what {ends} stands for"
                self.faults.append(LlmAdaptError(message, walks[names[0]].place(), "add it"))
        predicates = self.book.sections["predicates"]
        graph = {name: entry.raw for name, entry in predicates.items()}
        for name in predicate_cycle(graph):
            message = f"the predicate {name} is defined by itself"
            self.faults.append(LlmAdaptError(message, predicates[name].place()))

    def _condition(self, entry: Entry, path: Path, *, flowchart: bool) -> None:
        raw = _at(entry.raw, path)
        if isinstance(raw, str):
            self._known(raw, "predicates", "predicate", entry, path)
            return
        form = mapping(raw)
        for key in ("all", "any"):
            for index, _ in enumerate(sequence(form.get(key))):
                self._condition(entry, (*path, key, index), flowchart=flowchart)
        if "not" in form:
            self._condition(entry, (*path, "not"), flowchart=flowchart)
        if "answer" in form:
            self._comparison(entry, path, form)
        for key, section in (("need", "needs"), ("walk", "walks")):
            if key in form and not flowchart:
                self._fault(f"{key} is for the flowchart only", entry, (*path, key))
            elif key in form:
                self._known(text(form[key]), section, key, entry, (*path, key))

    def _comparison(self, entry: Entry, path: Path, form: dict[str, Plain]) -> None:
        name = text(form["answer"])
        self._known(name, "questions", "question", entry, (*path, "answer"))
        question = self.questions.get(name)
        ops = [key for key in form if key != "answer"]
        if not ops:
            self._fault(f"{name} is compared with nothing", entry, path, "add is: or at_least: ...")
        for op in ops if question else []:
            assert question is not None
            if (op in _NUMBER_OPS) != question.numeric:
                hint = f"it takes {question.allowed()}"
                self._fault(f"{op} does not fit {name}", entry, (*path, op), hint)
            elif op in _VALUE_OPS:
                self._values(question, form[op], entry, (*path, op))
            else:
                self._bound(form[op], entry, (*path, op))

    def _values(self, question: Question, raw: Plain, entry: Entry, path: Path) -> None:
        allowed = question.values or {"yes": "", "no": ""}
        for word in texts(raw):
            if word not in allowed:
                hint = nearest(word, list(allowed)) or f"it takes {question.allowed()}"
                self._fault(f"{question.id} has no value {word}", entry, path, hint)

    def _bound(self, raw: Plain, entry: Entry, path: Path) -> None:
        if isinstance(raw, str):
            self._known(raw, "constants", "constant", entry, path)
        elif isinstance(raw, dict):
            self._known(text(raw.get("derived")), "derived", "derived number", entry, path)


def _at(raw: Plain, path: Path) -> Plain:
    for step in path:
        if isinstance(raw, dict):
            raw = raw.get(str(step))
        elif isinstance(raw, list) and isinstance(step, int):
            raw = raw[step]
        else:
            return None
    return raw


def edge_target(raw: Plain) -> str:
    """Where an edge leads, whether written short or with its reason."""
    return text(raw.get("to")) if isinstance(raw, dict) else text(raw)


def cycle(nodes: dict[str, Plain]) -> list[str]:
    """One node of each circle of a walk."""
    edges = {
        name: [edge_target(mapping(body).get(edge)) for edge in ("yes", "no", "unknown")]
        for name, body in nodes.items()
    }
    return _circles(edges)


def predicate_cycle(predicates: dict[str, Plain]) -> list[str]:
    """One predicate of each circle of definitions."""
    return _circles(
        {name: list(_names(mapping(raw).get("when"))) for name, raw in predicates.items()}
    )


def _names(raw: Plain) -> Iterator[str]:
    if isinstance(raw, str):
        yield raw
    for key in ("all", "any"):
        for part in sequence(mapping(raw).get(key)):
            yield from _names(part)
    if "not" in mapping(raw):
        yield from _names(mapping(raw)["not"])


def _circles(edges: dict[str, list[str]]) -> list[str]:
    done: set[str] = set()
    found: list[str] = []

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            found.append(name)
        elif name not in done:
            for target in edges.get(name, ()):
                visit(target, (*trail, name))
            done.add(name)

    for name in sorted(edges):
        visit(name, ())
    return found
