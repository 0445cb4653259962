"""One assumption's evidence in, the measured value out."""

from collections.abc import Callable
from datetime import date

from llm_adapt.files.evidence import age, command, records, results, size
from llm_adapt.files.evidence.access import Access, EvidenceError
from llm_adapt.files.evidence.table import load, steps, value_at
from llm_adapt.rules.project import RESULT_FILES, Assumption, Evidence, Measured


def measure(evidence: Evidence, access: Access, as_of: date) -> Measured:
    """What the evidence says.

    Raises:
        EvidenceError: It says nothing: missing, outside, too large, binary, unreadable, not run.
    """
    return _KINDS[evidence.kind](evidence, access, as_of)


def _value(evidence: Evidence, access: Access, _: date) -> Measured:
    name, way = evidence.path, steps(evidence.options["at"])
    value = value_at(load(access, name), way, name)
    return Measured(value, f"at {'.'.join(map(str, way))} in {name}")


def _records(evidence: Evidence, access: Access, _: date) -> Measured:
    name = evidence.path
    found = records.count(access, name, evidence.options.get("at"))
    return Measured(found, f"records in {name}")


def _size(evidence: Evidence, access: Access, _: date) -> Measured:
    name, unit = evidence.path, str(evidence.options["unit"])
    found, _files = size.total_bytes(access, name)
    return Measured(found / size.UNITS[unit], f"{unit} in {name}")


def _tokens(evidence: Evidence, access: Access, _: date) -> Measured:
    name, per = evidence.path, float(str(evidence.options["bytes_per_token"]))
    found, _files = size.total_bytes(access, name)
    return Measured(round(found / per), f"tokens in {name}, at {per:g} bytes each")


def _age(evidence: Evidence, access: Access, as_of: date) -> Measured:
    day = age.day_of(access, evidence.path, str(evidence.options["dated_by"]))
    return Measured((as_of - day).days, f"days since {day} ({evidence.path})")


def _printed(evidence: Evidence, access: Access, _: date) -> Measured:
    return Measured(command.printed(evidence, access), f"printed by {evidence.path}")


def _exit_code(evidence: Evidence, access: Access, _: date) -> Measured:
    return Measured(command.exit_code(evidence, access), f"is how {evidence.path} ended")


_KINDS: dict[str, Callable[[Evidence, Access, date], Measured]] = {
    "value": _value,
    "records": _records,
    "size": _size,
    "tokens": _tokens,
    "age_days": _age,
    "command": _printed,
    "exit_code": _exit_code,
    "lm_eval": lambda evidence, access, _: results.lm_eval(evidence, access),
    "promptfoo": lambda evidence, access, _: results.promptfoo(evidence, access),
    "inspect_ai": lambda evidence, access, _: results.inspect_ai(evidence, access),
}


def dated(assumption: Assumption, measured: Measured, access: Access) -> date | None:
    """The day that measured evidence speaks for, or nothing when that cannot be known.

    Raises:
        EvidenceError: Its history is not there.
    """
    evidence = assumption.evidence
    by = assumption.dated_by or ("content" if evidence.kind in RESULT_FILES else "commit")
    if by == "content" or evidence.runs:
        return measured.dated
    return age.day_of(access, evidence.path, by)


__all__ = ["Access", "EvidenceError", "dated", "measure"]
