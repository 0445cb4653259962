"""Assumptions held against their evidence: both values, and what the measured one would mean."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from llm_adapt.files.evidence.access import EvidenceError
from llm_adapt.files.evidence.limits import finite
from llm_adapt.files.evidence.measure import dated, measure
from llm_adapt.files.findings import noted
from llm_adapt.files.scalar import scalar
from llm_adapt.report.phrases import counted
from llm_adapt.rules.check import Held
from llm_adapt.rules.finding import Finding, Fix, Severity, told
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.project import Assumption, Measured, Tolerance
from llm_adapt.rules.value import NotApplicable, Value, shown
from llm_adapt.usecases.project import Case

_NOT_RUN = "C308"
_WORDS = {
    "equal": "",
    "at_least": "at least ",
    "above": "more than ",
    "at_most": "at most ",
    "below": "less than ",
}


class Holding:
    """The assumptions of one project, and what each of them turned out to be."""

    def __init__(self, case: Case, as_of: date) -> None:
        self.case = case
        self.as_of = as_of
        self.findings: list[Finding] = []

    def hold(self, assumption: Assumption) -> Held:
        """Measure one assumption; what does not hold goes to the findings."""
        before = len(self.findings)
        measured, said = None, ""
        try:
            measured = measure(assumption.evidence, self.case.access, self.as_of)
            said = told(f"{exact(measured.value)} {measured.said}")
            self.findings += self._against(assumption, measured)
            self.findings += self._age(assumption, measured)
        except EvidenceError as error:
            where, hint = assumption.evidence.where, error.hint or ""
            found = noted(error.code, error.message, where, assumption.id, hint)
            if error.code == _NOT_RUN and assumption.optional:
                found = replace(found, severity=Severity.NOTE)
            self.findings.append(found)
        unproved = [finding.code for finding in self.findings[before:]]
        return Held(
            id=assumption.id,
            says=assumption.says,
            expected=self._expected(assumption),
            measured=said,
            dated=measured.dated if measured else None,
            holds=None if _NOT_RUN in unproved else not unproved,
            where=assumption.where(),
        )

    def _expected(self, assumption: Assumption) -> str:
        said = [f"{_WORDS[op]}{exact(value)}" for op, value in assumption.bounds]
        if assumption.answer:
            answer = self.case.situation.answers.get(assumption.answer)
            value = "unknown" if answer is None else exact(shown(answer.value))
            said.insert(0, f"{assumption.answer}: {_WORDS[assumption.compare]}{value}")
        if assumption.max_age_days is not None:
            said.append(f"not older than {counted(assumption.max_age_days, 'day')}")
        return ", ".join(said)

    def _against(self, assumption: Assumption, measured: Measured) -> Iterator[Finding]:
        if assumption.answer:
            yield from self._answer(assumption, measured)
        for op, value in assumption.bounds:
            if not _holds(op, measured, value, assumption.tolerance):
                expected = f"it is to be {_WORDS[op]}{exact(value)}"
                yield self._contradicted(assumption, measured, expected, assumption.where(op))

    def _answer(self, assumption: Assumption, measured: Measured) -> Iterator[Finding]:
        name, rules = assumption.answer, self.case.program.rules
        question, answer = rules.questions.get(name), self.case.situation.answers.get(name)
        if question is None:
            message = f"there is no question {name}"
            yield noted("C309", message, assumption.where(), assumption.id)
            return
        if isinstance(measured.value, dict):
            raise EvidenceError(f"there is a mapping {measured.said}", "name a value in it")
        value = rules.read({name: measured.value}).get(name)
        if answer is None or isinstance(answer.value, NotApplicable):
            what = "not answered" if answer is None else "answered with: does not apply"
            message = f"{name} is {what}, the evidence says {exact(measured.value)}"
            hint = f"add to the answers: {name}: {measured.value}"
            found = noted("C309", message, assumption.where(), assumption.id, hint)
            yield self._fixed(found, name, value)
            return
        if question.numeric:
            holds = _holds(assumption.compare, measured, shown(answer.value), assumption.tolerance)
        elif value is None:
            message = f"the evidence says {exact(measured.value)}, which is no answer to {name}"
            raise EvidenceError(message, f"{name} takes {question.allowed()}")
        else:
            holds = value == answer.value
        if not holds:
            expected = f"{_WORDS[assumption.compare]}{exact(shown(answer.value))}"
            place, said = assumption.where(), f"the answer {name} is {expected}"
            hint = "" if value is None else self._consequence(name, value, answer.where or place)
            found = self._contradicted(assumption, measured, said, place, hint)
            yield self._fixed(found, name, value)

    def _fixed(self, found: Finding, name: str, value: Value | None) -> Finding:
        """The finding with the answer that would mend it, if the evidence gives one."""
        if value is None:
            return found
        fix = Fix(self.case.answers_file, (*self.case.answers_path, name), shown(value))
        return replace(found, fix=fix)

    def _consequence(self, name: str, value: Value, where: Location) -> str:
        """What the decision would be with the measured value in place of the answer."""
        program, answers = self.case.program, self.case.situation.values()
        first, then = program.first(answers), program.first({**answers, name: value})
        result = f"{then} would stand first" if then != first else f"{first} still stands first"
        return f"if the evidence is right, write {name}: {shown(value)} at {where}: {result}"

    def _contradicted(
        self,
        assumption: Assumption,
        measured: Measured,
        expected: str,
        where: Location,
        hint: str = "",
    ) -> Finding:
        says = f"{assumption.says.rstrip('.')}: " if assumption.says else ""
        message = f"{says}{expected}, the evidence says {exact(measured.value)} {measured.said}"
        return noted("C301", message, where, assumption.id, hint)

    def _age(self, assumption: Assumption, measured: Measured) -> Iterator[Finding]:
        if assumption.max_age_days is None:
            return
        day, where = (
            dated(assumption, measured, self.case.access, self.as_of),
            assumption.evidence.where,
        )
        if day is None:
            message = f"{assumption.evidence.path} does not say when it was made"
            hint = "say dated_by: commit or file, or leave max_age_days out"
            yield noted("C310", message, where, assumption.id, hint)
        elif (self.as_of - day).days > assumption.max_age_days:
            old = counted((self.as_of - day).days, "day")
            message = (
                f"{assumption.evidence.path} is of {day}, {old} old; "
                f"allowed are {assumption.max_age_days}"
            )
            yield noted("C307", message, where, assumption.id)


def exact(value: Plain) -> str:
    """A value with every digit: two that differ must not look alike."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, list | dict):
        return f"[{', '.join(map(str, value))}]" if isinstance(value, list) else "a mapping"
    return told("unknown" if value is None else str(value))


def _holds(op: str, measured: Measured, expected: Plain, tolerance: Tolerance) -> bool:
    value = measured.value
    if isinstance(expected, bool | str) or (op == "equal" and expected is None):
        return _word(value) == _word(expected)
    number = finite(value)
    if number is None or not isinstance(expected, int | float):
        message = f"{exact(value)} {measured.said} is no number"
        hint = "name a place where a number stands"
        if isinstance(value, str) and finite(scalar(value.strip(), plain=True)) is not None:
            hint = "it is text there, for it is quoted: write the number without quotes"
        raise EvidenceError(message, hint)
    spare = tolerance.around(expected)
    return {
        "equal": abs(number - expected) <= spare,
        "at_least": number >= expected - spare,
        "above": number > expected - spare,
        "at_most": number <= expected + spare,
        "below": number < expected + spare,
    }[op]


def _word(value: Plain) -> Plain:
    """Yes and true are one answer, whichever format they were written in."""
    return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
