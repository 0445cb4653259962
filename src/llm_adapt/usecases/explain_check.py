"""The page of a finding of `llm-adapt check` or `llm-adapt rules verify`."""

from llm_adapt.rules.explanation import Explanation, Note
from llm_adapt.rules.finding import BY_NAME, CODES, VERIFY_CODES


def explain_check(name: str) -> Explanation | None:
    """What a code such as C301 or V106, or a name, is about; nothing when there is none."""
    kind = CODES.get(name.upper()) or BY_NAME.get(name.lower()) or VERIFY_CODES.get(name.upper())
    if kind is None:
        return None
    notes = [Note("severity", (kind.severity.value,)), Note("way out", (kind.remedy,))]
    title, text = kind.title, "A finding of llm-adapt rules verify, about a rule set as a whole."
    if kind.name:
        title, text = f"{kind.title} ({kind.name})", kind.text
        accepted = "yes, with a reason and a date" if kind.can_ignore else "no"
        notes.append(Note("can be ignored", (accepted,)))
    return Explanation("finding", kind.code, title, text, None, tuple(notes), (), None, None)
