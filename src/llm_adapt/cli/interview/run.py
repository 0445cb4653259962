"""The interview, and what may follow its result, from the first question to the last file."""

import shlex
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from llm_adapt.ask.conversation import Conversation
from llm_adapt.ask.explore import Explorer
from llm_adapt.ask.lines import Line, Style
from llm_adapt.ask.script import Depth, Setting
from llm_adapt.ask.terminal import converse
from llm_adapt.cli.advice_forms import AdviceFormat, written
from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.cli.interview import terminal
from llm_adapt.cli.interview.keeper import Keeper
from llm_adapt.cli.interview.kept_result import kept_result
from llm_adapt.cli.interview.saved_answers import Resumed, free_name, save
from llm_adapt.cli.interview.saved_answers import resume as resume_from
from llm_adapt.cli.interview.signals import Interrupted, stopping
from llm_adapt.cli.output import put
from llm_adapt.decide.program import Program
from llm_adapt.errors import LlmAdaptError
from llm_adapt.rules.situation import Situation
from llm_adapt.usecases.advise import advise
from llm_adapt.usecases.assume import with_assumptions


def run_interview(
    program: Program,
    situation: Situation,
    *,
    quick: bool,
    ask_all: bool,
    plain: bool,
    save_path: Path | None,
    resume: Path | None,
) -> Situation:
    """Ask until first place is certain, keeping every answer at once.

    Prompts go to standard error, answers come from standard input; standard output stays free.

    Raises:
        LlmAdaptError: A file that was named cannot be read or written.
        typer.Exit: Interrupted or left; the answers so far are saved, and it says where.
    """
    depth = Depth.ALL if ask_all else Depth.QUICK if quick else Depth.PROOF
    known = _resumed(resume, program)
    answers = Situation({**known.situation.answers, **situation.answers})
    unknown = tuple(name for name in known.unknown if name not in answers.answers)
    screen = terminal.screen(plain=plain)
    screen.show([Line(remark, Style.FAULT) for remark in known.remarks])
    if resume is not None:
        told = f"Resumed {len(known.situation.answers)} answers from {resume}."
        screen.show([Line(told, Style.PLAIN)])
    setting = Setting(program, depth, _assume(program))
    talk = Conversation(setting, answers, unknown)
    keeper = Keeper(program, talk, save_path or resume, screen)
    with stopping() as signals:
        try:
            finished = converse(
                talk,
                screen,
                terminal.reader(plain=plain),
                lambda: signals.after(keeper.keep),
            )
        except Interrupted:
            finished = False
    # A pipe that ends at the review has answered everything: there is nothing left to lose.
    at_end = talk.current is None and not sys.stdin.isatty()
    if talk.left or not (finished or at_end):
        _leave(keeper, depth, plain=plain)
    keeper.say_where()
    return talk.state.situation


def explore(
    program: Program, situation: Situation, *, plain: bool, save_path: Path | None
) -> Situation:
    """The loop after the result: what if, why, the result again, save."""

    def keep(name: str, answers: Situation) -> str:
        path = Path(name) if name else save_path or free_name(Path())
        try:
            text = kept_result(path, program, answers)
            if text is None:
                save(path, answers, (), program.rules)
            else:
                put(text, path)
        except LlmAdaptError as error:
            return " ".join(error.lines())
        return f"Saved in {path}."

    def show(answers: Situation, form: str) -> None:
        put(written(advise(program, answers), program.rules, AdviceFormat(form)), None)
        sys.stdout.flush()

    setting = Setting(program, assume=_assume(program))
    talk = Explorer(setting, situation, keep, show, tuple(AdviceFormat))
    with stopping(), suppress(Interrupted):
        converse(
            talk,
            terminal.screen(plain=plain),
            terminal.reader(plain=plain),
            lambda: None,
        )
    return talk.situation


def _assume(program: Program) -> Callable[[Situation], Situation]:
    return lambda situation: with_assumptions(program.rules, situation)


def _resumed(path: Path | None, program: Program) -> Resumed:
    return Resumed(Situation()) if path is None else resume_from(path, program.rules)


def _leave(keeper: Keeper, depth: Depth, *, plain: bool) -> None:
    """Say how to go on, and leave."""
    from typer import Exit

    # The terminal may be gone: the answers are saved all the same.
    with suppress(OSError):
        if keeper.unsaved():
            told = "The answers could not be saved; here they are:"
            sys.stderr.write(f"\n{told}\n{keeper.unsaved()}")
        elif keeper.path.exists():
            command = _resume_command(keeper.path, depth, plain=plain)
            sys.stderr.write(f"\nAnswers saved in {keeper.path}. Go on with:\n  {command}\n")
        else:
            sys.stderr.write("\nNothing was answered, and nothing saved.\n")
        sys.stderr.flush()
    raise Exit(ExitCode.INTERRUPTED)


def _resume_command(path: Path, depth: Depth, *, plain: bool) -> str:
    words = ["llm-adapt", "advise", "--resume", str(path)]
    words += ["--plain"] if plain else []
    words += {Depth.QUICK: ["--quick"], Depth.ALL: ["--all"], Depth.PROOF: []}[depth]
    for index, word in enumerate(sys.argv):
        if word == "--rules" and index + 1 < len(sys.argv):
            words += [word, sys.argv[index + 1]]
        elif word.startswith("--rules="):
            words.append(word)
    return shlex.join(words)
