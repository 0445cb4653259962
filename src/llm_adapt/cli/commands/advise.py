"""`llm-adapt advise`: rank the strategies for a project, from a file, options or an interview."""

import sys
from pathlib import Path

from llm_adapt.cli.documents import written
from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.cli.inputs import advised_by, measured, situation_from
from llm_adapt.cli.options import (
    ANSWERS,
    DATA,
    FORCE,
    OUTPUT,
    RULES,
    SETTINGS,
    VERBOSE,
    choice,
    option,
    switch,
)
from llm_adapt.cli.output import page, put
from llm_adapt.errors import UsageError
from llm_adapt.report.forms import Form
from llm_adapt.rules.advice import Verdict


def advise(
    answers: Path | None = ANSWERS,
    output_format: Form = choice("text", "How to write the advice.", "--format", "-f"),
    output: Path | None = OUTPUT,
    rules: str = RULES,
    settings: list[str] | None = SETTINGS,
    data: list[Path] | None = DATA,
    preset: str = option("", "NAME", "Begin with what is typical; list shows them."),
    save: Path | None = option(None, "FILE", "Keep the answers in this file."),
    resume: Path | None = option(None, "FILE", "Go on with an interview saved here."),
    quick: bool = switch("End the interview when first place leans.", "--quick"),
    prove: bool = switch("Ask until no answer can change first place.", "--prove"),
    ask_all: bool = switch("Ask every question.", "--all"),
    plain: bool = switch("Numbered lines, for pipes and screen readers.", "--plain"),
    verbose: bool = VERBOSE,
    strict: bool = switch("Exit 4 while open questions can change first place.", "--strict"),
    force: bool = FORCE,
) -> int:
    """Rank the ways of adapting a model, with reasons, plan, and what to find out next.

    Without a file, in a terminal, it asks the questions.

    Examples:
        llm-adapt advise answers.yaml -v

        llm-adapt advise answers.yaml --set labeled_examples=500 -f json

        cat answers.yaml | llm-adapt advise - -f markdown -o advice.md

        llm-adapt advise answers.yaml --data train.jsonl

        llm-adapt advise --preset support-chatbot
    """
    from llm_adapt.usecases.advise import advise as advise_on
    from llm_adapt.usecases.advise import program_for

    if preset == "list":
        put(_presets(), None)
        return ExitCode.DONE
    _refuse(answers, resume, [quick and "--quick", prove and "--prove", ask_all and "--all"])
    given = bool(answers or settings or ((preset or data) and not sys.stdin.isatty()))
    ask = _to_ask(plain=plain, asked_for=resume is not None or not given)
    program = program_for(rules)
    given_answers = situation_from(answers, settings, program.rules, preset)
    situation, report = measured(data, given_answers, program)
    if ask:
        from llm_adapt.ask.order import Depth
        from llm_adapt.cli.interview.session import Ways, explore, run_interview
        from llm_adapt.cli.interview.terminal import interactive

        depths = {Depth.QUICK: quick, Depth.PROOF: prove, Depth.ALL: ask_all, Depth.ROBUST: True}
        depth = next(one for one, wanted in depths.items() if wanted)
        ways = Ways(depth, plain, save, resume, force, rules)
        situation = run_interview(program, situation, ways)
    elif save is not None:
        from llm_adapt.files.saved import Saved, saved_text

        put(saved_text(Saved(), situation, (), program.rules), save, force=force)
    advice = advised_by(advise_on(program, situation), report)
    text = written(advice, program.rules, output_format, output, full=verbose)
    if verbose and output_format == "text" and output is None:
        page(text)
    else:
        put(text, output, force=force)
    if ask and output_format == "text" and output is None and interactive():
        explore(program, situation, ways)
    return _code(advice.verdict, strict=strict)


def _code(verdict: Verdict, *, strict: bool) -> ExitCode:
    undetermined = verdict is Verdict.UNDETERMINED
    return ExitCode.UNDETERMINED if strict and undetermined else ExitCode.DONE


def _to_ask(*, plain: bool, asked_for: bool) -> bool:
    """Whether to hold an interview."""
    if asked_for and not (plain or sys.stdin.isatty()):
        hint = "name an answers file, pipe one in with -, use --set, or ask with --plain"
        raise UsageError("there are no answers and no terminal to ask in", None, hint)
    return plain or asked_for


def _refuse(answers: Path | None, resume: Path | None, depths: list[str | bool]) -> None:
    """What cannot be asked for together."""
    named = [str(depth) for depth in depths if depth]
    if len(named) > 1:
        hint = "quick asks least, prove more, all everything: take one"
        raise UsageError(f"{' and '.join(named)} cannot both be had", None, hint)
    if answers is not None and resume is not None:
        message = f"answers come from {answers} or from {resume}, not from both"
        hint = f"go on with one: --resume {answers}; single answers are given by --set"
        raise UsageError(message, None, hint)


def _presets() -> str:
    from llm_adapt.files.answers import preset_files
    from llm_adapt.files.yaml_file import read_file
    from llm_adapt.rules.plain import mapping, text

    titles = {n: text(mapping(read_file(p).data).get("title")) for n, p in preset_files().items()}
    told = "what each takes, and who says so: llm-adapt explain NAME\n"
    return "".join(f"{name:24}{title}\n" for name, title in titles.items()) + told
