"""One assumption's evidence in, the measured value out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib import import_module

from llm_adapt.files.evidence import age, data, records
from llm_adapt.files.evidence.access import Access
from llm_adapt.files.evidence.limits import finite
from llm_adapt.rules.plain import text
from llm_adapt.rules.project import KINDS, Assumption, Evidence, Measured


def measure(evidence: Evidence, access: Access, as_of: date) -> Measured:
    """What the evidence says.

    Raises:
        EvidenceError: It says nothing: missing, outside, too large, binary, unreadable, not run.
    """
    found = _MEASURES[evidence.kind](evidence, access, as_of)
    if evidence.options.get("percent") and (number := finite(found.value)) is not None:
        # Divided by a power of ten and rounded where both stand: 85.3 % is 0.853.
        return replace(found, value=number / 100, said=f"({number:g} %) {found.said}")
    return found


def _value(evidence: Evidence, access: Access, _: date) -> Measured:
    path, name = access.one(evidence.path)
    way, over = data.steps(evidence.options["at"]), evidence.options.get("over")
    value = data.read(path, name, evidence.options["at"], None if over is None else text(over))
    of = f"{over} of " if over else ""
    return Measured(value, f"{of}at {'.'.join(map(str, way))} in {name}")


def _records(evidence: Evidence, access: Access, _: date) -> Measured:
    split = evidence.options.get("split")
    found, name = records.count(
        access, evidence.path, evidence.options.get("at"), None if split is None else text(split)
    )
    return Measured(found, f"records in {name}")


def _size(evidence: Evidence, access: Access, _: date) -> Measured:
    found, name = records.total_bytes(access, evidence.path)
    if evidence.kind == "tokens":
        per = float(str(evidence.options["bytes_per_token"]))
        return Measured(round(found / per), f"tokens in {name}, at {per:g} bytes each")
    unit = str(evidence.options["unit"])
    return Measured(found / records.UNITS[unit], f"{unit} in {name}")


def _age(evidence: Evidence, access: Access, as_of: date) -> Measured:
    day = age.day_of(access, evidence.path, str(evidence.options["dated_by"]), as_of)
    return Measured(max(0, (as_of - day).days), f"days since {day} ({evidence.path})")


def _later(evidence: Evidence, access: Access, _: date) -> Measured:
    module, name = _LATER[evidence.kind]
    read: Callable[[Evidence, Access], Measured] = getattr(
        import_module(f"llm_adapt.files.evidence.{module}"), name
    )
    return read(evidence, access)


# Readers that need the audit, XML, archives or processes: imported where they are asked for.
_LATER = {
    "audit": ("audited", "fact"),
    "command": ("command", "printed"),
    "exit_code": ("command", "exit_code"),
    **{
        kind: ("harness", kind)
        for kind in ("lm_eval", "promptfoo", "inspect_ai", "deepeval", "junit", "mlflow")
    },
}
_MEASURES: dict[str, Callable[[Evidence, Access, date], Measured]] = {
    "value": _value,
    "records": _records,
    "size": _size,
    "tokens": _size,
    "age_days": _age,
    **dict.fromkeys(_LATER, _later),
}


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
