"""The page of a finding of `llm-adapt check` or `llm-adapt rules verify`."""

from llm_adapt.rules.check_codes import BY_NAME, CODES
from llm_adapt.rules.explanation import Explanation, Note
from llm_adapt.verify.codes import CHECKS


def explain_check(name: str) -> Explanation | None:
    """What a code such as C301 or V106, or a name, is about; nothing when there is none."""
    kind = CODES.get(name.upper()) or BY_NAME.get(name.lower())
    if kind is None:
        return _explain_proof(name.upper())
    accepted = "yes, with a reason and a date" if kind.can_ignore else "no"
    notes = (
        Note("severity", (kind.severity.value,)),
        Note("way out", (kind.remedy,)),
        Note("can be ignored", (accepted,)),
    )
    title = f"{kind.title} ({kind.name})"
    return Explanation("finding", kind.code, title, kind.text, None, notes, (), None, None)


def _explain_proof(code: str) -> Explanation | None:
    check = CHECKS.get(code)
    if check is None:
        return None
    notes = (Note("severity", (check.severity.value,)), Note("way out", (check.hint,)))
    text = "A finding of llm-adapt rules verify, about a rule set as a whole."
    return Explanation("finding", code, check.title, text, None, notes, (), None, None)
