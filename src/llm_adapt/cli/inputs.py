"""Where answers come from: a file, standard input, a preset, and options that win over all."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from llm_adapt.cli.output import DASH, progress
from llm_adapt.errors import LlmAdaptError, faults_of, raise_all
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.situation import Situation

if TYPE_CHECKING:
    from llm_adapt.decide.program import Program
    from llm_adapt.rules.advice import Advice
    from llm_adapt.rules.data_rules import AuditReport


def situation_from(
    path: Path | None, settings: list[str] | None, rules: RuleSet, preset: str = ""
) -> Situation:
    """The situation that a file or standard input describes, with options laid over it.

    What is typical of a preset lies under both. Amounts that had to be converted are told.

    Raises:
        LlmAdaptError: Anything in it is wrong.
    """
    from llm_adapt.files.answers import parse_answers, read_answers, read_preset, with_options
    from llm_adapt.files.yaml_file import MAX_BYTES

    situation, faults = Situation(), list[LlmAdaptError]()
    try:
        if path == DASH:
            situation = parse_answers(sys.stdin.buffer.read(MAX_BYTES + 1), rules.questions)
        elif path is not None:
            situation = read_answers(path, rules.questions)
    except LlmAdaptError as error:
        faults += faults_of(error)
    if preset:
        _, typical = read_preset(preset, rules.questions)
        situation = Situation({**typical, **situation.answers})
    try:
        situation = with_options(situation, settings or [], rules.questions)
    except LlmAdaptError as error:
        faults += faults_of(error)
    raise_all(faults)
    _tell(situation)
    return situation


def measured(
    data: list[Path] | None, situation: Situation, program: "Program"
) -> tuple[Situation, "AuditReport | None"]:
    """The situation with what training data show, where there are any, and what was found in them.

    An answer that was given stays; where the data say otherwise, that is told.

    Raises:
        LlmAdaptError: A file cannot be read.
    """
    if not data:
        return situation, None
    from llm_adapt.usecases.audit import AuditOptions, examine
    from llm_adapt.usecases.data_advice import with_data

    with progress() as shown:
        report, _ = examine(data, program, AuditOptions(), shown)
    found = with_data(situation, report.answers, program)
    _tell(Situation({n: a for n, a in found.answers.items() if a != situation.answers.get(n)}))
    return found, report


def advised_by(advice: "Advice", report: "AuditReport | None") -> "Advice":
    """The advice with its data plan by what was found in the data, where there are any."""
    if report is None:
        return advice
    from llm_adapt.usecases.data_advice import advised_by as by_data

    return by_data(advice, report)


def _tell(situation: Situation) -> None:
    for name, answer in situation.answers.items():
        if answer.told:
            sys.stderr.write(f"{name}: {answer.told}\n")
