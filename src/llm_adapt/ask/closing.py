"""The end of an interview: how sure it is, what was not asked, and what was answered."""

from llm_adapt.ask.order import Next, Setting, State, idle
from llm_adapt.ask.talk import Line, Style
from llm_adapt.proof.outlook import Inquiry
from llm_adapt.rules.value import as_told
from llm_adapt.rules.words import answer_words

MOST_NAMED = 3


def closing_lines(setting: Setting, state: State, ahead: Next) -> list[Line]:
    """Why the interview ends here, and what it leaves open."""
    count = len(setting.open(state))
    if ahead.reason == "preset":
        told = (
            "This is typical. Enter takes it all; change FIELD alters one, change FIELD ? drops it."
        )
        return [Line(""), Line(told, Style.TITLE)]
    match ahead.reason:
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
    assert ahead.outlook is not None  # noqa: S101 (only a look ahead ends an interview so)
    of_hundred = int(ahead.outlook.stability.share * 100)
    several = f"the other {count} questions or leave them open"
    other = several if count > 1 else "the other question or leave it open"
    told = f"stays first in {of_hundred} of 100 plausible ways to answer {other}"
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


def review(setting: Setting, state: State) -> dict[str, str]:
    """Every answer with its origin, by question; those that do not count any more are marked."""
    told: dict[str, str] = {}
    asleep = idle(setting, state)
    answers = setting.assume(state.situation).answers
    for question in setting.program.rules.questions.values():
        answer = answers.get(question.id)
        if answer is not None:
            words = answer_words(question, as_told(answer.value))
            mark = "; makes no difference so far" if question.id in asleep else ""
            told[question.id] = f"{question.id}: {words}  [{answer.origin}{mark}]"
        elif question.id in state.unknown:
            told[question.id] = f"{question.id}: not known  [you]"
        elif question.id in state.later:
            told[question.id] = f"{question.id}: put off  [later]"
    return told
