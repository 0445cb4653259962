"""The interview as a conversation: text in, lines out. It knows no terminal and no file.

A reply is an answer or a command. Nothing a person says is lost: an answer that no longer counts
stays, marked, and what cannot be understood is asked again with the reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from llm_adapt.ask.help import help_lines, what_number
from llm_adapt.ask.order import STOPS, Depth, Next, Setting, State, idle, next_question
from llm_adapt.ask.reading import read_answer, understood
from llm_adapt.ask.talk import Line, Menu, Row, Style, question_menu
from llm_adapt.decide.chart import NONE
from llm_adapt.proof.outlook import Inquiry
from llm_adapt.rules.model import Kind, Question
from llm_adapt.rules.value import Unreadable, as_told, nearest
from llm_adapt.rules.words import answer_words, of_hundred

_REVIEW = (Line(""), Line("Your answers", Style.TITLE))
MOST_NAMED = 3
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
    "enough  stop here and see the result",
    "on  go on until it is proved",
    "quit  save and leave",
)


class Conversation:
    """An interview that is going on; `current` is the question asked, or nothing at the review."""

    def __init__(self, setting: Setting, state: State) -> None:
        self.setting = setting
        self.program = setting.program
        self.state = state
        self.left = False
        self.accepted = False
        self.ahead = Next(None)
        self._block = ""
        self._backed: list[str] = []
        self._commands: dict[str, Callable[[str], list[Line]]] = {
            "later": self._later,
            **dict.fromkeys(("back", "b"), self._back),
            **dict.fromkeys(("go", "change"), self._go),
            **dict.fromkeys(("h", "help"), self._help),
            "review": self._review,
            "leader": self._leader,
            "enough": self._enough,
            "on": self._on,
            **dict.fromkeys(("quit", "q", "exit"), self._quit),
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
        return self.ahead.question, self.ahead.reason, self.state

    def opening(self) -> list[Line]:
        """What is said before the first question."""
        return [
            Line("Answer what you know; ? is an answer too."),
            Line("h explains a question and lists the commands.", Style.QUIET),
        ]

    def asking(self) -> list[Line]:
        """The question that comes now, with its choices; or the review."""
        question = self.current
        if question is None:
            return [*_closing(self.setting, self.state, self.ahead), *_REVIEW]
        lines = [Line("")]
        if question.block != self._block:
            self._block = question.block
            lines.append(Line(question.block, Style.ECHO))
        lines += [Line(self.progress(), Style.QUIET), Line(question.ask, Style.TITLE)]
        if question.numeric:
            lines.append(Line(what_number(question), Style.QUIET))
        given = self.state.situation.answers.get(question.id)
        if given is not None:
            words = answer_words(question, as_told(given.value))
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
        answers = self._answers()
        onward = (Row("Go on until it is proved", "on"),) if self.ahead.at_most else ()
        return Menu(
            tuple(Row(text, f"change {name}") for name, text in answers.items()),
            (Row("Accept", "accept"), *onward, Row("Save and leave", "quit")),
            at=len(answers),
            note="Enter accepts. change FIELD alters an answer.",
            words=words,
        )

    def progress(self) -> str:
        """How many were asked, and how firm first place is; or how many may still come."""
        ahead, said = self.ahead, f"at most {self.ahead.at_most} left"
        if self.state.depth in STOPS and ahead.outlook is not None:
            said = f"what leads now stays in {of_hundred(ahead.outlook.stability.share)}"
        return f"[{len(self.state.trail)} asked, {said}]  {ahead.question}"

    def reply(self, text: str) -> list[Line]:
        """Take what a person typed; what there is to say about it."""
        written = text.strip()
        question = self.current
        word, _, rest = written.partition(" ")
        command = self._commands.get(word.lower())
        own = question is not None and written.lower() in question.choices
        if command is not None and not own:
            return command(rest.strip())
        if question is None:
            return self._at_review(written)
        if not written:
            return self._keep(question)
        return self._answer(question, written)

    def _answer(self, question: Question, written: str) -> list[Line]:
        if written.lower() in _UNKNOWN and written.lower() not in question.choices:
            self.state = self.state.not_known(question.id)
            return self._move_on(f"{question.id}: not known. It will not be asked again.")
        value = read_answer(question, written)
        if isinstance(value, Unreadable):
            hint = value.hint[:1].upper() + value.hint[1:]
            hint = hint if hint.endswith(("?", ".")) else f"{hint}."
            return [Line(f"Not understood: {value.message}.", Style.FAULT), Line(hint, Style.QUIET)]
        self._backed.clear()
        self.state = self.state.answered(question.id, value)
        told = understood(question, written) or answer_words(question, as_told(value))
        return self._move_on(f"{question.id}: {told}")

    def _move_on(self, said: str = "") -> list[Line]:
        self.ahead = next_question(self.setting, self.state)
        return [Line(said, Style.ECHO)] if said else []

    def _keep(self, question: Question) -> list[Line]:
        if question.id not in self.state.situation.answers:
            several = question.kind is Kind.SEVERAL
            none = ", none if none applies" if several else ""
            told = f"Type an answer{none}, ? if you do not know, or h for help."
            return [Line(told, Style.FAULT)]
        wanted = self._backed.pop() if self._backed else None
        self.state = replace(self.state, wanted=wanted)
        return self._move_on()

    def _at_review(self, written: str) -> list[Line]:
        if written.lower() in {"", "accept", "ok", "y", "yes"}:
            if self.ahead.reason == "preset":
                self.state = self.state.confirmed()
                return self._move_on("Taken.")
            self.accepted = True
            return []
        return [Line("Enter accepts; change FIELD [VALUE], on, review, quit.", Style.FAULT)]

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
        self.state = replace(self.state, wanted=trail[place - 1])
        return self._move_on()

    def _go(self, rest: str) -> list[Line]:
        name, _, value = rest.replace("=", " ", 1).partition(" ")
        found = find(name, self.program.rules.questions)
        if isinstance(found, list):
            return found
        self._backed.clear()
        if value.strip():
            return self._answer(found, value.strip())
        self.state = replace(self.state, wanted=found.id)
        return self._move_on()

    def _help(self, rest: str) -> list[Line]:
        found = find(rest, self.program.rules.questions) if rest else self.current
        if isinstance(found, list):
            return found
        lines = [Line(text) for text in COMMANDS]
        if found is None:
            return lines
        explained = [Line(text) for text in help_lines(self.program, found)]
        return [Line(f"{found.id}: {found.ask}", Style.TITLE), *explained, *lines]

    def _leader(self, _rest: str) -> list[Line]:
        first = self.program.first(self.setting.values(self.state))
        known = self.program.rules.strategies
        title = "none of these yet" if first == NONE else known[first].title
        told = "" if self.ahead.reason == "proof" else " Answers still to come can change that."
        return [Line(f"On what is known so far: {title}.{told}")]

    def _review(self, _rest: str) -> list[Line]:
        lines = [Line(text) for text in self._answers().values()]
        return [*_REVIEW, *(lines or [Line("none yet", Style.QUIET)])]

    def _answers(self) -> dict[str, str]:
        """Every answer with its origin, by question; those that count no more are marked."""
        told: dict[str, str] = {}
        state, asleep = self.state, idle(self.setting, self.state)
        answers = self.setting.assume(state.situation).answers
        for name, question in self.program.rules.questions.items():
            answer = answers.get(name)
            if answer is not None:
                words = answer_words(question, as_told(answer.value))
                origin = f"{answer.origin} {answer.by}".rstrip()
                mark = "; makes no difference so far" if name in asleep else ""
                told[name] = f"{name}: {words}  [{origin}{mark}]"
            elif name in state.unknown:
                told[name] = f"{name}: not known  [you]"
            elif name in state.later:
                told[name] = f"{name}: put off  [later]"
        return told

    def _enough(self, _rest: str) -> list[Line]:
        self.accepted = True
        return []

    def _on(self, _rest: str) -> list[Line]:
        self.state = replace(self.state, depth=Depth.PROOF)
        return self._move_on("Going on until no answer can change first place.")

    def _quit(self, _rest: str) -> list[Line]:
        self.left = True
        return []


def find(name: str, questions: Mapping[str, Question]) -> Question | list[Line]:
    """The question of that name, or the only one whose name begins so; else what to say."""
    if name in questions:
        return questions[name]
    starts = [known for known in questions if name and known.startswith(name.lower())]
    if len(starts) == 1:
        return questions[starts[0]]
    if starts:
        return [Line(f"{name} could be {', '.join(starts)}.", Style.FAULT)]
    told = nearest(name, questions) or "llm-adapt questions lists them."
    missing = f"There is no question {name}:" if name else "Name a question:"
    return [Line(f"{missing} {told}", Style.FAULT)]


def _closing(setting: Setting, state: State, ahead: Next) -> list[Line]:
    """Why the interview ends here, and what it leaves open."""
    count, typical = len(setting.open(state)), "This is typical. Enter takes it all;"
    match ahead.reason:
        case "preset":
            told = f"{typical} change FIELD alters one, change FIELD ? drops it."
            return [Line(""), Line(told, Style.TITLE)]
        case "all":
            told = "Every question has been asked."
        case "proof":
            told = _proof(count, while_open=bool(state.unknown))
        case "unknown":
            told = "The last ones were not known, and the others are no easier to answer."
        case "range":
            rough = ahead.outlook.open if ahead.outlook else ()
            names = ", ".join(entry.question for entry in rough[:MOST_NAMED])
            told = f"All that is left hangs on amounts known only roughly: {names}."
        case _:
            told = _likely(count, ahead)
    lines = [Line(""), Line(told, Style.TITLE)]
    if ahead.at_most:
        more = f"{ahead.at_most} more" if ahead.at_most > 1 else "one more"
        lines.append(Line(f"on goes on until it is proved: at most {more}.", Style.QUIET))
    return lines + _not_known(setting, state)


def _proof(count: int, *, while_open: bool) -> str:
    open_ = " while those you do not know stay open" if while_open else ""
    if not count:
        return "Nothing is left to ask."
    each = "The 1 question not asked" if count == 1 else f"None of the {count} questions not asked"
    can = "cannot change" if count == 1 else "can change"
    return f"{each} {can} first place{open_}, whatever the answers."


def _likely(count: int, ahead: Next) -> str:
    several = f"the other {count} questions or leave them open"
    other = several if count > 1 else "the other question or leave it open"
    assert ahead.outlook is not None  # noqa: S101 (only a look ahead ends an interview so)
    share = of_hundred(ahead.outlook.stability.share)
    told = f"stays first in {share} plausible ways to answer {other}"
    early = "Robust: what leads now" if ahead.reason == "robust" else "Leaning: what leads now"
    return f"{early} {told}."


def _not_known(setting: Setting, state: State) -> list[Line]:
    """What is worth finding out: the list of the report, whether it was asked or not."""
    if not state.unknown:
        return []
    matter = Inquiry(setting.program, setting.values(state)).outlook().open
    names = [entry.question for entry in matter]
    if not names:
        return [Line("What you do not know cannot change first place either.", Style.QUIET)]
    return [Line(f"Worth finding out, most first: {', '.join(names[:MOST_NAMED])}.")]
