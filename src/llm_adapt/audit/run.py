"""An audit: every check over every row, in one process or in many, with the same result.

Rows of several files are one set of data: rows that stand in two of them are duplicates. While
checks are at work a row is numbered by its file and its place in it; what is told counts from 0 in
each file.
"""

import pickle
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from importlib import import_module
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, cast

from llm_adapt.audit.check import Check, Context, Words, found, worked_off
from llm_adapt.audit.checks import trainer
from llm_adapt.audit.checks.boilerplate import Lines
from llm_adapt.audit.checks.leaked_into_training import LeakedIntoTraining
from llm_adapt.audit.checks.near_duplicate import NearDuplicate, WordFrequency
from llm_adapt.audit.checks.tokens import Counted, Estimate, Tokens
from llm_adapt.audit.formats import NAMES, Format, format_of, recognised, row_of
from llm_adapt.audit.reader import MAX_PROMPTS, MAX_ROW, Shard, counted, items, kind_of, shards_of
from llm_adapt.audit.row import FILE, Row
from llm_adapt.audit.spill import HOME, Numbers, Unread, View
from llm_adapt.errors import LlmAdaptError, UsageError, raise_all
from llm_adapt.rules.audit import Audit, AuditedFile, BadLine, DataFinding, Fact
from llm_adapt.rules.location import Location

# The modules of `checks/`; the words of each stand under the id of its rule.
CHECKS = (
    "empty-output", "empty-prompt", "placeholder-input", "placeholder-output", "merged-examples",
    "unreachable-input", "missing-attachment", "truncated-output", "unfilled-template",
    "bracket-placeholder",
    "html-entity", "mojibake", "missing-turn", "contradiction", "exact-duplicate", "boilerplate",
    "refusal", "pii", "preference-equal", "preference-prompt-mismatch",
    "preference-length", "class-balance", "profile", "white-space", "mixed-form",
    "repeated-prompt",
)  # fmt: skip
MIXED = "mixed-format"
# So many rows tell the format of a file.
SAMPLES = 200
# A shard has about so many bytes.
SHARD = 1_000_000
# So many rows, or characters of rows, go through a check before the next one gets them.
BATCH, MOST = 64, 1_000_000
# Details of findings that are numbers of rows.
_SAID = {"same_as": "repeats", "near_to": "is like"}
_ROWS = (*_SAID, "rows_there")


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a worker must know besides the shard: it may be another process, or machine.

    Attributes:
        forms: By file, the format of its rows.
        rules: By rule, the words that its check looks for.
        weights: Tokens for each piece of a text, by kind; without them tokens are not counted.
        tokenizer: A tokenizer that counts them instead.
        context: A row of more tokens does not fit.
        cutoff: The trainer cuts rows off at so many tokens.
        eval_file: The evaluation file, and its prompts by row.
        near: Nothing else is looked for but rows that are near to each other.
        fates: By rule, the kinds of rows that a trainer treats so (`checks/trainer.py`).
    """

    forms: Mapping[str, Format]
    rules: Mapping[str, Words]
    weights: Mapping[str, float]
    tokenizer: Path | None = None
    context: int | None = None
    cutoff: int | None = None
    eval_file: tuple[str, Mapping[int, str]] | None = None
    near: NearDuplicate | None = None
    fates: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])

    def checks(self) -> list[Check[Any]]:
        """The checks of this plan."""
        if self.near is not None:
            return [self.near]
        made: list[Check[Any]] = [WordFrequency()]
        for name in CHECKS:
            module = import_module(f"llm_adapt.audit.checks.{name.replace('-', '_')}")
            held = hasattr(module, "CHECK")
            made.append(module.CHECK if held else module.check(self.rules.get(name, {})))
        if self.tokenizer or self.weights:
            how = Counted(self.tokenizer) if self.tokenizer else Estimate(self.weights)
            made.append(Tokens(how, self.context, self.cutoff))
            # These look at the tokens that the check before them has counted.
            made += trainer.checks(self.fates, self.cutoff)
        if self.eval_file is not None:
            made.append(LeakedIntoTraining(*self.eval_file))
        return made


@dataclass(slots=True)
class Part:
    """What came of a shard: rows by file, the lines that are none, the state of each check."""

    rows: Counter[str] = field(default_factory=Counter[str])
    unread: dict[str, Unread] = field(default_factory=dict[str, Unread])
    others: Numbers = field(default_factory=Numbers)
    states: list[Any] = field(default_factory=list[Any])


def audit(  # noqa: PLR0913 (all by name, each an option of the command)
    paths: Sequence[Path],
    *,
    against: Path | None = None,
    form: str = "",
    columns: Mapping[str, str] | None = None,
    max_rows: int | None = None,
    jobs: int = 1,
    executor: Executor | None = None,
    context: int | None = None,
    cutoff: int | None = None,
    tokenizer: Path | None = None,
    rules: Mapping[str, Words] | None = None,
    weights: Mapping[str, float] | None = None,
    fates: Mapping[str, Sequence[str]] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Audit:
    """Look at every row of some files; the result is the same for any number of workers.

    Args:
        paths: Files of training data.
        against: A file of evaluation data, none of which may stand in the training data.
        form: The format, one of `FORMATS`; else it is recognised.
        columns: By part (`prompt`, `output`, ...), the column it stands in; else recognised.
        max_rows: Of each file no more rows are looked at, spread evenly where each row is a line
            and the first ones elsewhere; facts say that they are of a sample.
        jobs: Processes to work with.
        executor: What works instead: any executor, of a cluster too, that reaches the files.
        context: Rows of more tokens are told.
        cutoff: How many rows have more tokens is counted.
        tokenizer: A `tokenizer.json` that counts tokens; else they are estimated.
        rules: By rule, the words that its check looks for.
        weights: What tokens are estimated by; without them they are not.
        fates: By rule (`trainer-drops`), the kinds of rows that a trainer treats so.
        progress: Is told how many bytes are done, and of how many.

    Raises:
        LlmAdaptError: A file cannot be read, or nobody can know what its columns mean.
    """
    kinds = {path: kind_of(path) for path in [*paths, *([against] if against else [])]}
    forms = {str(p): format_for(p, kind, form, columns or {}) for p, kind in kinds.items()}
    _refuse_unknown(columns or {}, forms)
    plan = Plan(forms, rules or {}, weights or {}, tokenizer, context, cutoff, fates=fates or {})
    if against is not None:
        prompts = _prompts(Shard(str(against), kinds[against]), plan)
        plan = replace(plan, eval_file=(str(against), prompts))
    told = _Told(progress, 2 * sum(path.stat().st_size for path in paths))
    workers = _workers(jobs) if jobs > 1 and executor is None else nullcontext()
    with workers as own:
        pool = own or executor
        shards = [
            shard
            for index, path in enumerate(paths)
            for shard in _shards(path, kinds[path], index, pool, max_rows)
        ]
        checks, part = _over(plan, shards, pool, told)
        lines = next(state for state in part.states if isinstance(state, Lines))
        search = NearDuplicate(lines.common(), part.states[0])
        more, near = _over(replace(plan, near=search), shards, pool, told)
        rows = sum(part.rows.values())
        about = Context(rows, max_rows is not None, own, jobs if own else 1)
        findings = found(MIXED, part.others, "")
        facts = [Fact("rows", rows, rows, about.sampled)]
        pairs = [*zip(checks, part.states, strict=True), *zip(more, near.states, strict=True)]
        for check, state in pairs:
            told_rows, measured = check.finish(state, about)
            findings += told_rows
            facts += measured
        return _result(paths, against, plan, part, findings, facts)


def _prompts(shard: Shard, plan: Plan) -> dict[int, str]:
    """What is asked in an evaluation file, by row: all of it is held."""
    found, size = dict[int, str](), 0
    for row in rows_of(shard, plan, Part()):
        found[row.number] = row.prompt
        size += len(row.prompt)
        if size > MAX_PROMPTS:
            message = f"its prompts have more than {MAX_PROMPTS:,} characters"
            raise LlmAdaptError(message, Location(shard.path), "name a part of it")
    return found


def _workers(jobs: int) -> ProcessPoolExecutor:
    """So many processes of this machine; what they put on disk is taken over as it stands there."""
    return ProcessPoolExecutor(jobs, initializer=HOME.give, initargs=(HOME.made(),))


class _Told:
    """Counts the bytes done for whoever wants to know."""

    def __init__(self, progress: Callable[[int, int], None] | None, total: int) -> None:
        self.progress = progress
        self.total = total
        self.done = 0

    def at(self, more: int) -> None:
        """So many bytes of the shard at hand are done."""
        if self.progress is not None:
            self.progress(min(self.done + more, self.total), self.total)

    def finished(self, shard: Shard) -> None:
        """A shard is done."""
        end = shard.end if shard.end is not None else Path(shard.path).stat().st_size
        self.done += end - shard.start
        self.at(0)


def format_for(path: Path, kind: str, form: str, columns: Mapping[str, str]) -> Format:
    """What a file's columns mean, by its first rows.

    Raises:
        LlmAdaptError: Nobody can know it.
    """
    samples = list(_first_rows(Shard(str(path), kind)))
    seen = recognised(samples, columns, form)
    if seen is not None:
        return seen
    where = Location(str(path))
    if not samples:
        raise LlmAdaptError("there is no row in this file", where, "is it JSON, CSV or text?")
    names = sorted({str(name) for raw in samples if isinstance(raw, dict) for name in raw})
    said = f"its columns are {', '.join(names[:20])}" if names else "its rows have no columns"
    what = f"they are not those of {form}" if form else "nobody can know what they mean"
    hint = "say it: --column prompt=NAME --column output=NAME, or text=NAME and label=NAME"
    raise LlmAdaptError(f"{said}: {what}", where, hint)


def _first_rows(shard: Shard) -> Iterator[object]:
    """Some rows, fewer where they are large."""
    size = 0
    for item in islice(items(shard), SAMPLES):
        if not isinstance(item, BadLine):
            yield item[-1]
            size += len(repr(item[-1]))
        if size > MAX_ROW:
            return


def _refuse_unknown(columns: Mapping[str, str], forms: Mapping[str, Format]) -> None:
    """Refuse a part that nothing has, and a column that no file takes for it."""
    faults: list[LlmAdaptError] = []
    for part, column in columns.items():
        if part not in NAMES:
            hint = f"it is one of {', '.join(NAMES)}"
            faults.append(UsageError(f"--column {part}: rows have no such part", None, hint))
        elif all(form.columns.get(part) != column for form in forms.values()):
            taken = "; ".join(
                f"{name} is {form.name}, with {', '.join(map('='.join, form.columns.items()))}"
                for name, form in forms.items()
            )
            message = f"--column {part}={column}: no file has it in this place"
            faults.append(UsageError(message, None, f"{taken}; or say it with --data-format"))
    raise_all(faults)


def _shards(
    path: Path, kind: str, index: int, pool: Executor | None, max_rows: int | None
) -> list[Shard]:
    """A file in parts that know the number of their first row, where several are at work."""
    base = index * FILE
    if pool is None and max_rows is None:
        return [Shard(str(path), kind, first=base)]
    shards = shards_of(path, kind, SHARD)
    if kind not in {"jsonl", "text"}:
        return [replace(shard, first=base, most=max_rows) for shard in shards]
    counts = list(worked_off(pool, counted, shards))
    lines = accumulate((lines for lines, _ in counts), initial=1)
    rows = list(accumulate((rows for _, rows in counts), initial=0))
    every = -(-rows[-1] // max_rows) if max_rows else 1
    return [
        replace(shard, line=line, first=base + first, every=max(1, every))
        for shard, line, first in zip(shards, lines, rows, strict=False)
    ]


def _over(
    plan: Plan, shards: Sequence[Shard], pool: Executor | None, told: _Told
) -> tuple[list[Check[Any]], Part]:
    """A plan over all shards, in any order, put together in theirs; and its checks."""
    made = plan.checks()
    whole: Part | None = None
    alone = (_checked(made, plan, shard, told.at) for shard in shards)
    parts = alone if pool is None else worked_off(pool, worked, shards, pickle.dumps(plan))
    for shard, part in zip(shards, parts, strict=True):
        told.finished(shard)
        if whole is None:
            whole = part
            continue
        whole.rows += part.rows
        for file, unread in part.unread.items():
            whole.unread.setdefault(file, Unread(file)).extend(unread)
        whole.others.extend(part.others)
        pairs = zip(made, whole.states, part.states, strict=True)
        whole.states = [check.merge(earlier, later) for check, earlier, later in pairs]
    return made, whole or Part(states=[check.start() for check in made])


def worked(shard: Shard, plan: bytes) -> Part:
    """Every check of a plan over the rows of a shard, in a worker."""
    unpacked, made = _made(plan)
    return _checked(made, unpacked, shard)


@lru_cache(maxsize=1)
def _made(packed: bytes) -> tuple[Plan, list[Check[Any]]]:
    """A plan and its checks, made once for all shards that a worker gets."""
    plan: Plan = pickle.loads(packed)  # noqa: S301 (what this program packed)
    return plan, plan.checks()


def _checked(
    made: Sequence[Check[Any]],
    plan: Plan,
    shard: Shard,
    told: Callable[[int], None] | None = None,
) -> Part:
    part = Part(states=[check.start() for check in made])
    pairs = [(check.row, state) for check, state in zip(made, part.states, strict=True)]
    for rows in _batches(rows_of(shard, plan, part, told)):
        for look, state in pairs:
            for row in rows:
                look(state, row)
    return part


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Some rows at a time: a check goes over several quicker than all checks over one."""
    batch, size = list[Row](), 0
    for row in rows:
        batch.append(row)
        size += row.size
        if len(batch) == BATCH or size > MOST:
            yield batch
            batch, size = [], 0
    yield batch


def rows_of(
    shard: Shard, plan: Plan, part: Part, told: Callable[[int], None] | None = None
) -> Iterator[Row]:
    """The rows of a shard; `part` gets the count, and what is no row of the format."""
    form, rows = plan.forms[shard.path], 0
    unread = part.unread.setdefault(shard.path, Unread(shard.path))
    for item in items(shard, told):
        if isinstance(item, BadLine):
            unread.add(item.line, item.problem)
            continue
        number, line, size, raw = item
        if number % FILE % shard.every:
            continue
        if shard.most is not None and number % FILE >= shard.most:
            break
        try:
            row, other = row_of(number, raw, form), None
            if row is None and (other := format_of(raw, {})) is not None:
                row = row_of(number, raw, other)
        except RecursionError:
            unread.add(line, "nested too deep")
            continue
        if row is None:
            unread.add(line, f"this row has not the columns of {form.name}")
            continue
        if other is not None:
            part.others.append(number)
        rows, row.size = rows + 1, size
        yield row
    part.rows[shard.path] += rows


def _result(  # noqa: PLR0913, PLR0917 (what was read, and what was found)
    paths: Sequence[Path],
    against: Path | None,
    plan: Plan,
    part: Part,
    findings: Sequence[DataFinding],
    facts: Sequence[Fact],
) -> Audit:
    """What was found, by file."""
    names = [str(path) for path in paths]
    files = [(name, part.rows[name]) for name in names]
    if against is not None and plan.eval_file is not None:
        files.append((str(against), len(plan.eval_file[1])))
    return Audit(
        tuple(AuditedFile(name, plan.forms[name].name, dict(plan.forms[name].columns), rows)
              for name, rows in files),
        sum(part.rows.values()),
        tuple(split for finding in findings for split in _by_file(finding, names)),
        tuple(facts),
        {name: unread for name in names if (unread := part.unread.get(name))},
    )  # fmt: skip


def _by_file(finding: DataFinding, names: Sequence[str]) -> Iterator[DataFinding]:
    """A finding of all files as one of each, its rows counted from 0 there."""
    if finding.file:
        yield _of_file(finding, finding.file, 0, len(finding.rows), names)
        return
    for index, name in enumerate(names):
        start, stop = (bisect_left(finding.rows, FILE * at) for at in (index, index + 1))
        if start < stop:
            yield _of_file(finding, name, start, stop, names)


def _of_file(
    finding: DataFinding, name: str, start: int, stop: int, names: Sequence[str]
) -> DataFinding:
    details: dict[str, object] = {}
    for key, value in finding.details.items():
        if isinstance(value, Numbers):
            told = partial(_place, name=name, names=names) if key in _ROWS else int
            details[key] = View(value, start, stop, told)
        else:
            details[key] = value
    rows = View(cast("Numbers", finding.rows), start, stop, _row)
    example = finding.example
    for key, says in _SAID.items():
        if isinstance(other := details.get(key), View):
            example = f"row {rows[0]} {says} row {other[0]}"
    return replace(finding, file=name, rows=rows, example=example, details=details)


def _row(number: int) -> int:
    return number % FILE


def _place(number: int, name: str, names: Sequence[str]) -> int | str:
    """The row of a number: by its number alone in the file at hand, with its file elsewhere."""
    file, row = names[number // FILE], number % FILE
    return row if file == name else f"{file}:{row}"
