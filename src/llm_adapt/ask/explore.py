"""After the result: change an answer and see what moves, ask why, save, go back to the result."""

from collections.abc import Callable

from llm_adapt.ask.lines import Line, Style
from llm_adapt.ask.menu import Menu, Row
from llm_adapt.ask.reading import read_answer
from llm_adapt.ask.script import Setting
from llm_adapt.decide.chart import NONE
from llm_adapt.decide.program import Evaluation
from llm_adapt.decide.rank import rank
from llm_adapt.decide.reasons import Reasons
from llm_adapt.proof.questions import Flips
from llm_adapt.rules.situation import Answer, Origin, Situation
from llm_adapt.rules.value import Unreadable, Value, shown
from llm_adapt.rules.words import answer_words

COMMANDS = (
    "what if FIELD VALUE  see what moves",
    "keep  keep that answer",
    "why STRATEGY  what speaks for and against it",
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


class Explorer:
    """The conversation about a result; it can be shown in each of `forms`, the first by default."""

    def __init__(
        self,
        setting: Setting,
        situation: Situation,
        save: Callable[[str, Situation], str],
        show: Callable[[Situation, str], None],
        forms: tuple[str, ...],
    ) -> None:
        self.program = setting.program
        self._assume = setting.assume
        self.situation = situation
        self.done = False
        self._save = save
        self._show = show
        self._forms = forms
        self._tried: Situation | None = None

    @property
    def place(self) -> object:
        """Where the conversation stands: always at the same prompt."""
        return ""

    def opening(self) -> list[Line]:
        """What can be done now."""
        head = Line("What now? Enter or quit leaves.", Style.TITLE)
        return [Line("", Style.PLAIN), head, *(Line(text, Style.PLAIN) for text in COMMANDS)]

    def asking(self) -> list[Line]:
        """Nothing: the prompt says enough."""
        return []

    def menu(self) -> Menu:
        """What needs no more words; the rest is typed."""
        rules = self.program.rules
        words = (
            *(f"what if {name}" for name in rules.questions),
            *(f"why {name}" for name in rules.strategies),
            *(f"result {form}" for form in self._forms),
            *("keep", "save", "quit"),
        )
        return Menu(extras=_ROWS, words=words)

    def reply(self, text: str) -> list[Line]:
        """Take a command; what there is to say about it."""
        word, _, rest = text.strip().partition(" ")
        commands: dict[str, Callable[[str], list[Line]]] = {
            "what": self._what_if,
            "keep": self._keep,
            "why": self._why,
            "result": self._result,
            "save": self._saved,
            **dict.fromkeys(("", "quit", "q", "exit"), self._leave),
        }
        return commands.get(word.lower(), self._told)(rest.strip())

    def _told(self, _rest: str) -> list[Line]:
        return [Line(text, Style.PLAIN) for text in COMMANDS]

    def _leave(self, _rest: str) -> list[Line]:
        self.done = True
        return []

    def _result(self, form: str) -> list[Line]:
        if form not in {"", *self._forms}:
            return [Line(f"result, or result with one of {', '.join(self._forms)}.", Style.FAULT)]
        self._show(self.situation, form or self._forms[0])
        return []

    def _saved(self, rest: str) -> list[Line]:
        return [Line(self._save(rest, self.situation), Style.ECHO)]

    def _what_if(self, rest: str) -> list[Line]:
        asked = rest.removeprefix("if").strip().replace("=", " ", 1)
        name, _, written = asked.partition(" ")
        question = self.program.rules.questions.get(name)
        if question is None or not written.strip():
            told = "what if FIELD VALUE, for example: what if labeled_examples 5k"
            return [Line(told if question else f"No question {name}. Write {told}", Style.FAULT)]
        value: Value | Unreadable | None = None
        if written.strip() not in _UNKNOWN:
            value = read_answer(question, written.strip())
        if isinstance(value, Unreadable):
            return [Line(f"Not understood: {value.message}. {value.hint}", Style.FAULT)]
        answer = None if value is None else Answer(value, Origin.ASKED)
        self._tried = self.situation.having(name, answer)
        before = answer_words(question, shown(self.situation.values().get(name)))
        after = answer_words(question, None if value is None else shown(value))
        return [Line(f"{name}: {after} (now: {before})", Style.ECHO), *self._moved(self._tried)]

    def _moved(self, other: Situation) -> list[Line]:
        old, new = self._first(self.situation), self._first(other)
        if old == new:
            lines = [Line(f"First place stays: {self._title(new)}.", Style.PLAIN)]
        else:
            told = f"First place: {self._title(new)}, instead of {self._title(old)}."
            lines = [Line(told, Style.TITLE)]
        places = rank(self._decided(self.situation))
        moves = [
            f"{name} {places.index(name) + 1} to {position}"
            for position, name in enumerate(rank(self._decided(other)), 1)
            if places.index(name) + 1 != position
        ]
        lines.append(Line(f"Places: {', '.join(moves) or 'none moves'}.", Style.PLAIN))
        out = [set(self._decided(s).ruled_out) for s in (self.situation, other)]
        for names, told in ((out[1] - out[0], "Ruled out now"), (out[0] - out[1], "Back in")):
            if names:
                lines.append(Line(f"{told}: {', '.join(sorted(names))}.", Style.PLAIN))
        return lines

    def _keep(self, _rest: str) -> list[Line]:
        if self._tried is None:
            return [Line("There is nothing to keep: try a what if first.", Style.FAULT)]
        self.situation, self._tried = self._tried, None
        return [Line("Kept. result shows it all.", Style.ECHO)]

    def _why(self, name: str) -> list[Line]:
        strategies = self.program.rules.strategies
        if name not in strategies:
            return [Line(f"why one of: {', '.join(strategies)}", Style.FAULT)]
        values = self._assume(self.situation).values()
        decided = self.program.evaluate(values)
        position = rank(decided).index(name) + 1
        lines = [Line(f"{strategies[name].title}: place {position}", Style.TITLE)]
        for reason in Reasons(self.program, values, decided.state).about(name):
            effect = {"rules_out": "rules it out", "for": "for it", "against": "against it"}
            told = f"{effect[reason.effect]} ({reason.strength}): {reason.text}  [{reason.rule}]"
            lines.append(Line(told, Style.PLAIN))
        if len(lines) == 1:
            lines.append(Line("No rule speaks about it in this situation.", Style.PLAIN))
        return [*lines, *self._way_there(name)]

    def _way_there(self, name: str) -> list[Line]:
        if name == self._first(self.situation):
            return [Line("It is where the flowchart leads.", Style.PLAIN)]
        changes = Flips(self.program, self._values(self.situation)).find()[0].get(name)
        if changes is None:
            return [Line("No small change of answers was found that puts it first.", Style.PLAIN)]
        questions = self.program.rules.questions
        told = [f"{n} = {answer_words(questions[n], shown(v))}" for n, v in changes.items()]
        return [Line(f"It would be first with: {'; '.join(told)}.", Style.PLAIN)]

    def _first(self, situation: Situation) -> str:
        return self.program.first(self._values(situation))

    def _decided(self, situation: Situation) -> Evaluation:
        return self.program.evaluate(self._values(situation))

    def _values(self, situation: Situation) -> dict[str, Value]:
        return self._assume(situation).values()

    def _title(self, name: str) -> str:
        return "none of these yet" if name == NONE else self.program.rules.strategies[name].title
