"""Use case: an audit of training data, told by what is known about data."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import field, replace
from datetime import date
from importlib import import_module
from pathlib import Path

from llm_adapt.audit.reader import lines_of
from llm_adapt.audit.run import audit
from llm_adapt.decide.program import Program
from llm_adapt.errors import UsageError
from llm_adapt.files.data_rules import FORECAST, UNEXPECTED, data_knowledge, derived_facts
from llm_adapt.files.lock import read_data_baseline
from llm_adapt.files.owned import refuse_read
from llm_adapt.files.project_find import repository_root
from llm_adapt.files.settings import OFF, read_settings
from llm_adapt.rules.audit import Audit, DataFinding, share_name
from llm_adapt.rules.check import CheckResult
from llm_adapt.rules.data_rules import AuditReport, DataKnowledge, Told, Trainer
from llm_adapt.rules.finding import Severity
from llm_adapt.rules.record import record
from llm_adapt.rules.value import nearest
from llm_adapt.usecases.audit_result import UNREADABLE, Accepting, result_of
from llm_adapt.usecases.data_advice import answers_of, plan_of
from llm_adapt.usecases.outcome import fails_from


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
    fail_on: str = ""


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
    if options.against is not None:
        refuse_read((options.against,), paths)
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
        rules=known.words,
        weights=known.tokens,
        fates=trainer.fates if trainer else {},
        progress=progress,
    )
    if trainer is not None:
        found = _forecast(found, list(_not_taken(found, trainer, options)))
    settings = read_settings(repository_root(Path.cwd()))
    options = replace(options, allow={**settings.allow, **options.allow})
    lost = options.allow.get(UNREADABLE)
    for file in found.files if lost is not None else ():
        words = f"allowed up to {lost:.3g} of the lines"
        accepted.setdefault((file.path, UNREADABLE), (int((lost or 0) * file.rows), words))
    report = reported(found, program, options, accepted=accepted, severity=settings.severity)
    fails = fails_from(options.fail_on or settings.fail_on or "error")
    return report, result_of(report, options.as_of, fails, accepted)


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
        yield DataFinding("trainer-stops", file.path, range(file.rows), said)


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
    except (Exception, SystemExit) as error:  # noqa: BLE001 (whatever somebody's module does)
        said = f"{type(error).__name__}: {error}"
        raise UsageError(f"--executor {named} cannot be made: {said}", None, hint) from None
    if not callable(getattr(made, "submit", None)):
        raise UsageError(f"--executor {named} makes no executor", None, hint)
    return made  # type: ignore[no-any-return]


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
    lines = {
        name: lines_of(Path(name), {f.rows[0] for f in audit.findings if f.rows and f.file == name})
        for name in rows
    }
    told: list[Told] = []
    for finding in audit.findings:
        rule = known.rules[finding.rule]
        weight = severity.get(finding.rule, rule.severity)
        of = rows.get(finding.file, audit.rows)
        words = _accepting(finding, of, accepted, options.allow)
        line = lines[finding.file].get(finding.rows[0], 0) if finding.rows else 0
        if weight != OFF:
            told.append(Told(finding, rule, weight, of, line, words))
    told.sort(key=lambda t: (-Severity(t.severity).weight, -t.share, t.finding.rule))
    derived = derived_facts(audit, known, against)
    usable = next(fact for fact in derived if fact.name == "usable_rows")
    audit = replace(audit, facts=(*audit.facts, *derived))
    answers = dict(answers_of(audit, known))
    plan, called_for, done = plan_of(audit, told, known, program, answers)
    return AuditReport(
        audit, tuple(told), answers, plan, called_for, done, int(str(usable.value)), usable.of
    )


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
            rows = next((f.rows for f in audit.findings if share_name(f.rule) == name), ())
            yield DataFinding(
                UNEXPECTED,
                audit.files[0].path,
                rows,
                details={"fact": name, "measured": measured, "expected": wanted},
            )
