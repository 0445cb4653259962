"""The end of an interview: what was not asked and why it may be left, and what was answered."""

from llm_adapt.ask.lines import Line, Style
from llm_adapt.ask.script import STEADY, Setting, State, idle, unasked
from llm_adapt.proof.outlook import Inquiry
from llm_adapt.rules.value import shown
from llm_adapt.rules.words import answer_words


def closing_lines(setting: Setting, state: State, reason: str) -> list[Line]:
    """Why the interview ends here, and what it leaves open."""
    left = unasked(setting, state)
    lines = [Line("", Style.PLAIN)]
    match reason:
        case "steady":
            told = (
                f"Stopped early: first place held over the last {STEADY} answers, and no single "
                f"further answer changes it. Several of the {left.count} not asked together may."
            )
            return [*lines, Line(told, Style.TITLE)]
        case "all":
            lines.append(Line("Every question has been asked.", Style.TITLE))
        case _:
            lines.append(Line(_proof(left.count, bool(state.unknown)), Style.TITLE))
    for names, why in (
        (left.no_test, "no test for first place looks at"),
        (left.other_way, "the way your answers take does not come past"),
        (left.too_light, "looked at, but cannot tip what is decided"),
    ):
        if names:
            lines.append(Line(f"{len(names)} {why}: {', '.join(names)}.", Style.QUIET))
    return lines + _not_known(setting, state)


def _proof(count: int, unknown: bool) -> str:  # noqa: FBT001 (one word more or less)
    while_open = " while those you do not know stay open" if unknown else ""
    if not count:
        return "Nothing is left to ask."
    each = "The 1 question not asked" if count == 1 else f"None of the {count} questions not asked"
    can = "cannot change" if count == 1 else "can change"
    return f"{each} {can} first place{while_open}, whatever the answers."


def _not_known(setting: Setting, state: State) -> list[Line]:
    """Which of the questions nobody could answer still matter."""
    if not state.unknown:
        return []
    matter = {
        entry.question for entry in Inquiry(setting.program, setting.values(state)).outlook().open
    }
    names = [name for name in state.unknown if name in matter]
    if not names:
        return [Line("What you do not know cannot change first place either.", Style.QUIET)]
    return [Line(f"Worth finding out, it can change first place: {', '.join(names)}.", Style.PLAIN)]


def review(setting: Setting, state: State) -> dict[str, str]:
    """Every answer with its origin, by question; those that do not count any more are marked."""
    told: dict[str, str] = {}
    asleep = idle(setting, state)
    answers = setting.assume(state.situation).answers
    for question in setting.program.rules.questions.values():
        answer = answers.get(question.id)
        if answer is not None:
            words = answer_words(question, shown(answer.value))
            mark = "; kept, not looked at on this way" if question.id in asleep else ""
            told[question.id] = f"{question.id}: {words}  [{answer.origin}{mark}]"
        elif question.id in state.unknown:
            told[question.id] = f"{question.id}: not known  [you]"
        elif question.id in state.later:
            told[question.id] = f"{question.id}: put off  [later]"
    return told
