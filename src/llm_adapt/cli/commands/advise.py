"""`llm-adapt advise`: ranked advice from answers, or from an interview."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.cli.inputs import situation_from
from llm_adapt.cli.options import AnswersFile, Format, Output, Rules, Settings
from llm_adapt.cli.output import DASH, coloured, put, width
from llm_adapt.errors import UsageError
from llm_adapt.model.advice import Advice, Verdict
from llm_adapt.model.ruleset import RuleSet
from llm_adapt.model.situation import Situation

if TYPE_CHECKING:
    from llm_adapt.engine.program import Program


def advise(
    answers: AnswersFile = None,
    output_format: Annotated[
        Format, typer.Option("--format", "-f", help="How to write the advice.")
    ] = Format.TEXT,
    output: Output = None,
    rules: Rules = "current",
    settings: Settings = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the answers in this file.")
    ] = None,
    resume: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Go on with an interview saved here.")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="End the interview at the first stable verdict.")
    ] = False,
    ask_all: Annotated[bool, typer.Option("--all", help="Ask every question.")] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="Numbered lines, for pipes and screen readers.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 4 while open questions can change first place.")
    ] = False,
) -> int:
    """Rank the ways of adapting a model, with reasons, plan, and what to find out next.

    Without a file, in a terminal, it asks the questions.

    Examples:
        llm-adapt advise answers.yaml

        llm-adapt advise answers.yaml --set labeled_examples=500 -f json

        cat answers.yaml | llm-adapt advise - -f markdown -o advice.md
    """
    from llm_adapt.advisor.advise import advise as advise_on
    from llm_adapt.advisor.advise import program_for

    program = program_for(rules)
    ask = plain or resume is not None or (answers is None and not settings)
    if ask and not (plain or sys.stdin.isatty()):
        raise UsageError(
            "there are no answers and no terminal to ask in",
            None,
            "name an answers file, pipe one in with -, use --set, or ask with --plain",
        )
    situation = situation_from(answers, settings, program.rules)
    if ask:
        from llm_adapt.cli.interview import run_interview

        situation = run_interview(
            program,
            situation,
            quick=quick,
            ask_all=ask_all,
            plain=plain,
            save_path=save,
            resume=resume,
        )
    elif save is not None:
        from llm_adapt.sources.answers import answers_yaml

        put(answers_yaml(situation, program.rules.questions), save)
    advice = advise_on(program, situation)
    put(_written(advice, program.rules, output_format, output), output)
    if ask and output_format is Format.TEXT and output is None:
        _explore(program, situation, plain=plain, save=save)
    undetermined = advice.verdict is Verdict.UNDETERMINED
    return ExitCode.UNDETERMINED if strict and undetermined else ExitCode.DONE


def _explore(program: "Program", situation: Situation, *, plain: bool, save: Path | None) -> None:
    """After the result of an interview: change an answer and see what moves."""
    from llm_adapt.advisor.advise import advise as advise_on
    from llm_adapt.cli.interview import explore, interactive

    def show(changed: Situation) -> None:
        put(_written(advise_on(program, changed), program.rules, Format.TEXT, None), None)

    if interactive():
        explore(program, situation, plain=plain, save_path=save, show=show)


def _written(advice: Advice, rules: RuleSet, chosen: Format, output: Path | None) -> str:
    match chosen:
        case Format.JSON:
            from llm_adapt.report.json_v1 import advice_json

            return advice_json(advice)
        case Format.MARKDOWN:
            advice = _with_costs(advice, rules)
            from llm_adapt.report.markdown import advice_markdown

            return advice_markdown(advice, rules)
        case Format.TEXT:
            advice = _with_costs(advice, rules)
            from llm_adapt.report.text import advice_text

            to_screen = output is None or output == DASH
            return advice_text(advice, rules, width=width(), colour=to_screen and coloured())


def _with_costs(advice: Advice, rules: RuleSet) -> Advice:
    """The advice with estimates; only for readers, since the estimator's tables take time."""
    from dataclasses import replace

    from llm_adapt.advisor.costs import costs

    return replace(advice, costs=costs(rules, advice.answers))
