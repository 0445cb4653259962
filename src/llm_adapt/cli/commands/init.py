"""`llm-adapt init`: write a project file for the CI check."""

import os
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from llm_adapt.cli.inputs import measured, situation_from
from llm_adapt.cli.options import ANSWERS, DATA, MOST, RULES, SETTINGS, option, switch
from llm_adapt.cli.output import DASH, put
from llm_adapt.cli.today import as_of_day
from llm_adapt.errors import UsageError
from llm_adapt.rules.plain import Plain

if TYPE_CHECKING:
    from llm_adapt.decide.program import Program
    from llm_adapt.rules.data_rules import AuditReport
    from llm_adapt.rules.situation import Situation


def init(
    answers: Path | None = ANSWERS,
    skeleton: bool = switch("Ask nothing; write every question, open.", "--skeleton"),
    output: Path = option("llm-adapt.yaml", "FILE", "The file; - is stdout.", "--output", "-o"),
    force: bool = switch("Overwrite a file that is there.", "--force"),
    name: str = option("", "TEXT", "The project; else the folder's name."),
    strategy: str = option("", "ID", "The decision; else what stands first."),
    dissent: str = option("", "TEXT", "Why the decision is not what stands first."),
    by: str = option("", "TEXT", "Who owns the decision."),
    review_in: int = option(180, "DAYS", "Days until it is to be reviewed.", min=1, max=MOST),
    as_of: str | None = option(None, "DATE", "The day of the decision; else today."),
    evidence: list[str] | None = option(
        None, "FILE", "A result file: its numbers become assumptions."
    ),
    rules: str = RULES,
    settings: list[str] | None = SETTINGS,
    data: list[Path] | None = DATA,
    plain: bool = switch("Interview in numbered lines, for pipes.", "--plain"),
) -> None:
    """Write a project file: from answers, from an interview, or as a skeleton.

    Examples:
        llm-adapt init answers.yaml --by "search team"

        llm-adapt init answers.yaml --evidence results/eval.json

        llm-adapt init answers.yaml --data train.jsonl

        llm-adapt init --skeleton
    """
    from llm_adapt.usecases.advise import program_for
    from llm_adapt.usecases.init import (
        NewProject,
        assumptions_yaml,
        project_yaml,
        skeleton_yaml,
    )

    if skeleton and data:
        hint = "leave out --skeleton, and what the data show is filled in"
        raise UsageError("a skeleton leaves every answer open", None, hint)
    day = as_of_day(as_of)
    found = _assumptions(evidence or [], output, day)
    if evidence and output != DASH and output.exists() and not force:
        sys.stdout.write(assumptions_yaml(found))
        _say(f"{output} is there already: add these lines to it")
        return
    if output != DASH and output.exists() and not force:
        raise UsageError(f"{output} is there already", None, "overwrite it with --force")
    program = program_for(rules)
    new = NewProject(
        name=_said(name).strip() or output.absolute().parent.name or "project",
        rules=_from_file(rules, output) if Path(rules).is_dir() else rules,
        strategy=strategy,
        by=_said(by),
        dissent=_said(dissent),
        since=day,
        review_in_days=review_in,
        assumptions=tuple(found),
    )
    given = answers is not None or settings or data
    if skeleton or (evidence and not given and not sys.stdin.isatty()):
        put(skeleton_yaml(program, new), output, force=True)
        if output != DASH:
            _say(f"wrote {output}: fill in the answers, then: llm-adapt advise {output}")
        return
    situation, measured_by = _situation(answers, settings, data, program, rules, plain=plain)
    if measured_by is not None and len(data or []) == 1:
        from llm_adapt.usecases.data_advice import data_assumptions

        held = data_assumptions(measured_by, situation, _from_file((data or [])[0], output))
        new = replace(new, assumptions=(*new.assumptions, *held))
    text, standing = project_yaml(program, situation, new)
    put(text, output, force=True)
    _say(f"wrote {output}: the decision is {standing.strategy}, the verdict {standing.verdict}")
    _say("next: llm-adapt check --update-lock, then commit both files")


def _assumptions(names: list[str], output: Path, day: date) -> list[dict[str, Plain]]:
    """What files prove, told from the folder of the project file."""
    if not names:
        return []
    from llm_adapt.files.evidence.recognise import proposals
    from llm_adapt.usecases.project import Workplace

    folder = output.absolute().parent
    access = Workplace(folder).access(folder)
    relative = [_from_file(name, output) for name in names]
    return [found for name in relative for found in proposals(access, name, day)]


def _from_file(name: str | Path, output: Path) -> str:
    """A path as the project file has to name it: from the folder it stands in, for `-` this one."""
    return Path(os.path.relpath(name, output.absolute().parent)).as_posix()


def _situation(
    answers: Path | None,
    settings: list[str] | None,
    data: list[Path] | None,
    program: "Program",
    rules: str,
    *,
    plain: bool,
) -> "tuple[Situation, AuditReport | None]":
    given = situation_from(answers, settings, program.rules)
    situation, report = measured(data, given, program)
    if answers is not None or settings or (data and not sys.stdin.isatty()):
        return situation, report
    if not (plain or sys.stdin.isatty()):
        hint = "name an answers file, pipe one in with -, or ask nothing with --skeleton"
        raise UsageError("there are no answers and no terminal to ask in", None, hint)
    from llm_adapt.cli.interview.session import Ways, run_interview

    return run_interview(program, situation, Ways(plain=plain, rules=rules)), report


def _said(text: str) -> str:
    """What somebody typed, in UTF-8: other bytes of a command line are in no file."""
    return text.encode("utf-8", "replace").decode()


def _say(message: str) -> None:
    sys.stderr.write(f"{message}\n")
