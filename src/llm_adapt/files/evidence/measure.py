"""One assumption's evidence in, the measured value out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib import import_module

from llm_adapt.files.evidence import age
from llm_adapt.files.evidence.access import Access
from llm_adapt.files.evidence.limits import finite
from llm_adapt.rules.plain import text
from llm_adapt.rules.project import KINDS, Assumption, Evidence, Measured

# The module of the function that reads a kind of evidence, and is called like it; imported where it
# is asked for, since some need the audit, XML, archives or processes. Else it is `harness`.
_MODULES = {
    "value": "data",
    "records": "records",
    "size": "records",
    "tokens": "records",
    "audit": "audited",
    "command": "command",
    "exit_code": "command",
}


def measure(evidence: Evidence, access: Access, as_of: date) -> Measured:
    """What the evidence says.

    Raises:
        EvidenceError: It says nothing: missing, outside, too large, binary, unreadable, not run.
    """
    if evidence.kind == "age_days":
        day = age.day_of(access, evidence.path, text(evidence.options["dated_by"]), as_of)
        return Measured(max(0, (as_of - day).days), f"days since {day} ({evidence.path})")
    module = _MODULES.get(evidence.kind, "harness")
    reader = import_module(f"llm_adapt.files.evidence.{module}")
    read: Callable[[Evidence, Access], Measured] = getattr(reader, evidence.kind)
    found = read(evidence, access)
    if evidence.options.get("percent") and (number := finite(found.value)) is not None:
        # Divided by a power of ten and rounded where both stand: 85.3 % is 0.853.
        return replace(found, value=number / 100, said=f"({number:g} %) {found.said}")
    return found


def dated(assumption: Assumption, measured: Measured, access: Access, as_of: date) -> date | None:
    """The day that measured evidence speaks for, or nothing when it does not say.

    Raises:
        EvidenceError: It cannot be known, or lies in the future.
    """
    evidence = assumption.evidence
    if evidence.runs:
        return as_of
    by = assumption.dated_by or ("content" if KINDS[evidence.kind].dated else "commit")
    if by == "content":
        return measured.dated and age.past(measured.dated, as_of, evidence.path)
    return age.day_of(access, evidence.path, by, as_of)
