"""`llm-adapt rules`: what rule authors need, from a proof of a whole rule set to a first rule."""

# ruff: noqa: PT028 (a command is called test)

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.cli.options import (
    Fails,
    Force,
    Form,
    Format,
    Output,
    Rules,
    TextOrJson,
    option,
    switch,
)
from llm_adapt.cli.output import DASH, coloured, put
from llm_adapt.cli.today import as_of_day
from llm_adapt.errors import UsageError
from llm_adapt.rules.finding import Severity
from llm_adapt.rules.rule_diff import Sameness

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Tools for rule authors: prove, test, compare, draw, list, document, begin.",
)

_PLACE = "A rule set: current, article, a folder, or REVISION:FOLDER of a git repository."
_Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME|FOLDER]...", help="Rule sets; without any, current."),
]
_Folder = Annotated[
    str | None, typer.Argument(metavar="[NAME|FOLDER]", help="The same as --rules.")
]


@app.command()
def verify(
    names: _Names = None,
    fail_on: Annotated[
        Fails, typer.Option(help="The least severe finding that makes the exit code 1.")
    ] = Fails.WARNING,
    as_of: Annotated[
        str | None, option("DATE", "Also check the age of sources, as of this day.")
    ] = None,
    shelf_life: Annotated[
        int, option("DAYS", "After how many days a source is old.", min=1, max=36_500)
    ] = 1095,
    most_questions: Annotated[
        int | None, option("N", "Simulate interviews; none may ask more.", min=0)
    ] = None,
    steps: Annotated[int, option("N", "Steps that each search may take.", min=1)] = 500_000,
    output_format: Form = TextOrJson.TEXT,
    output: Output = None,
    force: Force = False,
) -> int:
    """Check a rule set over its whole answer space; each finding comes with a situation.

    Examples:
        llm-adapt rules verify

        llm-adapt rules verify ./my-rules --as-of 2026-12-31 --fail-on note
    """
    from llm_adapt.report.findings_json import verified_json
    from llm_adapt.report.findings_text import verified_text
    from llm_adapt.usecases.verify import verify_rules
    from llm_adapt.verify.subject import Options

    day = None if as_of is None else as_of_day(as_of)
    options = Options(steps=steps, as_of=day, shelf_life_days=shelf_life, cap=most_questions)
    found = [verify_rules(name, options) for name in names or ["current"]]
    if output_format is TextOrJson.JSON:
        written = verified_json(found)
    else:
        colour = coloured(output)
        written = "\n".join(verified_text(verified, colour=colour) for verified in found)
    put(written, output, force=force)
    least = None if fail_on is Fails.NEVER else Severity(fail_on.value)
    failing = any(verified.failing(least) for verified in found)
    return ExitCode.FINDINGS if failing else ExitCode.DONE


@app.command()
def test(
    names: _Names = None,
    select: Annotated[str, option("TEXT", "Only tests with this text in their id.", "-k")] = "",
    cases: Annotated[
        Path | None, option("FOLDER", "Projects with answers and what worked; they are tests, too.")
    ] = None,
    mutation: Annotated[
        bool, switch("--mutation", "Also put small faults in: do the tests notice?")
    ] = False,
    missing: Annotated[bool, switch("--missing", "Also list what the shares leave out.")] = False,
    fail_under: Annotated[
        float | None, option("SHARE", "The least of each share that is printed.", min=0, max=1)
    ] = None,
    output_format: Form = TextOrJson.TEXT,
    output: Output = None,
    force: Force = False,
) -> int:
    """Run every rule's examples and all cases of a rule set, and say what they cover.

    Examples:
        llm-adapt rules test

        llm-adapt rules test article current --mutation --fail-under 0.8

        llm-adapt rules test ./my-rules -k labels

        llm-adapt rules test current --cases my-projects --missing
    """
    from llm_adapt.report.findings_json import tested_json
    from llm_adapt.report.findings_text import cases_text
    from llm_adapt.usecases.cases import run_tests

    found = [
        run_tests(name, select, mutate=mutation, projects=cases) for name in names or ["current"]
    ]
    if output_format is TextOrJson.JSON:
        written = tested_json(found)
    else:
        colour = coloured(output)
        written = "\n".join(cases_text(tested, missing=missing, colour=colour) for tested in found)
    put(written, output, force=force)
    failing = any(tested.failing(fail_under) for tested in found)
    return ExitCode.FINDINGS if failing else ExitCode.DONE


@app.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help=_PLACE)],
    new: Annotated[str, typer.Argument(metavar="NEW", help=_PLACE)],
    projects: Annotated[
        list[Path] | None, option("FILE", "Answers to decide by both; repeatable.", "--projects")
    ] = None,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILES]...", help="More of them.")
    ] = None,
    fail_on_change: Annotated[
        bool,
        switch(
            "--fail-on-change",
            "Exit 1 if first place changes: in a project where any are named, else anywhere.",
        ),
    ] = False,
    samples: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="How many situations to compare.")
    ] = 10_000,
    steps: Annotated[
        int, typer.Option(min=1, help="How long to look for a proof that nothing changes.")
    ] = 500_000,
    output_format: Annotated[
        Format, typer.Option("--format", "-f", help="How to write it.")
    ] = "text",
    output: Output = None,
    force: Force = False,
) -> int:
    """Compare two rule sets by what they decide, not by how they are written.

    Examples:
        llm-adapt rules diff HEAD~1:rules/current rules/current

        llm-adapt rules diff current my-rules --projects a.yaml b.yaml --fail-on-change
    """
    from llm_adapt.cli.documents import put_document
    from llm_adapt.report.diff_text import diff_document
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
    folder: _Folder = None,
    rules: Rules = "current",
    answers: Annotated[
        Path | None, option("FILE", "Light the way these answers take; - is standard input.")
    ] = None,
    output_format: Annotated[
        Literal["mermaid", "dot", "svg"],
        typer.Option("--format", "-f", help="How to write it."),
    ] = "mermaid",
    output: Output = None,
    force: Force = False,
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
    folder: _Folder = None,
    rules: Rules = "current",
    strategy: Annotated[
        str, option("ID", "Only rules that speak about this strategy or need.")
    ] = "",
    question: Annotated[
        str, option("ID", "Only rules whose condition looks at this question.")
    ] = "",
    source: Annotated[str, option("ID", "Only rules that cite this source.")] = "",
    grade: Annotated[str, option("A|B|C|D", "Only rules whose best source has this grade.")] = "",
    family: Annotated[str, option("NAME", "Only rules of the file with this name.")] = "",
    profile: Annotated[str, option("NAME", "Only rules written in this rule set.")] = "",
    output_format: Form = TextOrJson.TEXT,
    output: Output = None,
    force: Force = False,
) -> None:
    """List rules with their effects, the grade of their evidence, and where they stand.

    Examples:
        llm-adapt rules list --strategy rag

        llm-adapt rules list --question labeled_examples -f json
    """
    from llm_adapt.cli.documents import put_document
    from llm_adapt.files.rules import load_rules
    from llm_adapt.report.rule_rows import rows_data, rows_document
    from llm_adapt.usecases.rulebook.rule_list import rule_rows

    loaded = load_rules(folder or rules)
    rows = rule_rows(
        loaded,
        strategy=strategy,
        question=question,
        source=source,
        grade=grade.upper(),
        family=family,
        profile=profile,
    )
    put_document(
        rows_document(rows, loaded),
        rows_data("rules", rows, loaded),
        output_format,
        output,
        force=force,
    )


@app.command()
def docs(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[ID|FOLDER]", help="What to tell about, or a rule set."),
    ] = None,
    everything: Annotated[
        bool, switch("--all", "The whole book; with -o FOLDER as linked pages.")
    ] = False,
    index: Annotated[bool, switch("--index", "The index of the rule set.")] = False,
    article: Annotated[
        bool, switch("--article", "What the guide says, row by row, and what carries it.")
    ] = False,
    rules: Rules = "current",
    output_format: Annotated[
        Format, typer.Option("--format", "-f", help="How to write the rows of --article.")
    ] = "text",
    output: Output = None,
    force: Force = False,
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
        from llm_adapt.report.rule_rows import article_document, rows_data
        from llm_adapt.usecases.rulebook.rule_list import article_rows

        rows = article_rows(program.rules)
        document, data = (
            article_document(rows, program.rules),
            rows_data("article", rows, program.rules),
        )
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
    name: Annotated[str, typer.Argument(metavar="ID", help="The id of the rule, in-this-form.")],
    folder: Annotated[
        Path, typer.Argument(metavar="[FOLDER]", help="Your rule set; it is begun if it is new.")
    ] = Path("my-rules"),
    question: Annotated[str, option("ID", "What the condition looks at.")] = "",
    strategy: Annotated[str, option("ID", "What the rule speaks against.")] = "",
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
