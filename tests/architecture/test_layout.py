"""The shape of the code, as numbers that a machine checks."""

import ast
import re
from pathlib import Path

import pytest

import llm_adapt

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src" / "llm_adapt").rglob("*.py"))
# Files of other tools, and small data that our own schemas do not describe.
NO_SCHEMA = (
    "rules/tables/*",
    "rules/audit/*",
    "rules/article-rows.yaml",
    "rules/findings.yaml",
    "examples/*/expected.yaml",
)
YAML_FILES = [
    path
    for folder in ("rules", "examples")
    for path in sorted((ROOT / folder).rglob("*.y*ml"))
    if not any(path.relative_to(ROOT).match(pattern) for pattern in NO_SCHEMA)
]
TEXT_SUFFIXES = {".py", ".yaml", ".yml", ".json", ".md", ".toml", ".csv", ".txt", ".sh"}
LONGEST_MODULE = 500
LONGEST_BODY = 50


def name_of(path: Path) -> str:
    return path.relative_to(ROOT / "src" / "llm_adapt").as_posix()


def calls(tree: ast.AST, word: str) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == word
        for node in ast.walk(tree)
    )


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_is_short_and_says_what_it_is_for(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert text.count("\n") <= LONGEST_MODULE
    assert ast.get_docstring(tree), "no docstring"
    long = [
        f"{node.name}: {body_lines(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and body_lines(node) > LONGEST_BODY
    ]
    assert long == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_does_not_print_or_wait_or_guess_annotations(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not calls(tree, "print")
    assert not calls(tree, "eval")
    assert not calls(tree, "exec")
    assert not calls(tree, "input")
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import"
            assert node.module != "__future__", "annotations must exist when the program runs"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_module_is_a_drawer_for_everything(path):
    assert path.stem not in {
        "utils",
        "util",
        "common",
        "helpers",
        "helper",
        "base",
        "manager",
        "misc",
    }


def test_every_public_name_is_there():
    assert sorted(llm_adapt.__all__) == llm_adapt.__all__
    for name in llm_adapt.__all__:
        assert callable(getattr(llm_adapt, name))
    with pytest.raises(AttributeError):
        _ = llm_adapt.nonsense


def test_the_package_says_that_it_is_typed():
    assert (ROOT / "src" / "llm_adapt" / "py.typed").exists()


@pytest.mark.parametrize("path", YAML_FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_shipped_yaml_file_names_its_schema_in_the_first_line(path):
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found, first
    assert found[1].startswith("https://") or (path.parent / found[1]).is_file()


def test_nothing_shipped_names_a_place_on_somebodys_machine():
    patterns = re.compile(r"(?<![\w.])/(?:home|Users|work|root|opt|mnt)/[\w.-]+|[A-Z]:\\\\Users")
    found = []
    for folder in ("src", "rules", "examples", "tests"):
        for path in sorted((ROOT / folder).rglob("*")):
            if (
                path.suffix in TEXT_SUFFIXES
                and path.resolve() != Path(__file__).resolve()
                and "__pycache__" not in path.parts
            ):
                found += [
                    f"{path.relative_to(ROOT)}: {match[0]}"
                    for match in patterns.finditer(
                        path.read_text(encoding="utf-8", errors="replace")
                    )
                ]
    for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "pyproject.toml"):
        if (ROOT / name).exists():
            found += [
                f"{name}: {match[0]}"
                for match in patterns.finditer((ROOT / name).read_text(encoding="utf-8"))
            ]
    assert [line for line in found if "/home/a" not in line] == []
