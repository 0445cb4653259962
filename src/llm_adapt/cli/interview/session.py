"""The interview, and what may follow its result, from the first question to the last file."""

import shlex
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import cast, get_args

from llm_adapt.ask.conversation import Conversation
from llm_adapt.ask.explore import Doors, Explorer
from llm_adapt.ask.order import Depth, Setting, State
from llm_adapt.ask.talk import Line, Style
from llm_adapt.cli.documents import FORM_OF_SUFFIX, written
from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.cli.interview import terminal
from llm_adapt.cli.interview.terminal import Interrupted, stopping
from llm_adapt.cli.output import put, width
from llm_adapt.decide.program import Program
from llm_adapt.errors import LlmAdaptError, UsageError
from llm_adapt.files.claim import Claim, claimed, claimed_free, sweep
from llm_adapt.files.owned import refuse_others
from llm_adapt.files.saved import Saved, resume, saved_text
from llm_adapt.files.text_file import write_text
from llm_adapt.report.forms import Form, Look, document_as
from llm_adapt.rules.record import record
from llm_adapt.rules.situation import Situation
from llm_adapt.usecases.advise import advise, with_assumptions

DEFAULT_NAME = "llm-adapt-answers.yaml"
PROJECT = "llm-adapt.yaml"


@record(frozen=True)
class Ways:
    """How an interview is held: how deep, how shown, where its answers are kept, on which rules."""

    depth: Depth = Depth.ROBUST
    plain: bool = False
    save: Path | None = None
    resume: Path | None = None
    force: bool = False
    rules: str = "current"


def run_interview(program: Program, situation: Situation, ways: Ways) -> Situation:
    """Ask until first place is sure enough, keeping every answer at once.

    Prompts go to standard error, answers come from standard input; standard output stays free.

    Raises:
        LlmAdaptError: A file that was named cannot be read or written.
        typer.Exit: Interrupted or left; the answers so far are saved, and it says where.
    """
    kept = Saved() if ways.resume is None else resume(ways.resume, program.rules)
    keeper = _Keeper(program, ways, kept)
    answers = Situation({**kept.situation.answers, **situation.answers})
    unknown = tuple(name for name in kept.unknown if name not in answers.answers)
    screen = terminal.screen(plain=ways.plain)
    screen.show([Line(remark, Style.FAULT) for remark in kept.remarks])
    if ways.resume is not None:
        told = f"Resumed {len(kept.situation.answers)} answers from {ways.resume}."
        screen.show([Line(told)])
    setting = Setting(program, lambda s: with_assumptions(program.rules, s))
    talk = Conversation(setting, State(answers, ways.depth, unknown))
    keeper.begin(talk, screen.show)
    with stopping() as signals:
        try:
            finished = _converse(
                talk, screen.show, _reader(ways), lambda: signals.after(keeper.keep)
            )
        except Interrupted:
            finished = False
    # A pipe that ends at the review has answered everything: there is nothing left to lose.
    at_end = talk.current is None and not sys.stdin.isatty()
    keeper.claim.release()
    if talk.left or not (finished or at_end):
        _leave(keeper, ways)
    if keeper.saved:
        screen.show([Line(f"Answers saved in {keeper.path}.", Style.QUIET)])
    return replace(talk.state.situation, not_known=setting.unknown(talk.state))


def _converse(
    talk: Conversation | Explorer,
    show: Callable[[list[Line]], None],
    reader: terminal.LineReader,
    after: Callable[[], None],
) -> bool:
    """Talk until it is done; false when the input ended first.

    `after` is called after every reply has been taken: nothing said is lost from then on.
    """
    show(talk.opening())
    place: object = None
    while not talk.done:
        menu = talk.menu()
        # What is asked is shown again only when it changes.
        if place is None or place != talk.place:
            place = talk.place
            show(talk.asking())
            show([] if reader.shows_rows else menu.lines())
        reply = reader.read(menu)
        if reply is None:
            return False
        said = talk.reply(reply)
        after()
        show(said)
    return True


def _reader(ways: Ways) -> terminal.LineReader:
    """Arrow keys where the terminal has them and the `tui` extra is installed; else lines."""
    if terminal.capable(plain=ways.plain) and sys.stdin.isatty():
        with suppress(ImportError):
            from llm_adapt.cli.interview.arrow_menu import ArrowMenu

            return ArrowMenu()
    return terminal.LineReader()


class _Keeper:
    """Writes the answers down after each of them."""

    def __init__(self, program: Program, ways: Ways, kept: Saved) -> None:
        self.program = program
        self.kept = kept
        named = ways.save or ways.resume
        self.named = named is not None
        if ways.save is not None and ways.save != ways.resume:
            refuse_others(ways.save, force=ways.force)
        folder = named.parent if named else Path()
        sweep(folder)
        self.claim: Claim = claimed(named) if named else claimed_free(folder, DEFAULT_NAME)
        self.path = self.claim.path
        self.saved = ""
        self.refused = ""

    def begin(self, talk: Conversation, show: Callable[[list[Line]], None]) -> None:
        """Keep what is said in a conversation; what was there before is not written again."""
        self._talk, self._show = talk, show
        state = talk.state
        new = not self.path.exists() and (state.assumed or (self.named and state.situation.answers))
        self._last = "" if new else self._text()

    def keep(self) -> None:
        """Write the file if something has changed since.

        Raises:
            LlmAdaptError: A file that was named cannot be written.
        """
        text = self._text()
        if text == self._last:
            return
        try:
            write_text(self.path, text, private=True)
        except LlmAdaptError as error:
            if self.named:
                raise
            if not self.refused:
                self.refused = error.message
                told = f"Answers are not being saved: {self.path} {error.message}."
                self._show([Line(told, Style.FAULT)])
            return
        self._last = self.saved = text

    def _text(self) -> str:
        state = self._talk.state
        return saved_text(self.kept, state.situation, state.unknown, self.program.rules)

    def unsaved(self) -> str:
        """Answers that no file holds."""
        return self._text() if self.refused else ""


def _leave(keeper: _Keeper, ways: Ways) -> None:
    """Say how to go on, and leave."""
    from typer import Exit

    # The terminal may be gone: the answers are saved all the same.
    with suppress(OSError):
        if keeper.unsaved():
            told = "The answers could not be saved; here they are:"
            sys.stderr.write(f"\n{told}\n{keeper.unsaved()}")
        elif keeper.path.exists():
            command = _resume_command(keeper.path, ways)
            sys.stderr.write(f"\nAnswers saved in {keeper.path}. Go on with:\n  {command}\n")
        else:
            sys.stderr.write("\nNothing was answered, and nothing saved.\n")
        sys.stderr.flush()
    raise Exit(ExitCode.INTERRUPTED)


def _resume_command(path: Path, ways: Ways) -> str:
    words = ["llm-adapt", "advise", "--resume", str(path)]
    words += ["--plain"] if ways.plain else []
    options = {Depth.QUICK: ["--quick"], Depth.PROOF: ["--prove"], Depth.ALL: ["--all"]}
    words += options.get(ways.depth, [])
    words += [] if ways.rules == "current" else ["--rules", ways.rules]
    return shlex.join(words)


def explore(program: Program, situation: Situation, ways: Ways) -> None:
    """The loop after the result: what if, why, the result again, save."""
    from llm_adapt.report.explain_text import explanation_document
    from llm_adapt.usecases.explain import explain

    def show(answers: Situation, form: str) -> None:
        put(written(advise(program, answers), program.rules, cast("Form", form)), None)
        sys.stdout.flush()

    def why(name: str, answers: Situation) -> list[str]:
        try:
            told = explain(program, name, answers)
        except UsageError as error:
            return [f"{error.message}. {error.hint or ''}"]
        documents = (explanation_document(one, program.rules) for one in told)
        return "\n".join(document_as("text", one, Look(width())) for one in documents).splitlines()

    doors = Doors(
        advise=lambda answers: advise(program, answers),
        why=why,
        show=show,
        save=lambda name, answers: _kept(name, program, answers, ways),
        forms=get_args(Form),
    )
    talk = Explorer(program.rules.questions, situation, doors)
    screen = terminal.screen(plain=ways.plain)
    with stopping(), suppress(Interrupted):
        _converse(talk, screen.show, _reader(ways), lambda: None)


def _kept(name: str, program: Program, answers: Situation, ways: Ways) -> str:
    """Save under a name: its ending says whether answers, a report or a project file."""
    path = Path(name) if name else ways.save or ways.resume or Path(DEFAULT_NAME)
    try:
        text = _form_of(path, program, answers, ways)
        put(text, path, force=ways.force or path in {ways.save, ways.resume})
    except LlmAdaptError as error:
        return " ".join(error.lines())
    return f"Saved in {path}."


def _form_of(path: Path, program: Program, answers: Situation, ways: Ways) -> str:
    not_known = tuple(name for name in program.rules.questions if name in answers.not_known)
    if path == ways.resume:
        return saved_text(resume(path, program.rules), answers, not_known, program.rules)
    if path != ways.save and (form := FORM_OF_SUFFIX.get(path.suffix)) is not None:
        return written(advise(program, answers), program.rules, form, path)
    if path.name != PROJECT:
        return saved_text(Saved(), answers, not_known, program.rules)
    if path.exists():
        raise UsageError(f"{path} is there already", None, "move it away first")
    from llm_adapt.cli.today import as_of_day
    from llm_adapt.usecases.init import NewProject, project_yaml

    new = NewProject(
        name=path.absolute().parent.name or "project",
        rules=program.rules.name,
        strategy="",
        by="",
        dissent="",
        since=as_of_day(None),
        review_in_days=180,
    )
    return project_yaml(program, answers, new)[0]
