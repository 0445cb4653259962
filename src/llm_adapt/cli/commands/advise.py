"""`llm-adapt advise`: ranked advice from answers, or from an interview."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llm_adapt.cli.advice_forms import AdviceFormat, written
from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.cli.inputs import situation_from
from llm_adapt.cli.options import AnswersFile, Output, Rules, Settings
from llm_adapt.cli.output import page, put
from llm_adapt.errors import UsageError
from llm_adapt.rules.advice import Verdict
from llm_adapt.rules.situation import Situation

if TYPE_CHECKING:
    from llm_adapt.decide.program import Program


def advise(
    answers: AnswersFile = None,
    output_format: Annotated[
        AdviceFormat, typer.Option("--format", "-f", help="How to write the advice.")
    ] = AdviceFormat.TEXT,
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
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="The whole report, not its first screen.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 4 while open questions can change first place.")
    ] = False,
) -> int:
    """Rank the ways of adapting a model, with reasons, plan, and what to find out next.

    Without a file, in a terminal, it asks the questions.

    Examples:
        llm-adapt advise answers.yaml -v

        llm-adapt advise answers.yaml --set labeled_examples=500 -f json

        cat answers.yaml | llm-adapt advise - -f markdown -o advice.md
    """
    from llm_adapt.usecases.advise import advise as advise_on
    from llm_adapt.usecases.advise import program_for

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
        from llm_adapt.cli.interview.run import run_interview

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
        from llm_adapt.files.answers import answers_yaml

        put(answers_yaml(situation, program.rules.questions), save)
    advice = advise_on(program, situation)
    text = written(advice, program.rules, output_format, output, full=verbose)
    if verbose and output_format is AdviceFormat.TEXT and output is None:
        page(text)
    else:
        put(text, output)
    if ask and output_format is AdviceFormat.TEXT and output is None:
        _explore(program, situation, plain=plain, save=save)
    undetermined = advice.verdict is Verdict.UNDETERMINED
    return ExitCode.UNDETERMINED if strict and undetermined else ExitCode.DONE


def _explore(program: "Program", situation: Situation, *, plain: bool, save: Path | None) -> None:
    """After the result of an interview: change an answer and see what moves."""
    from llm_adapt.cli.interview.run import explore
    from llm_adapt.cli.interview.terminal import interactive

    if interactive():
        explore(program, situation, plain=plain, save_path=save)
