"""After the result: change an answer and see what moves, ask why, save, go back to the result."""

from collections.abc import Callable, Mapping

from llm_adapt.ask.conversation import find
from llm_adapt.ask.reading import read_answer
from llm_adapt.ask.talk import Line, Menu, Row, Style
from llm_adapt.rules.advice import Advice, Status
from llm_adapt.rules.model import Question
from llm_adapt.rules.record import record
from llm_adapt.rules.situation import Answer, Origin, Situation
from llm_adapt.rules.value import Unreadable, as_told
from llm_adapt.rules.words import answer_words

COMMANDS = (
    "what if FIELD VALUE  see what moves",
    "keep  keep that answer",
    "why ID  what speaks for and against a strategy, and what would put it first",
    "result  show it again; result markdown, to copy",
    "save FILE  the answers; as .md or .html the report, as llm-adapt.yaml the project",
    "quit",
)
_UNKNOWN = {"?", "unknown"}
_ROWS = (
    Row("Show the result again", "result"),
    Row("Save the answers", "save"),
    Row("Save the report as a page", "save advice.html"),
    Row("Write a project file for check", "save llm-adapt.yaml"),
    Row("Leave", "quit"),
)


@record(frozen=True)
class Doors:
    """What the conversation about a result can have done for it; each gives lines to show.

    `why` explains a name in a situation, `show` writes the result in one of `forms` and `save`
    keeps answers under a name.
    """

    advise: Callable[[Situation], Advice]
    why: Callable[[str, Situation], list[str]]
    show: Callable[[Situation, str], None]
    save: Callable[[str, Situation], str]
    forms: tuple[str, ...]


class Explorer:
    """The conversation about a result; it is shown in the first form by default."""

    # Where the conversation stands: always at the same prompt.
    place: object = ""

    def __init__(
        self, questions: Mapping[str, Question], situation: Situation, doors: Doors
    ) -> None:
        self.questions = questions
        self.situation = situation
        self.done = False
        self._doors = doors
        self._tried: Situation | None = None
        self._commands: dict[str, Callable[[str], list[Line]]] = {
            "what": self._what_if,
            "keep": self._keep,
            "why": lambda name: _lines(doors.why(name, self.situation)),
            "result": self._result,
            "save": lambda name: [Line(doors.save(name, self.situation), Style.ECHO)],
            **dict.fromkeys(("", "quit", "q", "exit"), self._leave),
        }

    def opening(self) -> list[Line]:
        """What can be done now."""
        head = Line("What now? Enter or quit leaves.", Style.TITLE)
        return [Line(""), head, *_lines(COMMANDS)]

    def asking(self) -> list[Line]:
        """Nothing: the prompt says enough."""
        return []

    def menu(self) -> Menu:
        """What needs no more words; the rest is typed."""
        words = (
            *(f"what if {name}" for name in self.questions),
            *(f"result {form}" for form in self._doors.forms),
            *("why", "keep", "save", "quit"),
        )
        return Menu(extras=_ROWS, words=words)

    def reply(self, text: str) -> list[Line]:
        """Take a command; what there is to say about it."""
        word, _, rest = text.strip().partition(" ")
        command = self._commands.get(word.lower())
        return command(rest.strip()) if command else _lines(COMMANDS)

    def _leave(self, _rest: str) -> list[Line]:
        self.done = True
        return []

    def _result(self, form: str) -> list[Line]:
        forms = self._doors.forms
        if form not in {"", *forms}:
            return [Line(f"result, or result with one of {', '.join(forms)}.", Style.FAULT)]
        self._doors.show(self.situation, form or forms[0])
        return []

    def _what_if(self, rest: str) -> list[Line]:
        asked = rest.removeprefix("if").strip().replace("=", " ", 1)
        name, _, written = asked.partition(" ")
        question = find(name, self.questions)
        if isinstance(question, list):
            return question
        if not written.strip():
            told = "what if FIELD VALUE, for example: what if labeled_examples 5k"
            return [Line(f"Write {told}", Style.FAULT)]
        value = None if written.strip() in _UNKNOWN else read_answer(question, written.strip())
        if isinstance(value, Unreadable):
            return [Line(f"Not understood: {value.message}. {value.hint}", Style.FAULT)]
        answer = None if value is None else Answer(value, Origin.ASKED)
        self._tried = self.situation.having(question.id, answer)
        before = answer_words(question, as_told(self.situation.values().get(question.id)))
        after = answer_words(question, None if value is None else as_told(value))
        echo = Line(f"{question.id}: {after} (now: {before})", Style.ECHO)
        return [echo, *_moved(*map(self._doors.advise, (self.situation, self._tried)))]

    def _keep(self, _rest: str) -> list[Line]:
        if self._tried is None:
            return [Line("There is nothing to keep: try a what if first.", Style.FAULT)]
        self.situation, self._tried = self._tried, None
        return [Line("Kept. result shows it all.", Style.ECHO)]


def _moved(old: Advice, new: Advice) -> list[Line]:
    """What stands elsewhere after a change."""
    first, other = (advice.ranking[0] for advice in (old, new))
    if first.strategy == other.strategy:
        lines = [Line(f"First place stays: {first.title}.")]
    else:
        told = f"First place: {other.title}, instead of {first.title}."
        lines = [Line(told, Style.TITLE)]
    before = {place.strategy: place for place in old.ranking}
    moves = [
        f"{place.strategy} {before[place.strategy].rank} to {place.rank}"
        for place in new.ranking
        if before[place.strategy].rank != place.rank
    ]
    lines.append(Line(f"Places: {', '.join(moves) or 'none moves'}."))
    out = [
        {place.strategy for place in advice.ranking if place.status is Status.RULED_OUT}
        for advice in (old, new)
    ]
    for names, told in ((out[1] - out[0], "Ruled out now"), (out[0] - out[1], "Back in")):
        if names:
            lines.append(Line(f"{told}: {', '.join(sorted(names))}."))
    return lines


def _lines(texts: list[str] | tuple[str, ...]) -> list[Line]:
    return [Line(text) for text in texts]
