"""`rules/audit/*.yaml`: what the audit's findings mean, and what measured facts say."""

from functools import cache
from typing import Any, get_type_hints

from llm_adapt.audit.spill import Marks
from llm_adapt.errors import LlmAdaptError, raise_all
from llm_adapt.files.builtin import builtin_rules
from llm_adapt.files.form import Reader
from llm_adapt.files.yaml_file import read_file
from llm_adapt.rules.audit import Audit, Fact
from llm_adapt.rules.data_rules import DataKnowledge
from llm_adapt.rules.plain import mapping

FOLDER = "audit"
LEAK = "leaked-into-training"
FORECAST, UNEXPECTED = "trainer-", "unexpected-share"
_SEE = "see the other files of rules/audit/"


@cache
def data_knowledge() -> DataKnowledge:
    """The shipped knowledge about data. Each file says a part of it, no entry is said twice.

    Raises:
        LlmAdaptError: A file is not of this form; all faults are told at once.
    """
    hints = get_type_hints(DataKnowledge, include_extras=True)
    found: dict[str, Any] = {}
    faults: list[LlmAdaptError] = []
    for path in sorted((builtin_rules() / FOLDER).glob("*.yaml")):
        reader = Reader(read_file(path, f"{FOLDER}/{path.name}"), _SEE)
        for part, raw in mapping(reader.document.data).items():
            if part not in hints or part == "places":
                reader.fault(f"there is no part {part}", (part,), _SEE, key=True)
                continue
            read = reader.read(hints[part], raw, (part,))
            if not isinstance(read, dict):
                found[part] = read
                continue
            before = found.setdefault(part, {})
            for name in read.keys() & before.keys():
                reader.fault(f"{name} is said twice", (part, name), "keep one", key=True)
            before |= read
        faults += reader.faults
    raise_all(faults)
    return DataKnowledge(**found)


def derived_facts(audit: Audit, known: DataKnowledge, against: str = "") -> list[Fact]:
    """Facts that take the severities of rules, or several facts.

    `against` is the path of the evaluation file among the audited ones.
    """
    trained = {file.path: file.rows for file in audit.files if file.path != against}
    total, unread = sum(trained.values()), sum(map(len, audit.unread.values()))
    wrong, out = ({file: Marks() for file in trained} for _ in range(2))
    # What a trainer makes of rows, and how many of a kind there are, says nothing of a row.
    for found in (f for f in audit.findings if not f.rule.startswith((FORECAST, UNEXPECTED))):
        spare = found.rule in known.not_counted
        bad = known.rules[found.rule].severity == "error" and not spare
        if found.file in trained and (bad or spare):
            out[found.file].update(found.rows)
            if bad:
                wrong[found.file].update(found.rows)
    wrongs, outs = (sum(map(len, marked.values())) for marked in (wrong, out))
    facts = [
        Fact("defect_share", wrongs / total if total else 0.0, total, audit.sampled),
        Fact("usable_rows", total - outs, total, audit.sampled),
        Fact("unreadable_lines", unread, total + unread, audit.sampled),
    ]
    if any(file.format != "text" for file in audit.files if file.path in trained):
        facts.append(Fact("labeled_rows", total - outs, total, audit.sampled))
    for file in audit.files:
        if file.path == against:
            leaks = [f for f in audit.findings if f.rule == LEAK and f.file == against]
            leaked = sum(len(leak.rows) for leak in leaks)
            facts.append(Fact("clean_eval_rows", file.rows - leaked, file.rows, audit.sampled))
    return facts
