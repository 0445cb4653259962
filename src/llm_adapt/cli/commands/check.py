"""`llm-adapt check`: is the decision still right, and does what it rests on still hold?"""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.cli.options import FAIL_ON, JOBS, OUTPUTS, Fails, argument, choice, option, switch
from llm_adapt.cli.output import DASH, add_to_summary, coloured, put
from llm_adapt.cli.targets import targets
from llm_adapt.cli.today import as_of_day
from llm_adapt.errors import LlmAdaptError
from llm_adapt.rules.number import shifted

if TYPE_CHECKING:
    from llm_adapt.rules.check import CheckResult


# How findings are written.
CheckFormat = StrEnum(
    "CheckFormat", "text json sarif github gitlab junit markdown comment badge summary"
)
_CODES = {
    "done": ExitCode.DONE,
    "findings": ExitCode.FINDINGS,
    "undetermined": ExitCode.UNDETERMINED,
    "invalid": ExitCode.INVALID_INPUT,
}


def check(
    files: list[str] | None = argument(
        None, "[FILE]...", "Project files, folders or quoted patterns; else all from here down."
    ),
    formats: list[CheckFormat] | None = choice(
        None, "How to write the result; may be given again.", "--format", "-f"
    ),
    outputs: list[Path] | None = OUTPUTS,
    rules: str = option("", "NAME|FOLDER", "Judge by this rule set, not the files' own."),
    fail_on: Fails | None = FAIL_ON,
    strict: bool = switch("Warnings and open questions fail it as well.", "--strict"),
    min_stability: float | None = option(
        None,
        "SHARE",
        "Fail (exit 4) where open questions keep a decision in fewer cases than this.",
        min=0,
        max=1,
    ),
    exit_zero: bool = switch("Leave with 0 in spite of findings.", "--exit-zero"),
    as_of: str | None = option(None, "DATE", "Check as if it were this day."),
    due_within: int = option(
        14, "DAYS", "Say so many days ahead that a review is due.", min=0, max=100_000
    ),
    update_lock: bool = switch("Accept rules and result: write llm-adapt.lock.", "--update-lock"),
    reason: str = option("", "TEXT", "Why a changed decision is accepted; kept there."),
    fix: bool = switch("Mend what is known exactly: values, dates, the lock.", "--fix"),
    diff: bool = switch("Show what --fix would change, and change nothing.", "--diff"),
    write_baseline: bool = switch(
        "Accept today's findings: only new ones fail.", "--write-baseline"
    ),
    baseline_days: int = option(
        90, "DAYS", "For so long the baseline accepts them.", min=1, max=3650
    ),
    changed_since: str = option("", "REV", "Only projects that changes since then may touch."),
    jobs: int = JOBS,
    allow_commands: bool = switch("Run the commands that project files name.", "--allow-commands"),
    allow_outside: bool = switch("Read evidence outside the repository too.", "--allow-outside"),
    force: bool = switch("Let -o replace a file that is not ours.", "--force"),
) -> int:
    """Check decisions: do they still stand first, and does their evidence still hold?

    Exit codes: 0 holds, 1 findings, 3 invalid or nothing to check, 4 less stable than
    --min-stability asks for. No format changes them.

    Examples:
        llm-adapt check

        llm-adapt check 'services/*' -f sarif -o check.sarif -f text

        llm-adapt check --update-lock

        llm-adapt check --format summary results/*.json
    """
    from llm_adapt.usecases.check import CheckOptions
    from llm_adapt.usecases.check import check as check_files

    wanted = targets(formats, outputs)
    if [name for name, _ in wanted] == ["summary"] and files:
        put(_summary(files), wanted[0][1], force=force)
        return ExitCode.DONE
    day = as_of_day(as_of)
    options = CheckOptions(
        as_of=day,
        rules=rules,
        due_within=due_within,
        allow_outside=allow_outside,
        allow_commands=allow_commands,
        update_lock=update_lock,
        reason=reason.strip(),
        fail_on=fail_on or "",
        strict=strict,
        min_stability=min_stability,
        changed_since=changed_since,
        jobs=jobs,
        baseline_until=shifted(day, baseline_days) if write_baseline else None,
    )
    if fix or diff:
        from llm_adapt.usecases.fix import fixed

        sys.stdout.write(fixed(files or [], Path.cwd(), options, write=fix and not diff))
        if diff:
            return ExitCode.DONE
    result = check_files(files or [], Path.cwd(), options)
    for name, path in wanted:
        commands = name == "github"
        put(_written(name, result, path), path, force=force, commands=commands)
    _say_invalid(result, told=("text", None) in wanted)
    if exit_zero and result.outcome != "invalid":
        return ExitCode.DONE
    return _CODES[result.outcome]


def _written(name: str, result: "CheckResult", path: Path | None) -> str:
    to_screen = path is None or path == DASH
    from llm_adapt.report.forms import check_as

    if name == "github":
        add_to_summary(lambda: check_as("markdown", result))
    return check_as(name, result, colour=to_screen and coloured())


def _summary(files: list[str]) -> str:
    from llm_adapt.files.evidence.access import decoded, whole
    from llm_adapt.files.evidence.limits import MAX_PARSED, too_many
    from llm_adapt.report.check_text import summary_of

    results: list[tuple[str, str]] = []
    for name in files:
        if not Path(name).is_file():
            raise LlmAdaptError(f"there is no result {name}", None, "check the path")
        raw = whole(Path(name), name, MAX_PARSED)
        if too_many(raw):
            raise LlmAdaptError(f"{name} is no result of a check", None, "it holds too much")
        results.append((name, decoded(raw, name)))
    return summary_of(results)


def _say_invalid(result: "CheckResult", *, told: bool) -> None:
    """Where nothing could be checked; why as well, unless standard output has told that."""
    from llm_adapt.report.borders import clean
    from llm_adapt.usecases.outcome import INVALID

    found = [finding for finding in result.findings() if finding.code in INVALID]
    if told and found:
        places = ", ".join(dict.fromkeys(str(finding.place) for finding in found[:5]))
        sys.stderr.write(f"error: could not be checked: {clean(places)}\n")
        return
    for finding in found:
        for line in LlmAdaptError(finding.message, finding.where, finding.hint).lines():
            sys.stderr.write(f"{'  ' if line.startswith('  ') else ''}{clean(line)}\n")
