"""One assumption's evidence in, the measured value out."""

from datetime import date

from llm_adapt.model.project import RESULT_FILES, Assumption, Evidence, Measured
from llm_adapt.sources.evidence import age, command, records, results, size
from llm_adapt.sources.evidence.access import Access, EvidenceError
from llm_adapt.sources.evidence.table import load, steps, value_at

_RESULTS = {
    "lm_eval": results.lm_eval,
    "promptfoo": results.promptfoo,
    "inspect_ai": results.inspect_ai,
}


def measure(evidence: Evidence, access: Access, as_of: date) -> Measured:
    """What the evidence says.

    Raises:
        EvidenceError: It says nothing: missing, outside, too large, binary, unreadable, not run.
    """
    name, options = evidence.path, evidence.options
    match evidence.kind:
        case "value":
            way = steps(options["at"])
            value = value_at(load(access, name), way, name)
            return Measured(value, f"{'.'.join(map(str, way))} in {name}")
        case "records":
            return Measured(records.count(access, name, options.get("at")), f"records in {name}")
        case "size":
            unit = str(options["unit"])
            found, _ = size.total_bytes(access, name)
            return Measured(found / size.UNITS[unit], f"{unit} in {name}")
        case "tokens":
            found, _ = size.total_bytes(access, name)
            per = float(str(options["bytes_per_token"]))
            return Measured(round(found / per), f"tokens in {name}, at {per:g} bytes each")
        case "age_days":
            day = age.day_of(access, name, str(options["dated_by"]))
            return Measured((as_of - day).days, f"days since {day} ({name})")
        case "command":
            return Measured(command.printed(evidence, access), f"printed by {name}")
        case "exit_code":
            return Measured(command.exit_code(evidence, access), f"exit code of {name}")
        case _:
            return _RESULTS[evidence.kind](evidence, access)


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
