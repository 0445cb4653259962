"""`llm-adapt rules`: what rule authors need, from a proof of a whole rule set to a first rule."""

# ruff: noqa: PT028 (a command is called test)

import sys
from pathlib import Path
from typing import Literal

import typer

from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.cli.options import (
    FORCE,
    FORM,
    MOST,
    OUTPUT,
    RULES,
    Fails,
    Format,
    TextOrJson,
    argument,
    choice,
    option,
    switch,
)
from llm_adapt.cli.output import DASH, coloured, put
from llm_adapt.cli.today import as_of_day
from llm_adapt.errors import UsageError
from llm_adapt.rules.difference import Sameness
from llm_adapt.rules.finding import Severity

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Tools for rule authors: prove, test, compare, draw, list, document, begin.",
)

_PLACE = "A rule set: current, article, a folder, or REVISION:FOLDER of a git repository."
_NAMES = argument(None, "[NAME|FOLDER]...", "Rule sets; without any, current.")
_FOLDER = argument(None, "[NAME|FOLDER]", "The same as --rules.")


@app.command()
def verify(
    names: list[str] | None = _NAMES,
    fail_on: Fails = choice("warning", "The least severe finding that makes the exit code 1."),
    as_of: str | None = option(None, "DATE", "Also check the age of sources, as of this day."),
    shelf_life: int = option(
        1095, "DAYS", "After how many days a source is old.", min=1, max=36_500
    ),
    most_questions: int | None = option(
        None, "N", "Simulate interviews; none may ask more.", min=0, max=10_000
    ),
    steps: int = option(500_000, "N", "Steps that each search may take.", min=1, max=MOST),
    output_format: TextOrJson = FORM,
    output: Path | None = OUTPUT,
    force: bool = FORCE,
) -> int:
    """Check a rule set over its whole answer space; each finding comes with a situation.

    Examples:
        llm-adapt rules verify

        llm-adapt rules verify ./my-rules --as-of 2026-12-31 --fail-on note
    """
    from llm_adapt.report.findings import verified_json, verified_text
    from llm_adapt.usecases.verify import verify_rules
    from llm_adapt.verify.subject import Options

    day = None if as_of is None else as_of_day(as_of)
    options = Options(steps=steps, as_of=day, shelf_life_days=shelf_life, cap=most_questions)
    found = [verify_rules(name, options) for name in names or ["current"]]
    texts = (verified_text(verified, colour=coloured(output)) for verified in found)
    put(verified_json(found) if output_format == "json" else "\n".join(texts), output, force=force)
    least = None if fail_on == "never" else Severity(fail_on)
    failing = any(verified.failing(least) for verified in found)
    return ExitCode.FINDINGS if failing else ExitCode.DONE


@app.command()
def test(
    names: list[str] | None = _NAMES,
    select: str = option("", "TEXT", "Only tests with this text in their id.", "-k"),
    cases: Path | None = option(
        None, "FOLDER", "Projects with answers and what worked; they are tests, too."
    ),
    mutation: bool = switch("Also put small faults in: do the tests notice?", "--mutation"),
    missing: bool = switch("Also list what the shares leave out.", "--missing"),
    fail_under: float | None = option(
        None, "SHARE", "The least of each share that is printed.", min=0, max=1
    ),
    output_format: TextOrJson = FORM,
    output: Path | None = OUTPUT,
    force: bool = FORCE,
) -> int:
    """Run every rule's examples and all cases of a rule set, and say what they cover.

    Examples:
        llm-adapt rules test

        llm-adapt rules test article current --mutation --fail-under 0.8

        llm-adapt rules test ./my-rules -k labels

        llm-adapt rules test current --cases my-projects --missing
    """
    from llm_adapt.report.findings import cases_text, tested_json
    from llm_adapt.usecases.cases import run_tests

    found = [
        run_tests(name, select, mutate=mutation, projects=cases) for name in names or ["current"]
    ]
    colour = coloured(output)
    texts = (cases_text(tested, missing=missing, colour=colour) for tested in found)
    put(tested_json(found) if output_format == "json" else "\n".join(texts), output, force=force)
    failing = any(tested.failing(fail_under) for tested in found)
    return ExitCode.FINDINGS if failing else ExitCode.DONE


@app.command()
def diff(
    old: str = argument(..., "OLD", _PLACE),
    new: str = argument(..., "NEW", _PLACE),
    projects: list[Path] | None = option(
        None, "FILE", "Answers to decide by both; repeatable.", "--projects"
    ),
    files: list[Path] | None = argument(None, "[FILES]...", "More of them."),
    fail_on_change: bool = switch(
        "Exit 1 if first place changes: in a project where any are named, else anywhere.",
        "--fail-on-change",
    ),
    samples: int = option(10_000, "N", "How many situations to compare.", min=1, max=1_000_000),
    steps: int = option(
        500_000, "N", "How long to look for a proof that nothing changes.", min=1, max=MOST
    ),
    output_format: Format = FORM,
    output: Path | None = OUTPUT,
    force: bool = FORCE,
) -> int:
    """Compare two rule sets by what they decide, not by how they are written.

    Examples:
        llm-adapt rules diff HEAD~1:rules/current rules/current

        llm-adapt rules diff current my-rules --projects a.yaml b.yaml --fail-on-change
    """
    from llm_adapt.cli.documents import put_document
    from llm_adapt.report.differences import diff_document
    from llm_adapt.report.json_v1 import v1
    from llm_adapt.usecases.rulebook.difference import difference
    from llm_adapt.usecases.rulebook.revision import rules_at

    named = [*(projects or []), *(files or [])]
    found = difference(rules_at(old), rules_at(new), named, samples=samples, steps=steps)
    put_document(diff_document(found), v1("rules-diff", found), output_format, output, force=force)
    changed = found.verdict is Sameness.DIFFERENT
    if named:
        changed = any(project.changed for project in found.projects)
    return ExitCode.FINDINGS if fail_on_change and changed else ExitCode.DONE


@app.command()
def graph(
    folder: str | None = _FOLDER,
    rules: str = RULES,
    answers: Path | None = option(
        None, "FILE", "Light the way these answers take; - is standard input."
    ),
    output_format: Literal["mermaid", "dot", "svg"] = choice(
        "mermaid", "How to write it.", "--format", "-f"
    ),
    output: Path | None = OUTPUT,
    force: bool = FORCE,
) -> None:
    """Draw the flowchart; with answers, light the way they take through it.

    Examples:
        llm-adapt rules graph -f svg -o flowchart.svg

        llm-adapt rules graph article --answers answers.yaml
    """
    from llm_adapt.cli.inputs import situation_from
    from llm_adapt.usecases.advise import program_for
    from llm_adapt.usecases.rulebook.graph import graph_text

    program = program_for(folder or rules)
    situation = None if answers is None else situation_from(answers, None, program.rules)
    put(graph_text(program, situation, output_format), output, force=force)


@app.command("list")
def list_(
    folder: str | None = _FOLDER,
    rules: str = RULES,
    strategy: str = option("", "ID", "Only rules that speak about this strategy or need."),
    question: str = option("", "ID", "Only rules whose condition looks at this question."),
    source: str = option("", "ID", "Only rules that cite this source."),
    grade: str = option("", "A|B|C|D", "Only rules whose best source has this grade."),
    family: str = option("", "NAME", "Only rules of the file with this name."),
    profile: str = option("", "NAME", "Only rules written in this rule set."),
    output_format: TextOrJson = FORM,
    output: Path | None = OUTPUT,
    force: bool = FORCE,
) -> None:
    """List rules with their effects, the grade of their evidence, and where they stand.

    Examples:
        llm-adapt rules list --strategy rag

        llm-adapt rules list --question labeled_examples -f json
    """
    from llm_adapt.cli.documents import put_document
    from llm_adapt.files.rules import load_rules
    from llm_adapt.report.rule_lists import rows_data, rows_document
    from llm_adapt.usecases.rulebook.rule_list import rule_rows

    loaded = load_rules(folder or rules)
    only = {"strategy": strategy, "question": question, "source": source, "grade": grade.upper()}
    rows = rule_rows(loaded, **only, family=family, profile=profile)
    document, data = rows_document(rows, loaded), rows_data("rules", rows, loaded)
    put_document(document, data, output_format, output, force=force)


@app.command()
def docs(
    name: str | None = argument(None, "[ID|FOLDER]", "What to tell about, or a rule set."),
    everything: bool = switch("The whole book; with -o FOLDER as linked pages.", "--all"),
    index: bool = switch("The index of the rule set.", "--index"),
    article: bool = switch("What the guide says, row by row, and what carries it.", "--article"),
    rules: str = RULES,
    output_format: Format = choice("text", "How to write the rows of --article.", "--format", "-f"),
    output: Path | None = OUTPUT,
    force: bool = FORCE,
) -> None:
    """Write pages about rules, questions and strategies in Markdown.

    Examples:
        llm-adapt rules docs labeled_examples

        llm-adapt rules docs --all -o book

        llm-adapt rules docs --article --rules article
    """
    from llm_adapt.files.builtin import PROFILES
    from llm_adapt.usecases.advise import program_for
    from llm_adapt.usecases.rulebook import pages

    if name is not None and (name in PROFILES or Path(name).is_dir()):
        everything, rules, name = not (index or article), name, None
    if (name is not None) + everything + index + article != 1:
        hint = "name an id, or give one of --all, --index and --article"
        raise UsageError("say which page to write", None, hint)
    program = program_for(rules)
    if article:
        from llm_adapt.cli.documents import put_document
        from llm_adapt.report.rule_lists import article_document, rows_data
        from llm_adapt.usecases.rulebook.rule_list import article_rows

        loaded = program.rules
        rows = article_rows(loaded)
        document, data = article_document(rows, loaded), rows_data("article", rows, loaded)
        put_document(document, data, output_format, output, force=force)
    elif index:
        put(pages.index(program, rules), output, force=force)
    elif name is not None:
        put(pages.page_of(program, name), output, force=force)
    elif output is None or output == DASH or output.suffix == ".md":
        put(pages.book(program), output, force=force)
    else:
        written = pages.write_book(program, output, force=force)
        put(f"{len(written)} pages in {output}\n", None)


@app.command()
def new(
    name: str = argument(..., "ID", "The id of the rule, in-this-form."),
    folder: Path = argument("my-rules", "[FOLDER]", "Your rule set; it is begun if it is new."),
    question: str = option("", "ID", "What the condition looks at."),
    strategy: str = option("", "ID", "What the rule speaks against."),
) -> None:
    """Write a rule with its cases from a template; nothing is ever overwritten.

    Examples:
        llm-adapt rules new our-data-stays-here policy --question data_sensitivity

        llm-adapt advise answers.yaml --rules policy
    """
    from llm_adapt.usecases.rulebook.new_rule import new_rule

    for path in new_rule(name, folder, question, strategy):
        sys.stdout.write(f"{path}\n")
    sys.stderr.write(f"Fill it in, then try it: llm-adapt advise --rules {folder}\n")
