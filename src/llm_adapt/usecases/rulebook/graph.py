"""The flowchart of a rule set in one of the notations for graphs."""

from llm_adapt.decide.advice import Adviser
from llm_adapt.decide.program import Program
from llm_adapt.report.flow_graph import FlowGraph, flow_graph
from llm_adapt.report.graph_dot import dot_text
from llm_adapt.report.graph_mermaid import mermaid_text
from llm_adapt.report.graph_svg import svg_text
from llm_adapt.rules.situation import Situation

# So that a picture is known as ours when it is to be written again.
_COMMENT = {"mermaid": ("%%", ""), "dot": ("//", ""), "svg": ("<!--", " -->")}
WRITERS = {"mermaid": mermaid_text, "dot": dot_text, "svg": svg_text}


def chart_graph(program: Program, situation: Situation | None = None) -> FlowGraph:
    """The flowchart as boxes and arrows; with a situation the path it takes is lit."""
    if situation is None:
        return flow_graph(program.rules)
    adviser = Adviser(program, situation)
    return flow_graph(program.rules, adviser.path, adviser.first)


def graph_text(program: Program, situation: Situation | None = None, form: str = "mermaid") -> str:
    """The flowchart as `mermaid`, `dot` or `svg` text."""
    begin, end = _COMMENT[form]
    return f"{WRITERS[form](chart_graph(program, situation))}{begin} llm-adapt rules graph{end}\n"
