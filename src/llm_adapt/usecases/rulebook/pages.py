"""Pages about a rule set in Markdown: of one thing, of everything, and the index."""

from pathlib import Path

from llm_adapt.decide.program import Program
from llm_adapt.files.builtin import PROFILES
from llm_adapt.files.owned import write_result
from llm_adapt.files.text_file import make_folder
from llm_adapt.report.rule_book import (
    FOLDERS,
    SHARED,
    book_pages,
    index_markdown,
    links_from,
    page,
    whole_book,
)
from llm_adapt.usecases.explain import explain, explain_all
from llm_adapt.usecases.rulebook.graph import chart_graph
from llm_adapt.usecases.rulebook.rule_list import rule_rows

# So that a page is known as ours when it is to be written again.
_MADE = "\n<!-- made by: llm-adapt rules docs -->\n"
_ABOUT = """\
This page is generated: `llm-adapt rules docs --index -o rules/README.md`. Each rule, question and
strategy is written in the YAML files beside it, with its reason, its sources and its examples;
`llm-adapt explain ID` shows one of them, `llm-adapt rules docs --all -o FOLDER` writes them out as
pages that link to each other.

`article` is the guide of August 2024 as its text gives it. `current` extends it with what was
published since, and is used unless another rule set is named. A folder of your own can extend
`current` in the same way: see `examples/organisation-policy`."""


def page_of(program: Program, name: str) -> str:
    """The page of everything that has a name.

    Raises:
        UsageError: The rule set has nothing of that name.
    """
    return "\n".join(page(told, {}) for told in explain(program, name)) + _MADE


def book(program: Program) -> str:
    """Everything in one document."""
    return whole_book(explain_all(program), program.rules, chart_graph(program)) + _MADE


def write_book(program: Program, folder: Path, *, force: bool = False) -> list[Path]:
    """Write all pages and their index into a folder; other files in it stay.

    Raises:
        LlmAdaptError: A file cannot be written, or holds what others wrote.
    """
    told, graph, rules = explain_all(program), chart_graph(program), program.rules
    links = {kind: links_from([one for one in told if one.kind == kind]) for kind in FOLDERS}
    others = ", ".join(f"[{title}]({name})" for name, (title, _) in SHARED.items())
    pages = book_pages(told, graph)
    pages["README.md"] = index_markdown(rules, rule_rows(rules), graph, links, f"More: {others}.")
    for name in ("", *FOLDERS.values()):
        make_folder(folder / name)
    for name, text in pages.items():
        write_result(folder / name, text + _MADE, force=force)
    return [folder / name for name in pages]


def index(program: Program, folder: str) -> str:
    """The index for the folder of YAML that the rule set stands in; links go to those files."""
    rules = program.rules
    shipped = rules.name in PROFILES
    root = "rules/" if shipped else f"{folder.rstrip('/')}/"
    files = {
        rule.id: rule.where.file.removeprefix(root)
        for rule in rules.rules.values()
        if rule.where is not None and rule.where.file.startswith(root)
    }
    graph, about, made = chart_graph(program), _ABOUT if shipped else "", "" if shipped else _MADE
    return index_markdown(rules, rule_rows(rules), graph, {"rule": files}, about) + made
