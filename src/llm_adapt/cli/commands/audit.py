"""`llm-adapt audit`: what is wrong with training data, and what that means for the decision."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from llm_adapt.cli.complete import data_rules, trainers
from llm_adapt.cli.documents import look
from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.cli.options import (
    FAIL_ON,
    FORCE,
    JOBS,
    MOST,
    OUTPUTS,
    VERBOSE,
    Fails,
    argument,
    option,
)
from llm_adapt.cli.output import add_to_summary, page, progress, put
from llm_adapt.cli.targets import targets
from llm_adapt.cli.today import as_of_day
from llm_adapt.errors import UsageError
from llm_adapt.report.forms import Form, audit_as, check_as
from llm_adapt.rules.number import shifted
from llm_adapt.rules.value import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llm_adapt.rules.check import CheckResult
    from llm_adapt.rules.data_rules import AuditReport


# How an audit is written.
FORMS = (*get_args(Form), "sarif", "github", "gitlab", "junit")


def audit(
    files: list[Path] = argument(
        ..., "FILE...", "JSON lines, JSON, CSV, Parquet or text; also .gz."
    ),
    against: Path | None = option(
        None, "FILE", "An evaluation file: none of it may be trained on."
    ),
    data_format: str = option("", "NAME", "The format, where a wrong one is recognised."),
    columns: list[str] | None = option(
        None, "PART=COLUMN", "Where a part stands: output=reply.", "--column"
    ),
    expect: list[str] | None = option(None, "FACT=SHARE", "A share in use: refusal_share=0.05."),
    allow: list[str] | None = option(
        None, "RULE=SHARE", "So many rows of a rule do not fail the run.", autocompletion=data_rules
    ),
    formats: list[str] | None = option(
        None,
        "FORM",
        f"How to write the result ({', '.join(FORMS)}); may be given again.",
        "--format",
        "-f",
    ),
    outputs: list[Path] | None = OUTPUTS,
    fail_on: Fails | None = FAIL_ON,
    context: int | None = option(None, "TOKENS", "The model's context window.", min=1, max=MOST),
    cutoff: int | None = option(
        None, "TOKENS", "Where the trainer cuts rows off.", min=1, max=MOST
    ),
    tokenizer: Path | None = option(None, "FILE", "A tokenizer.json, for exact counts of tokens."),
    trainer: str = option(
        "",
        "NAME",
        "Which rows it drops, cuts or stops at: llamafactory, trl, axolotl, openai, mistral.",
        autocompletion=trainers,
    ),
    max_rows: int | None = option(None, "N", "Look at a sample of so many rows.", min=1, max=MOST),
    jobs: int = JOBS,
    executor: str = option("", "MODULE:FACTORY", "Any concurrent.futures.Executor, as Dask's."),
    baseline: Path | None = option(None, "FILE", "Findings accepted before do not fail it."),
    write_baseline: Path | None = option(None, "FILE", "Accept today's findings."),
    baseline_days: int = option(90, "DAYS", "For so long.", min=1, max=3650),
    write: Path | None = option(None, "FILE", "Write a copy without the rows of --drop."),
    drop: list[str] | None = option(
        None, "RULE,...", "The rules whose rows the copy leaves out.", autocompletion=data_rules
    ),
    verbose: bool = VERBOSE,
    force: bool = FORCE,
) -> int:
    """Audit training data: what is wrong, row by row, and what it means for the decision.

    Exit codes: 0 nothing that fails it, 1 findings, 3 a file cannot be used. No file that is read
    is changed.

    Examples:
        llm-adapt audit train.jsonl

        llm-adapt audit train.jsonl --against eval.jsonl --expect refusal_share=0.05

        llm-adapt audit train.jsonl -f html -o audit.html -f text

        llm-adapt audit train.jsonl --write clean.jsonl --drop exact-duplicate,empty-output
    """
    from llm_adapt.files.lock import write_data_baseline
    from llm_adapt.files.owned import refuse_read
    from llm_adapt.files.project_find import repository_root
    from llm_adapt.usecases.advise import program_for
    from llm_adapt.usecases.audit import AuditOptions, examine
    from llm_adapt.usecases.audit_result import counts

    wanted, data_format = _forms(targets(formats, outputs), data_format)
    results = [path for _, path in wanted if path is not None]
    read = [path for path in (*files, against, tokenizer, baseline) if path is not None]
    refuse_read([*results, *filter(None, [write])], read)
    refuse_read(filter(None, [write_baseline]), [path for path in read if path != baseline])
    dropped = _dropped(drop, write, files, max_rows, force=force)
    day = as_of_day(None)
    options = AuditOptions(
        against=against,
        form=data_format,
        columns=_pairs("--column", columns),
        expect=_shares("--expect", expect),
        allow=_shares("--allow", allow),
        max_rows=max_rows,
        jobs=jobs,
        executor=executor,
        context=context,
        cutoff=cutoff,
        tokenizer=tokenizer,
        trainer=trainer,
        baseline=baseline,
        as_of=day,
        fail_on=fail_on or "",
    )
    with progress() as shown:
        report, result = examine(files, program_for("current"), options, shown)
    for name, path in wanted:
        text = _written(name, report, result, path, full=verbose)
        if verbose and name == "text" and path is None:
            page("".join(text))
        else:
            put(text, path, force=force, commands=name == "github")
    if write is not None:
        _copy(write, files, report, dropped, force=force)
    if write_baseline is not None:
        until = shifted(day, baseline_days)
        write_data_baseline(write_baseline, counts(report), until, root=repository_root(Path.cwd()))
        sys.stderr.write(f"wrote {write_baseline}: these findings are accepted until {until}\n")
        return ExitCode.DONE
    return ExitCode.FINDINGS if result.outcome == "findings" else ExitCode.DONE


def _written(
    name: str, report: "AuditReport", result: "CheckResult", path: Path | None, *, full: bool
) -> "Iterable[str]":
    if name in get_args(Form):
        form = cast("Form", name)
        return audit_as(form, report, result.outcome, look(form, path), full=full)
    if name == "github":
        add_to_summary(lambda: _written("markdown", report, result, None, full=full))
    return (check_as(name, result),)


def _forms(
    wanted: list[tuple[str, Path | None]], data_format: str
) -> tuple[list[tuple[str, Path | None]], str]:
    """The forms of the result, and the format of the data, which `--format` may name as well."""
    from llm_adapt.audit.formats import FORMATS

    kept: list[tuple[str, Path | None]] = []
    for name, path in wanted:
        if name in FORMS:
            kept.append((name, path))
        elif name in FORMATS and path is None and data_format in {"", name}:
            data_format = name
        else:
            known = [*FORMS, *FORMATS]
            hint = nearest(name, known) or f"it is one of {', '.join(dict.fromkeys(known))}"
            raise UsageError(f"there is no format {name}", None, hint)
    if data_format and data_format not in FORMATS:
        hint = nearest(data_format, FORMATS) or f"it is one of {', '.join(FORMATS)}"
        raise UsageError(f"there is no format of data {data_format}", None, hint)
    return kept or [("text", None)], data_format


def _dropped(
    drop: list[str] | None,
    write: Path | None,
    files: list[Path],
    max_rows: int | None,
    *,
    force: bool,
) -> list[str]:
    """The rules that leave rows out of a copy; looked at before anything long begins."""
    from llm_adapt.files.clean_copy import list_beside
    from llm_adapt.files.data_rules import data_knowledge

    names = [name.strip() for each in drop or [] for name in each.split(",") if name.strip()]
    if (write is None) != (not names):
        raise UsageError("--write and --drop belong together", None, "name the copy, and the rules")
    if write is not None and (len(files) > 1 or max_rows is not None):
        message = "a copy is made of one file, and of all its rows"
        raise UsageError(message, None, "audit one file, without --max-rows")
    known = data_knowledge().rules
    for name in names:
        if name not in known:
            hint = nearest(name, known) or f"there are {', '.join(known)}"
            raise UsageError(f"there is no rule {name}", None, hint)
    if write is not None and files[0].exists():
        list_beside(files[0], write, force=force)
    return names


def _copy(
    to: Path, files: list[Path], report: "AuditReport", rules: list[str], *, force: bool
) -> None:
    from llm_adapt.audit.reader import kind_of
    from llm_adapt.files.clean_copy import write_copy
    from llm_adapt.usecases.audit_result import left_out

    dropped = left_out(report, rules)
    listed = write_copy(files[0], kind_of(files[0]), to, dropped, force=force)
    sys.stderr.write(
        f"wrote {to} without {len(dropped):,} of {report.trained:,} rows, listed in {listed}\n"
    )


def _pairs(option: str, written: list[str] | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in written or []:
        name, mark, value = pair.partition("=")
        if not (mark and name and value):
            raise UsageError(f"{option} {pair}: an = is missing", None, f"write {option} NAME=...")
        if name in found:
            raise UsageError(f"{option} {name} is given twice", None, "keep one of them")
        found[name] = value
    return found


def _shares(option: str, written: list[str] | None) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, value in _pairs(option, written).items():
        try:
            percent = value.endswith("%")
            share = float(value.removesuffix("%")) / (100 if percent else 1)
        except ValueError:
            share = -1
        if not 0 <= share <= 1:
            hint = "write a share from 0 to 1, or percent: 0.05 or 5%"
            raise UsageError(f"{option} {name}: {value} is no share", None, hint)
        found[name] = share
    return found
