"""Use case: an audit of training data, and what its findings say about the decision."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import field, replace
from datetime import date
from importlib import import_module
from pathlib import Path

from llm_adapt.audit.run import audit
from llm_adapt.decide.program import Program
from llm_adapt.decide.selection import Selection
from llm_adapt.errors import UsageError
from llm_adapt.files.data_rules import FORECAST, UNEXPECTED, data_knowledge, derived_facts
from llm_adapt.files.faults import nearest
from llm_adapt.files.lock import read_data_baseline
from llm_adapt.files.project_find import repository_root
from llm_adapt.files.settings import OFF, read_settings
from llm_adapt.rules.advice import Advice, Advised
from llm_adapt.rules.audit import Audit, DataFinding
from llm_adapt.rules.check import CheckResult, ProjectResult
from llm_adapt.rules.data_rules import AuditReport, DataKnowledge, FromData, Told, Trainer
from llm_adapt.rules.finding import Code, Finding, Severity
from llm_adapt.rules.finding import told as cut
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.project import Ignore
from llm_adapt.rules.record import record
from llm_adapt.rules.situation import Answer, Origin, Situation
from llm_adapt.rules.value import Unreadable
from llm_adapt.usecases.outcome import FailOn, outcome

# What is trained with answers; the steps of the plan are theirs.
_TRAINED = ("peft", "full_ft")
UNREADABLE = "unreadable-line"
# Where each line that is not blank is a row.
_LINES = (".jsonl", ".ndjson")
PREFIX = "data/"
Accepting = Mapping[tuple[str, str], tuple[int, str]]


@record(frozen=True)
class AuditOptions:
    """How to audit. Everything but the files may be left out.

    Attributes:
        against: An evaluation file that must not stand in the training data.
        form: A format, where the recognised one is wrong.
        columns: By part of a row (`prompt`), the column it stands in.
        expect: By fact, the share that is expected in use.
        allow: By rule, the share of rows that does not fail a run.
        max_rows: A sample of so many rows is looked at.
        jobs: So many processes.
        executor: `module:factory` of any `concurrent.futures.Executor`.
        context: Tokens of the model's context window.
        cutoff: Tokens at which the trainer cuts rows off.
        tokenizer: A local tokenizer file, for exact counts.
        trainer: Whose treatment of the rows is forecast, by its id in `rules/audit/trainers.yaml`.
        baseline: What was accepted before.
        as_of: The day that the baseline is held against.
        fail_on: What fails a run; else the settings say it.
    """

    against: Path | None = None
    form: str = ""
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    expect: Mapping[str, float] = field(default_factory=dict[str, float])
    allow: Mapping[str, float] = field(default_factory=dict[str, float])
    max_rows: int | None = None
    jobs: int = 1
    executor: str = ""
    context: int | None = None
    cutoff: int | None = None
    tokenizer: Path | None = None
    trainer: str = ""
    baseline: Path | None = None
    as_of: date = date.max
    fail_on: FailOn | None = None


def examine(
    paths: Sequence[Path],
    program: Program,
    options: AuditOptions,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[AuditReport, CheckResult]:
    """Audit files, and what that comes to.

    Raises:
        LlmAdaptError: A file cannot be read, or its format cannot be known.
        UsageError: A share is expected, or a rule allowed, that is not there.
    """
    known = data_knowledge()
    for name in options.allow:
        if name not in known.rules:
            raise UsageError(f"there is no rule {name}", None, nearest(name, known.rules))
    trainer = _trainer(options.trainer, known)
    if options.against is not None and options.against.exists():
        for path in paths:
            if path.exists() and path.samefile(options.against):
                message = f"{path} cannot be trained on and evaluated with"
                raise UsageError(message, None, "name the file of evaluation data after --against")
    accepted: dict[tuple[str, str], tuple[int, str]] = {}
    if options.baseline is not None:
        rows, until = read_data_baseline(options.baseline)
        if until >= options.as_of:
            words = f"accepted by the baseline until {until}"
            accepted = {key: (count, words) for key, count in rows.items()}
    found = audit(
        list(dict.fromkeys(paths)),
        against=options.against,
        form=options.form,
        columns=options.columns,
        max_rows=options.max_rows,
        jobs=options.jobs,
        executor=made_executor(options.executor),
        context=options.context,
        cutoff=options.cutoff or (trainer.length if trainer else None),
        tokenizer=options.tokenizer,
        rules={name: rule.words for name, rule in known.rules.items()},
        weights=known.tokens,
        fates=trainer.fates if trainer else {},
        progress=progress,
    )
    if trainer is not None:
        found = _forecast(found, list(_not_taken(found, trainer, options)))
    settings = read_settings(repository_root(Path.cwd()))
    options = replace(options, allow={**settings.allow, **options.allow})
    report = reported(found, program, options, accepted=accepted, severity=settings.severity)
    fail_on = options.fail_on or FailOn.named(settings.fail_on or "error")
    return report, result_of(report, options, fail_on, accepted)


def _trainer(name: str, known: DataKnowledge) -> Trainer | None:
    if name and name not in known.trainers:
        hint = nearest(name, known.trainers) or f"it is one of {', '.join(known.trainers)}"
        raise UsageError(f"there is no trainer {name}", None, hint)
    return known.trainers.get(name)


def _forecast(found: Audit, stops: list[DataFinding]) -> Audit:
    """The audit with the files that a trainer does not take; of them nothing else is forecast."""
    files = {finding.file for finding in stops}
    kept = (f for f in found.findings if not (f.file in files and f.rule.startswith(FORECAST)))
    return replace(found, findings=(*kept, *stops))


def _not_taken(found: Audit, trainer: Trainer, options: AuditOptions) -> Iterator[DataFinding]:
    """Whole files that a trainer does not take: another format, or columns of other names."""
    for file in found.files:
        columns = trainer.takes.get(file.format)
        missing = [name for name in columns or () if name not in file.columns.values()]
        if file.path == str(options.against) or (columns is not None and not missing):
            continue
        wrong = f"has no column {', '.join(missing)}" if missing else f"takes no {file.format}"
        said = f"{trainer.title}: {wrong}. {trainer.mapped}"
        yield DataFinding("trainer-stops", file.path, tuple(range(file.rows)), said)


def made_executor(named: str) -> Executor | None:
    """What `module:factory` makes; the folder that the command is called in counts as a home.

    Raises:
        UsageError: It cannot be imported, called, or makes no executor.
    """
    if not named:
        return None
    module, mark, factory = named.partition(":")
    hint = "write --executor module:factory, a function without arguments that gives an Executor"
    if not (mark and module and factory):
        raise UsageError(f"--executor {named}: a : is missing", None, hint)
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        made = getattr(import_module(module), factory)()
    except Exception as error:  # noqa: BLE001 (whatever somebody's module does)
        said = f"{type(error).__name__}: {error}"
        raise UsageError(f"--executor {named} cannot be made: {said}", None, hint) from None
    if not callable(getattr(made, "submit", None)):
        raise UsageError(f"--executor {named} makes no executor", None, hint)
    return made  # type: ignore[no-any-return]


def result_of(
    report: AuditReport, options: AuditOptions, fail_on: FailOn, accepted: Accepting
) -> CheckResult:
    """The findings as those of a check, by file, and what they come to."""
    known, audited = data_knowledge(), report.audit
    kinds = {
        PREFIX + name: Code(PREFIX + name, Severity(rule.severity), rule.title, name, rule.why,
                            rule.mend, page="docs/audit.md")
        for name, rule in known.rules.items()
    }  # fmt: skip
    projects: list[ProjectResult] = []
    for file in audited.files:
        name = Path(file.path).name
        told = [_finding(each, kinds) for each in report.told if each.finding.file == file.path]
        bad = [line for line in audited.bad_lines if line.file == file.path]
        most, words = accepted.get((file.path, UNREADABLE), (-1, ""))
        told += [
            _noted(kinds[PREFIX + UNREADABLE], line.problem, Location(line.file, line.line), words
                   if len(bad) <= most else "")
            for line in bad
        ]  # fmt: skip
        told = [replace(finding, project=name) for finding in told]
        projects.append(ProjectResult(name, file.path, tuple(told), looked_at=tuple(kinds)))
    result = CheckResult(tuple(projects), options.as_of, fails=fail_on.least, kinds=kinds)
    return replace(result, outcome=outcome(result, fail_on))


def _finding(told: Told, kinds: Mapping[str, Code]) -> Finding:
    found = told.finding
    first = found.rows[0] if found.rows else 0
    line = first + 1 if Path(found.file).suffix.lower() in _LINES else 1
    rows = ", ".join(map(str, found.rows[:5]))
    example = f': "{found.example}"' if found.example else ""
    message = f"{len(found.rows):,} rows ({told.share:.2%}), the first {rows}{example}"
    kind = replace(kinds[PREFIX + found.rule], severity=Severity(told.severity))
    return _noted(kind, message, Location(found.file, line), told.accepted)


def _noted(kind: Code, message: str, where: Location, accepted: str) -> Finding:
    ignored = Ignore(finding=kind.code, reason=accepted) if accepted else None
    return Finding(
        kind.code, kind.severity, kind.title, cut(message), where, kind.remedy,
        about=kind.name, ignored=ignored,
    )  # fmt: skip


def counts(report: AuditReport) -> dict[tuple[str, str], int]:
    """How many rows were found, by file and rule: what a baseline keeps."""
    found = {(t.finding.file, t.finding.rule): len(t.finding.rows) for t in report.told}
    for bad in report.audit.bad_lines:
        found[bad.file, UNREADABLE] = found.get((bad.file, UNREADABLE), 0) + 1
    return found


def reported(
    audit: Audit,
    program: Program,
    options: AuditOptions,
    *,
    accepted: Accepting,
    severity: Mapping[str, str],
) -> AuditReport:
    """What is to be said of an audit.

    Args:
        audit: What was found.
        program: The rule set whose data plan is followed.
        options: What is expected and allowed, and the evaluation file among the audited ones.
        accepted: By file and rule, how many rows a baseline accepts, and the words for it.
        severity: By rule, the severity that an organisation gives it, or `off`.

    Raises:
        UsageError: A share is expected that was not measured.
    """
    known = data_knowledge()
    against = "" if options.against is None else str(options.against)
    audit = replace(audit, findings=(*audit.findings, *_unexpected(audit, known, options.expect)))
    rows = {file.path: file.rows for file in audit.files}
    told: list[Told] = []
    for finding in audit.findings:
        rule = known.rules[finding.rule]
        weight = severity.get(finding.rule, rule.severity)
        of = rows.get(finding.file, audit.rows)
        words = _accepting(finding, of, accepted, options.allow)
        shown = _masked(finding.example) if rule.private else finding.example
        if weight != OFF:
            told.append(Told(replace(finding, example=shown), rule, weight, of, words))
    told.sort(key=lambda t: (-Severity(t.severity).weight, -t.share, t.finding.rule))
    derived = derived_facts(audit, known, against)
    usable = next(fact for fact in derived if fact.name == "usable_rows")
    audit = replace(audit, facts=(*audit.facts, *derived))
    answers = dict(_answers(audit, known))
    plan, called_for, done = _plan(audit, told, known, program, answers)
    return AuditReport(
        audit, tuple(told), answers, plan, called_for, done, int(str(usable.value)), usable.of
    )


def _masked(text: str) -> str:
    """The first letters of what nobody should read in a report."""
    return f"{text[:2]}{'*' * min(len(text) - 2, 8)}" if len(text) > 2 else "**"  # noqa: PLR2004


def _accepting(
    finding: DataFinding, of: int, accepted: Accepting, allow: Mapping[str, float]
) -> str:
    """Why a finding does not count; empty where it does."""
    most, words = accepted.get((finding.file, finding.rule), (-1, ""))
    allowed = allow.get(finding.rule)
    if len(finding.rows) <= most:
        return words
    if allowed is not None and len(finding.rows) <= allowed * of:
        return f"allowed up to {allowed:.3g} of the rows"
    return ""


def _unexpected(
    audit: Audit, known: DataKnowledge, expect: Mapping[str, float]
) -> Iterator[DataFinding]:
    shares = {f.name: f.value for f in audit.facts if isinstance(f.value, float)}
    rule = known.expected
    for name, wanted in expect.items():
        measured = shares.get(name)
        if measured is None:
            hint = nearest(name, shares) or f"measured here: {', '.join(shares) or 'no share'}"
            raise UsageError(f"no share {name} was measured", None, hint)
        low, high = sorted((measured, wanted))
        if high - low > rule.apart and high > rule.times * low:
            rows = next((f.rows for f in audit.findings if _share_of(f.rule) == name), ())
            yield DataFinding(
                UNEXPECTED,
                audit.files[0].path,
                rows,
                details={"fact": name, "measured": measured, "expected": wanted},
            )


def _share_of(rule: str) -> str:
    return f"{rule.replace('-', '_')}_share"


def _answers(audit: Audit, known: DataKnowledge) -> Iterator[tuple[str, FromData]]:
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


def _plan(
    audit: Audit,
    told: list[Told],
    known: DataKnowledge,
    program: Program,
    answers: Mapping[str, FromData],
) -> tuple[tuple[Advised, ...], dict[str, tuple[str, ...]], tuple[str, ...]]:
    """The steps of the data plan by what was measured, what calls for each, and what is done."""
    values = with_data(Situation(), answers, program).values()
    decided = program.evaluate(values)
    selection = Selection(program, values, decided.state, decided.first)
    return _ordered(selection.of("data", _TRAINED), audit, told, known)


def _ordered(
    steps: Iterable[Advised], audit: Audit, told: Iterable[Told], known: DataKnowledge
) -> tuple[tuple[Advised, ...], dict[str, tuple[str, ...]], tuple[str, ...]]:
    found = list(dict.fromkeys(each.finding.rule for each in told if not each.accepted))
    facts = {fact.name: fact.value for fact in audit.facts}
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
        elif entry and entry.done_at_zero and all(facts.get(n) == 0 for n in entry.done_at_zero):
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
        question = program.rules.questions.get(name)
        value = None if question is None else question.read(measured.value)
        if value is None or isinstance(value, Unreadable):
            continue
        given = situation.answers.get(name)
        if given is None or given.origin is Origin.ASSUMED:
            situation = situation.having(name, Answer(value, Origin.MEASURED))
        elif given.value != value:
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
    return ", ".join(f"{rule} in {shares[rule].share:.2%} of the rows" for rule in rules)


def left_out(report: AuditReport, rules: Sequence[str]) -> tuple[dict[int, list[str]], set[int]]:
    """The rows of the one audited file that some rules found; and lines that are no rows."""
    rows: dict[int, list[str]] = {}
    file = report.audit.files[0].path
    for found in (told.finding for told in report.told):
        if found.rule in rules and found.file == file:
            for row in found.rows:
                rows.setdefault(row, []).append(found.rule)
    bad = {line.line for line in report.audit.bad_lines} if UNREADABLE in rules else set[int]()
    return rows, bad


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
