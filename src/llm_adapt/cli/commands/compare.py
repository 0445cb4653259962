"""`llm-adapt compare`: two answer files, or two saved results, side by side."""

import sys
from pathlib import Path

from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.cli.options import FORM, RULES, TextOrJson, argument
from llm_adapt.cli.output import DASH
from llm_adapt.errors import UsageError

SIDE = "Answers or a JSON result; - is standard input."


def compare(
    first: Path = argument(..., "A", SIDE),
    second: Path = argument(..., "B", SIDE),
    output_format: TextOrJson = FORM,
    rules: str = RULES,
) -> int:
    """Compare two answer files or two results: which answer, which rule, which rank.

    Every answer that differs is tried alone: would it change first place?

    Examples:
        llm-adapt compare mine.yaml theirs.yaml

        llm-adapt compare before.json after.yaml -f json
    """
    from llm_adapt.cli.documents import put_document
    from llm_adapt.files.yaml_file import MAX_BYTES
    from llm_adapt.report.differences import comparison_document
    from llm_adapt.report.json_v1 import v1
    from llm_adapt.usecases.advise import program_for
    from llm_adapt.usecases.compare import compare as compare_results
    from llm_adapt.usecases.compare import parse_result, read_result

    if first == DASH and second == DASH:
        raise UsageError("only one of the two can be standard input")
    program = program_for(rules)
    a, b = (
        parse_result(program, sys.stdin.buffer.read(MAX_BYTES + 1), "<stdin>")
        if path == DASH
        else read_result(program, path)
        for path in (first, second)
    )
    comparison = compare_results(program, a, b)
    document = comparison_document(comparison, program.rules)
    put_document(document, v1("comparison", comparison), output_format, None)
    return ExitCode.DONE
