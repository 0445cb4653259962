"""A fact of training data as evidence: the audit, run inside the repository."""

from functools import lru_cache
from pathlib import Path

from llm_adapt.audit import run
from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.data_rules import data_knowledge, derived_facts
from llm_adapt.files.evidence.access import Access, EvidenceError, opened
from llm_adapt.rules.audit import Fact
from llm_adapt.rules.plain import mapping, text
from llm_adapt.rules.project import Evidence, Measured
from llm_adapt.rules.value import nearest

# Facts that need an evaluation file.
_OF_EVALUATION = {"eval_leak_share", "clean_eval_rows"}
_COLUMNS = "say it: columns: {prompt: NAME, output: NAME}, or data_format: NAME"


def audit(evidence: Evidence, access: Access) -> Measured:
    """A fact of a file, and of the evaluation file that it is held against.

    Raises:
        EvidenceError: A file is missing, outside, too large or not understood, or there is no
            such fact of it, or it is several numbers.
    """
    options, wanted = evidence.options, text(evidence.options["fact"])
    path, name = _file(evidence.path, access)
    against = options.get("against")
    other = None if against is None else _file(text(against), access)[0]
    columns = tuple(
        sorted((part, text(of)) for part, of in mapping(options.get("columns")).items())
    )
    form = text(options.get("data_format") or "")
    try:
        facts = _facts(path, _state(path), other, other and _state(other), form, columns)
    except LlmAdaptError as error:
        # Here columns are said in the file, not on the command line.
        hint = _COLUMNS if "--column" in (error.hint or "") else error.hint
        raise EvidenceError(f"{name} cannot be audited: {error.message}", hint) from None
    found = facts.get(wanted)
    if found is None:
        known = facts.keys() | _OF_EVALUATION
        hint = nearest(wanted, known) or f"there are {', '.join(sorted(facts))}"
        if wanted in known:
            hint = "name the evaluation file: against: FILE"
        raise EvidenceError(f"the audit of {name} gives no {wanted}", hint)
    if isinstance(found.value, dict):
        raise EvidenceError(f"{wanted} of {name} is several numbers", "name one that is a number")
    value = float(f"{found.value:.6g}") if isinstance(found.value, float) else found.value
    return Measured(value, f"is {wanted} of {found.of:,} in {name}")


def _file(name: str, access: Access) -> tuple[Path, str]:
    path, shown = access.one(name)
    with opened(path, shown):
        return path, shown


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=8)
def _facts(
    path: Path,
    _state: tuple[int, int],
    against: Path | None,
    _other: tuple[int, int] | None,
    form: str,
    columns: tuple[tuple[str, str], ...],
) -> dict[str, Fact]:
    """Every fact by name; a file is read once, however many assumptions rest on it."""
    known = data_knowledge()
    found = run.audit(
        [path],
        against=against,
        form=form,
        columns=dict(columns),
        rules=known.words,
        weights=known.tokens,
    )
    derived = derived_facts(found, known, "" if against is None else str(against))
    return {fact.name: fact for fact in (*found.facts, *derived)}
