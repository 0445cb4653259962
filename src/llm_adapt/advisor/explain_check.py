"""The page of a finding of `llm-adapt check`."""

from llm_adapt.model.check_codes import BY_NAME, CODES
from llm_adapt.model.explanation import Explanation, Note


def explain_check(name: str) -> Explanation | None:
    """What a code such as C301, or its name, is about; nothing when there is no such code."""
    kind = CODES.get(name.upper()) or BY_NAME.get(name.lower())
    if kind is None:
        return None
    accepted = "yes, with a reason and a date" if kind.can_ignore else "no"
    notes = (
        Note("severity", (kind.severity.value,)),
        Note("way out", (kind.remedy,)),
        Note("can be ignored", (accepted,)),
    )
    title = f"{kind.title} ({kind.name})"
    return Explanation("finding", kind.code, title, kind.text, None, notes, (), None, None)
