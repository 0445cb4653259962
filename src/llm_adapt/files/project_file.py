"""Project files (`llm-adapt.yaml`), read with every fault at once."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from llm_adapt.errors import LlmAdaptError, raise_all
from llm_adapt.files import project_format as forms
from llm_adapt.files.faults import nearest, translate
from llm_adapt.files.format import Strict
from llm_adapt.files.yaml_file import Document, read_file
from llm_adapt.rules.check_codes import CODES
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Path as PlainPath
from llm_adapt.rules.plain import Plain, mapping, sequence, text, texts
from llm_adapt.rules.project import (
    Assumption,
    Bound,
    Decision,
    Dissent,
    Evidence,
    Ignore,
    Project,
    Tolerance,
)

_OPS = ("equal", "at_least", "above", "at_most", "below")
_ONE = TypeAdapter(forms.ProjectForm)
_SEVERAL = TypeAdapter(forms.ProjectsForm)
_SEE = "remove it, or see: llm-adapt schema project"


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """A project file with the place of everything in it."""

    path: Path
    document: Document
    projects: tuple[Project, ...]


def read_project_file(path: Path, shown: str) -> ProjectFile:
    """Everything a project file says; answers are read later, with the rule set they are for.

    Raises:
        LlmAdaptError: The file cannot be read or has faults; all are told at once.
    """
    document = read_file(path, shown)
    if not isinstance(document.data, dict):
        message = "a project file is a mapping (key: value)"
        raise LlmAdaptError(message, document.place(()), "write one: llm-adapt init")
    _check_form(document)
    faults: list[LlmAdaptError] = []
    several = mapping(document.data.get("projects"))
    paths: list[PlainPath] = [("projects", name) for name in several] or [()]
    projects = [_Reader(document, way, path, faults).project() for way in paths]
    seen: set[str] = set()
    for project in projects:
        if project.name in seen:
            hint = "give one of them another name under project:"
            faults.append(
                LlmAdaptError(f"two projects are called {project.name}", project.where, hint)
            )
        seen.add(project.name)
    raise_all(faults)
    return ProjectFile(path, document, tuple(projects))


def _check_form(document: Document) -> None:
    several = "projects" in mapping(document.data)
    try:
        (_SEVERAL if several else _ONE).validate_python(document.data)
    except ValidationError as error:
        known = _keys()
        faults: dict[object, LlmAdaptError] = {}
        for item in error.errors():
            fault = _fault(dict(item), document, known)
            # A union complains once for each of its members: the first says enough.
            faults.setdefault(fault.where, fault)
        raise_all(list(faults.values()))


def _fault(item: dict[str, Any], document: Document, known: set[str]) -> LlmAdaptError:
    steps = list(item["loc"])
    if "evidence" in steps[:-1]:
        # The kind of evidence stands in the location, and is no step of the document.
        after = steps.index("evidence") + 1
        steps = [*steps[:after], *steps[after + 1 :]]
    fault = translate({**item, "loc": tuple(steps)}, document, known)
    if item["type"] == "extra_forbidden":
        key = (*_present(document, steps[:-1]), text(steps[-1]))
        hint = nearest(text(steps[-1]), known) or _SEE
        return LlmAdaptError(fault.message, document.key_place(key), hint)
    if item["type"] == "string_pattern_mismatch" and "\\d{4}-" in item["msg"]:
        return LlmAdaptError(f"{steps[-1]} is no date", fault.where, "write it as 2026-03-31")
    return fault


def _present(document: Document, steps: list[Any]) -> PlainPath:
    path: tuple[str | int, ...] = ()
    for step in steps:
        if (*path, step) in document.places:
            path = (*path, step)
    return path


def _keys() -> set[str]:
    found: set[str] = set()
    for value in vars(forms).values():
        if isinstance(value, type) and issubclass(value, Strict):
            found.update(value.model_fields)
    return found


class _Reader:
    """One project of a document whose form is right."""

    def __init__(
        self, document: Document, path: PlainPath, file: Path, faults: list[LlmAdaptError]
    ) -> None:
        self.document = document
        self.path = path
        self.file = file
        self.faults = faults
        self.raw = mapping(mapping(document.data).get("projects")) if path else {}
        self.raw = mapping(self.raw.get(str(path[-1]))) if path else mapping(document.data)

    def place(self, *steps: str | int) -> Location:
        """Where something of this project stands."""
        return self.document.place((*self.path, *steps))

    def fault(self, message: str, where: Location, hint: str) -> None:
        """Remember what is wrong; the rest is still read."""
        self.faults.append(LlmAdaptError(message, where, hint))

    def project(self) -> Project:
        """The whole project."""
        raw = self.raw
        shared = text(mapping(self.document.data).get("rules"))
        folder = self.file.absolute().parent.name
        name = text(raw.get("project")) or (str(self.path[-1]) if self.path else folder)
        return Project(
            name=name,
            file=self.document.name,
            rules=text(raw.get("rules")) or shared,
            answers=raw["answers"] if isinstance(raw.get("answers"), str) else "",  # type: ignore[arg-type]
            path=self.path,
            decision=self.decision(mapping(raw["decision"])) if raw.get("decision") else None,
            review_by=self.day(raw.get("review_by"), "review_by"),
            review_where=self.place("review_by"),
            assumptions=tuple(self.assumptions()),
            ignores=tuple(self.ignores()),
            record=text(raw.get("record")),
            where=self.document.key_place(self.path) if self.path else self.place(),
        )

    def day(self, raw: Plain, *steps: str | int) -> date | None:
        """A date, or a fault when the calendar has no such day."""
        if raw is None:
            return None
        try:
            return date.fromisoformat(text(raw))
        except ValueError:
            self.fault(f"{raw} is no date", self.place(*steps), "write it as 2026-03-31")
            return None

    def decision(self, raw: dict[str, Plain]) -> Decision:
        """What was decided."""
        dissent, where = raw.get("dissent"), self.place("decision", "dissent")
        told = mapping(dissent)
        reason = dissent if isinstance(dissent, str) else told.get("reason")
        against = text(told.get("against"))
        return Decision(
            strategy=text(raw["strategy"]),
            since=self.day(raw.get("since"), "decision", "since"),
            by=text(raw.get("by")),
            dissent=Dissent(text(reason), against, where) if dissent else None,
            where=self.place("decision", "strategy"),
        )

    def assumptions(self) -> list[Assumption]:
        """Every assumption, each with an id of its own."""
        found: dict[str, Assumption] = {}
        for index, plain in enumerate(sequence(self.raw.get("assumptions"))):
            raw, where = mapping(plain), self.place("assumptions", index)
            name = text(raw.get("id")) or text(raw.get("answer")) or f"assumption-{index + 1}"
            if name in found:
                self.fault(f"{name} is used twice", where, "give one of them an id of its own")
            bounds = self.bounds(raw, index)
            if not bounds and not raw.get("answer") and raw.get("max_age_days") is None:
                hint = "add answer: ..., at_least: ..., or max_age_days: ..."
                self.fault(f"{name} holds its evidence against nothing", where, hint)
            age = raw.get("max_age_days")
            found[name] = Assumption(
                id=name,
                says=text(raw.get("says")),
                evidence=self.evidence(index, mapping(raw["evidence"])),
                answer=text(raw.get("answer")),
                compare=text(raw.get("compare")) or "equal",
                tolerance=_tolerance(raw.get("tolerance")),
                bounds=bounds,
                max_age_days=age if isinstance(age, int) else None,
                dated_by=text(raw.get("dated_by")),
                where=where,
            )
        return list(found.values())

    def bounds(self, raw: dict[str, Plain], index: int) -> tuple[Bound, ...]:
        """What the measured value is compared with, besides an answer."""
        return tuple(
            Bound(op, raw[op], self.place("assumptions", index, op))
            for op in _OPS
            if raw.get(op) is not None
        )

    def evidence(self, index: int, raw: dict[str, Plain]) -> Evidence:
        """What is measured, with the defaults of its kind."""
        kind = next(kind for kind in forms.KINDS if kind in raw)
        full: dict[str, Plain] = _EVIDENCE.validate_python(raw).model_dump()
        target = full.pop(kind)
        steps = ("assumptions", index, "evidence", kind)
        several = texts(target)
        return Evidence(kind, several, full, self.place(*steps))

    def ignores(self) -> list[Ignore]:
        """Every finding that is accepted."""
        found: list[Ignore] = []
        for index, plain in enumerate(sequence(self.raw.get("ignore"))):
            raw, code = mapping(plain), text(mapping(plain).get("finding"))
            where = self.place("ignore", index, "finding")
            if code not in CODES:
                hint = nearest(code, list(CODES)) or "see: llm-adapt explain C203"
                self.fault(f"there is no finding {code}", where, hint)
            elif not CODES[code].can_ignore:
                self.fault(f"{code} cannot be ignored", where, CODES[code].remedy)
            until = self.day(raw.get("until"), "ignore", index, "until")
            reason, at = text(raw.get("reason")), text(raw.get("at"))
            found.append(Ignore(code, reason, until, at, where))
        return found


_EVIDENCE: TypeAdapter[Strict] = TypeAdapter(forms.EvidenceForm)


def _tolerance(raw: Plain) -> Tolerance:
    if isinstance(raw, str):
        return Tolerance(float(raw.removesuffix("%")) / 100, relative=True)
    return Tolerance(float(raw)) if isinstance(raw, int | float) else Tolerance()
