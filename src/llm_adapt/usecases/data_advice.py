"""What measured data say about a decision: answers, the data plan, lines of a project file."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from llm_adapt.decide.program import Program
from llm_adapt.decide.selection import Selection
from llm_adapt.files.data_rules import data_knowledge
from llm_adapt.report.audit_document import percent
from llm_adapt.rules.advice import Advice, Advised
from llm_adapt.rules.audit import Audit
from llm_adapt.rules.data_rules import AuditReport, DataKnowledge, FromData, Told
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.situation import Answer, Origin, Situation

# What is trained with answers; the steps of the plan are theirs.
_TRAINED = ("peft", "full_ft")


def answers_of(audit: Audit, known: DataKnowledge) -> Iterator[tuple[str, FromData]]:
    """What facts say about questions of the decision; a sample says nothing of amounts."""
    facts = {
        fact.name: fact.value
        for fact in audit.facts
        if isinstance(fact.value, float) or not fact.sampled
    }
    for name, reading in known.answers.items():
        for taking in reading.takes:
            value = facts.get(taking.fact)
            if value is None or isinstance(value, dict):
                continue
            if taking.above is None:
                yield name, FromData(value, taking.fact, value, reading.because)
                break
            if isinstance(value, float | int) and value > taking.above:
                yield name, FromData(taking.answer, taking.fact, value, reading.because)
                break


def plan_of(
    audit: Audit,
    told: list[Told],
    known: DataKnowledge,
    program: Program,
    answers: Mapping[str, FromData],
) -> tuple[tuple[Advised, ...], dict[str, tuple[str, ...]], tuple[str, ...]]:
    """The steps of the data plan by what was measured, what calls for each, and what is done."""
    values = with_data(Situation(), answers, program).values()
    steps = Selection(program.evaluate(values)).of("data", _TRAINED)
    return _ordered(steps, audit, told, known)


def _ordered(
    steps: Iterable[Advised], audit: Audit, told: Iterable[Told], known: DataKnowledge
) -> tuple[tuple[Advised, ...], dict[str, tuple[str, ...]], tuple[str, ...]]:
    found = list(dict.fromkeys(each.finding.rule for each in told if not each.accepted))
    facts = {fact.name: fact.value for fact in audit.facts if not fact.sampled}
    called_for: dict[str, tuple[str, ...]] = {}
    first: list[tuple[int, Advised]] = []
    then: list[Advised] = []
    done: list[str] = []
    for step in steps:
        entry = known.plan.get(step.id)
        faults = tuple(rule for rule in found if entry and rule in entry.faults)
        if faults:
            called_for[step.id] = faults
            first.append((found.index(faults[0]), step))
        elif entry and entry.done and all(m.holds(facts.get(m.fact)) for m in entry.done):
            done.append(step.title)
        else:
            then.append(step)
    first.sort(key=lambda pair: pair[0])
    return (*(step for _, step in first), *then), called_for, tuple(done)


def with_data(situation: Situation, answers: Mapping[str, FromData], program: Program) -> Situation:
    """The situation with what was measured; an answer that somebody gave stays.

    What differs from it is said in its `told`.
    """
    for name, measured in answers.items():
        value = program.rules.read({name: measured.value}).get(name)
        given = situation.answers.get(name)
        if value is not None and (given is None or given.origin is Origin.ASSUMED):
            situation = situation.having(name, Answer(value, Origin.MEASURED))
        elif value is not None and given is not None and given.value != value:
            told = f"the answer given ({given.value}) is used; the data say {measured.value}"
            situation = situation.having(name, replace(given, told=told))
    return situation


def advised_by(advice: Advice, report: AuditReport) -> Advice:
    """The advice with its data plan by what was measured: faults first, what is done left out."""
    steps, called_for, _ = _ordered(advice.data_plan, report.audit, report.told, data_knowledge())
    shares = {each.finding.rule: each for each in reversed(report.told)}
    return replace(
        advice,
        data_plan=tuple(
            replace(step, text=f"Measured: {_named(called_for[step.id], shares)}. {step.text}")
            if step.id in called_for
            else step
            for step in steps
        ),
    )


def _named(rules: Iterable[str], shares: Mapping[str, Told]) -> str:
    return ", ".join(f"{rule} in {percent(shares[rule].share)} of the rows" for rule in rules)


def data_assumptions(
    report: AuditReport, situation: Situation, name: str
) -> Iterator[dict[str, Plain]]:
    """What a project file can hold against one file of training data, by the name it has there."""
    for question, answer in report.answers.items():
        given = situation.answers.get(question)
        if (
            given is not None
            and given.origin is Origin.MEASURED
            and answer.value == answer.measured
        ):
            evidence: dict[str, Plain] = {"audit": name, "fact": answer.fact}
            held: dict[str, Plain] = {"compare": "at_least", "tolerance": "10%"}
            yield {"answer": question, "evidence": evidence, **held}
    share = next(fact.value for fact in report.audit.facts if fact.name == "defect_share")
    fact: dict[str, Plain] = {"audit": name, "fact": "defect_share"}
    bound = float(f"{share:.6g}") if isinstance(share, float) else 0.0
    yield {"id": "data-without-faults", "evidence": fact, "at_most": bound}
