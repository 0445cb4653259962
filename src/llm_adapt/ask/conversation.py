"""The interview as a conversation: text in, lines out. It knows no terminal and no file.

A reply is an answer or a command. Nothing a person says is lost: an answer that no longer counts
stays, marked, and what cannot be understood is asked again with the reason.
"""

from collections.abc import Callable

from llm_adapt.ask.closing import closing_lines, review
from llm_adapt.ask.help import help_lines
from llm_adapt.ask.lines import Line, Style
from llm_adapt.ask.menu import Menu, Row, question_menu
from llm_adapt.ask.reading import choices, read_answer
from llm_adapt.ask.script import Next, Setting, State, next_question
from llm_adapt.decide.chart import NONE
from llm_adapt.rules.model import Question
from llm_adapt.rules.situation import Situation
from llm_adapt.rules.value import Unreadable, Value, shown
from llm_adapt.rules.words import answer_words

_REVIEW = (Line("", Style.PLAIN), Line("Your answers", Style.TITLE))
_UNKNOWN = {"?", "don't know", "dont know", "i don't know", "unknown", "dk"}
COMMANDS = (
    "?  I do not know",
    "n/a  it does not apply",
    "later  ask again at the end",
    "back  to the question before",
    "go FIELD  jump to a question",
    "change FIELD [VALUE]  another answer",
    "h [FIELD]  help",
    "review  all answers so far",
    "leader  what leads now",
    "quit  save and leave",
)


class Conversation:
    """An interview that is going on; `current` is the question asked, or nothing at the review."""

    def __init__(
        self,
        setting: Setting,
        situation: Situation,
        unknown: tuple[str, ...] = (),
    ) -> None:
        self.setting = setting
        self.program = setting.program
        self.state = State(situation, unknown)
        self.left = False
        self.accepted = False
        self.ahead = Next(None)
        self._backed: list[str] = []
        self._commands: dict[str, Callable[[str], list[Line]]] = {
            "later": self._later,
            "back": self._back,
            "b": self._back,
            "go": self._go,
            "change": self._go,
            "h": self._help,
            "help": self._help,
            "leader": self._leader,
            "review": self._review,
            "quit": self._quit,
            "q": self._quit,
            "exit": self._quit,
        }
        self._move_on()

    @property
    def current(self) -> Question | None:
        """The question that is asked now."""
        name = self.ahead.question
        return None if name is None else self.program.rules.questions[name]

    @property
    def done(self) -> bool:
        """Whether the interview is over, one way or the other."""
        return self.accepted or self.left

    @property
    def place(self) -> object:
        """What is asked now, and how far things have come."""
        return self.ahead.question, self.state.trail, self.state.situation, self.state.unknown

    def opening(self) -> list[Line]:
        """What is said before the first question."""
        return [
            Line("Answer what you know; ? is an answer too.", Style.PLAIN),
            Line("h explains a question and lists the commands.", Style.QUIET),
        ]

    def asking(self) -> list[Line]:
        """The question that comes now, with its choices; or the review."""
        question = self.current
        if question is None:
            return [*closing_lines(self.setting, self.state, self.ahead.reason), *_REVIEW]
        lines = [Line("", Style.PLAIN), Line(self.progress(), Style.QUIET)]
        lines.append(Line(question.ask, Style.TITLE))
        if question.numeric:
            unit = f" in {question.unit}" if question.unit else ""
            lines.append(Line(f"A number{unit}.", Style.QUIET))
        given = self.state.situation.answers.get(question.id)
        if given is not None:
            words = answer_words(question, shown(given.value))
            lines.append(Line(f"So far: {words}. Enter keeps it.", Style.QUIET))
        return lines

    def menu(self) -> Menu:
        """What there is to choose from: the question's values; the answers, at the review."""
        question = self.current
        names = self.program.rules.questions
        words = (*self._commands, *(f"{c} {n}" for c in ("go", "change", "help") for n in names))
        if question is not None:
            given = self.state.situation.answers.get(question.id)
            return question_menu(question, given.value if given else None, words)
        answers = review(self.setting, self.state)
        return Menu(
            tuple(Row(text, f"change {name}") for name, text in answers.items()),
            (Row("Accept", "accept"), Row("Save and leave", "quit")),
            at=len(answers),
            note="Enter accepts. change FIELD alters an answer.",
            words=words,
        )

    def progress(self) -> str:
        """How many were asked, and how many may still come."""
        name = self.ahead.question
        return f"[{len(self.state.trail)} asked, at most {self.ahead.at_most} left]  {name}"

    def reply(self, text: str) -> list[Line]:
        """Take what a person typed; what there is to say about it."""
        written = text.strip()
        question = self.current
        word, _, rest = written.partition(" ")
        command = self._commands.get(word.lower())
        own = question is not None and written.lower() in choices(question)
        if command is not None and not own:
            return command(rest.strip())
        if question is None:
            return self._at_review(written)
        if not written:
            return self._keep(question)
        if written.lower() in _UNKNOWN and not own:
            self.state = self.state.not_known(question.id)
            return self._move_on(f"{question.id}: not known. It will not be asked again.")
        return self._answer(question, written)

    def _answer(self, question: Question, written: str) -> list[Line]:
        value = read_answer(question, written)
        if isinstance(value, Unreadable):
            return [Line(f"Not understood: {value.message}.", Style.FAULT), _hint(value)]
        return self._take(question, value)

    def _take(self, question: Question, value: Value) -> list[Line]:
        self._backed.clear()
        self.state = self.state.answered(question.id, value)
        self.state = self.state.standing(self.setting.first(self.state))
        return self._move_on(f"{question.id}: {answer_words(question, shown(value))}")

    def _move_on(self, said: str = "") -> list[Line]:
        self.ahead = next_question(self.setting, self.state)
        return [Line(said, Style.ECHO)] if said else []

    def _keep(self, question: Question) -> list[Line]:
        given = self.state.situation.answers.get(question.id)
        if given is None:
            return [Line("Type an answer, ? if you do not know, or h for help.", Style.FAULT)]
        if self._backed:
            self.state = self.state.wanting(self._backed.pop())
        else:
            self.state = self.state.wanting(None)
        return self._move_on()

    def _at_review(self, written: str) -> list[Line]:
        if written.lower() in {"", "accept", "ok", "y", "yes"}:
            self.accepted = True
            return []
        return [Line("Enter accepts; change FIELD [VALUE], review, quit.", Style.FAULT)]

    def _later(self, _rest: str) -> list[Line]:
        if self.current is None:
            return self._at_review("later")
        name = self.current.id
        self.state = self.state.put_off(name)
        self._move_on()
        if self.ahead.question == name:
            return [Line("It is the last one left: answer it, or type ?", Style.FAULT)]
        return [Line(f"{name}: later.", Style.ECHO)]

    def _back(self, _rest: str) -> list[Line]:
        here = None if self.current is None else self.current.id
        trail = self.state.trail
        place = trail.index(here) if here in trail else len(trail)
        if not place:
            return [Line("This is the first question.", Style.FAULT)]
        if here is not None:
            self._backed.append(here)
        self.state = self.state.wanting(trail[place - 1])
        return self._move_on()

    def _go(self, rest: str) -> list[Line]:
        name, _, value = rest.replace("=", " ").partition(" ")
        found = self.find(name)
        if isinstance(found, list):
            return found
        self._backed.clear()
        if value.strip():
            question = self.program.rules.questions[found]
            if value.strip().lower() in _UNKNOWN:
                self.state = self.state.not_known(found)
                return self._move_on(f"{found}: not known.")
            return self._answer(question, value.strip())
        self.state = self.state.wanting(found)
        return self._move_on()

    def find(self, name: str) -> str | list[Line]:
        """The question of that name, or the only one whose name begins so; else what to say."""
        questions = list(self.program.rules.questions)
        if name in questions:
            return name
        starts = [known for known in questions if name and known.startswith(name.lower())]
        if len(starts) == 1:
            return starts[0]
        told = f"{name} could be {', '.join(starts)}." if starts else f"No question {name}."
        listed = starts or questions
        return [Line(told, Style.FAULT), Line(f"Fields: {', '.join(listed)}", Style.QUIET)]

    def _help(self, rest: str) -> list[Line]:
        found = self.find(rest) if rest else None
        if isinstance(found, list):
            return found
        question = self.program.rules.questions[found] if found else self.current
        lines = [Line(text, Style.PLAIN) for text in COMMANDS]
        if question is None:
            return lines
        explained = [Line(text, Style.PLAIN) for text in help_lines(self.program, question)]
        return [Line(f"{question.id}: {question.ask}", Style.TITLE), *explained, *lines]

    def _leader(self, _rest: str) -> list[Line]:
        first = self.setting.first(self.state)
        known = self.program.rules.strategies
        title = "none of these yet" if first == NONE else known[first].title
        settled = self.current is None and self.ahead.reason == "proof"
        told = "" if settled else " Answers still to come can change that."
        return [Line(f"On what is known so far: {title}.{told}", Style.PLAIN)]

    def _review(self, _rest: str) -> list[Line]:
        told = review(self.setting, self.state).values()
        lines = [Line(text, Style.PLAIN) for text in told]
        return [*_REVIEW, *(lines or [Line("none yet", Style.QUIET)])]

    def _quit(self, _rest: str) -> list[Line]:
        self.left = True
        return []


def _hint(fault: Unreadable) -> Line:
    hint = fault.hint[:1].upper() + fault.hint[1:]
    return Line(hint if hint.endswith(("?", ".")) else f"{hint}.", Style.QUIET)
