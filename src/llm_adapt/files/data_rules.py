"""`rules/audit/*.yaml`: what the audit's findings mean, and what measured facts say."""

from dataclasses import fields, make_dataclass
from functools import cache

from llm_adapt.audit.spill import Marks
from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.builtin import builtin_rules
from llm_adapt.files.compile import ModelReader, Raw, Type
from llm_adapt.files.kept import plain_of
from llm_adapt.rules.audit import Audit, Fact
from llm_adapt.rules.data_rules import DataKnowledge
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import mapping

FOLDER = "audit"
LEAK = "leaked-into-training"
FORECAST, UNEXPECTED = "trainer-", "unexpected-share"


@cache
def data_knowledge() -> DataKnowledge:
    """The shipped knowledge about data. Each file says a part of it, no entry is said twice.

    Raises:
        LlmAdaptError: A file is not of this form; all faults are told at once.
    """
    paths = {f"{FOLDER}/{path.name}": path for path in (builtin_rules() / FOLDER).glob("*.yaml")}
    found: Raw = {}
    for name, plain in sorted(plain_of(paths, _part).items()):
        for part, raw in mapping(plain).items():
            before, said = mapping(found.get(part)), mapping(raw)
            if twice := before.keys() & said.keys():
                message = f"{min(twice)} of {part} is said twice"
                raise LlmAdaptError(message, Location(name), "keep one")
            found[part] = {**before, **said} if said else raw
    return ModelReader().record(DataKnowledge)(found)


def _part(_: str) -> Type:
    """What one of the files may say: any part of the whole."""
    return make_dataclass("Part", [(each.name, each.type, None) for each in fields(DataKnowledge)])


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
