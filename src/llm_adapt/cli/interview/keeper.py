"""Answers are written down as they are given."""

from pathlib import Path

from llm_adapt.ask.conversation import Conversation
from llm_adapt.ask.lines import Line, Style
from llm_adapt.ask.terminal import Screen
from llm_adapt.cli.interview.saved_answers import free_name, save, saved_text
from llm_adapt.decide.program import Program
from llm_adapt.errors import LlmAdaptError


class Keeper:
    """Writes the answers down after each of them."""

    def __init__(
        self, program: Program, talk: Conversation, path: Path | None, screen: Screen
    ) -> None:
        self.program = program
        self.talk = talk
        self.named = path is not None
        self.path = path or free_name(Path())
        self.screen = screen
        self.saved = ""
        self.refused = ""
        # What was there before need not be written again.
        self._last = self._text()
        if self.named and not self.path.exists() and self.talk.state.situation.answers:
            self._last = ""

    def keep(self) -> None:
        """Write the file if something has changed since.

        Raises:
            LlmAdaptError: A file that was named cannot be written.
        """
        text = self._text()
        if text == self._last:
            return
        state = self.talk.state
        try:
            save(self.path, state.situation, state.unknown, self.program.rules)
        except LlmAdaptError as error:
            if self.named:
                raise
            if not self.refused:
                self.refused = error.message
                told = f"Answers are not being saved: {self.path} {error.message}."
                self.screen.show([Line(told, Style.FAULT)])
            return
        self._last = self.saved = text

    def _text(self) -> str:
        state = self.talk.state
        return saved_text(state.situation, state.unknown, self.program.rules)

    def say_where(self) -> None:
        """Say where the answers are, if they are anywhere."""
        if self.saved:
            self.screen.show([Line(f"Answers saved in {self.path}.", Style.QUIET)])

    def unsaved(self) -> str:
        """Answers that no file holds."""
        return self._text() if self.refused else ""
