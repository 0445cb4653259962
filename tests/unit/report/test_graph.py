"""The flowchart as Mermaid, DOT and SVG: complete, escaped, and lit where it was walked."""

import re
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest

from llm_adapt.report.flow_graph import Arrow, Box, FlowGraph, Panel, Shape, flow_graph
from llm_adapt.report.graph_dot import dot_text, quoted
from llm_adapt.report.graph_layout import lay_out
from llm_adapt.report.graph_mermaid import label, mermaid_text, node_names
from llm_adapt.report.graph_svg import svg_text, text_width, wrapped
from llm_adapt.rules.situation import Answer, Situation
from llm_adapt.usecases.advise import program_for
from llm_adapt.usecases.rulebook.graph import chart_graph

SVG = "{http://www.w3.org/2000/svg}"
NASTY = 'end "quoted" <b>&amp; `code` #35; [x] {y} | \\n %% -->'


@pytest.fixture(scope="module", params=["article", "current"])
def program(request):
    return program_for(request.param)


def lit_graph(program):
    name, question = next((n, q) for n, q in program.rules.questions.items() if q.kind == "choice")
    value = next(iter(question.values))
    return chart_graph(program, Situation({name: Answer(value)}))


def small_graph(text=NASTY, lit=False):
    boxes = (
        Box("w/a", text, Shape.QUESTION, lit),
        Box("w/a/r", text, Shape.END, lit),
        Box("w/b", text, Shape.QUESTION),
    )
    arrows = (Arrow("w/a", "w/a/r", "yes, no", lit), Arrow("w/a", "w/b", "unknown"))
    outcome = Box("outcome", text, Shape.OUTCOME, lit=True) if lit else None
    return FlowGraph(text, text, (Panel("w", text, boxes, arrows),), (), outcome)


def test_every_node_and_every_edge_is_drawn(program):
    graph = chart_graph(program)
    for walk, panel in zip(program.rules.walks, graph.panels, strict=True):
        questions = {box.id for box in panel.boxes if box.shape is Shape.QUESTION}
        assert questions == {f"{walk.id}/{name}" for name in walk.nodes}
        said = {(arrow.source, word) for arrow in panel.arrows for word in arrow.label.split(", ")}
        assert said == {(q, word) for q in questions for word in ("yes", "no", "unknown")}


def test_the_first_box_of_a_walk_is_where_it_starts(program):
    for walk, panel in zip(program.rules.walks, chart_graph(program).panels, strict=True):
        assert panel.boxes[0].id == f"{walk.id}/{walk.start}"


def test_what_is_lit_is_one_way_from_start_to_end(program):
    graph = lit_graph(program)
    for panel in graph.panels:
        lit = {arrow.source: arrow.target for arrow in panel.arrows if arrow.lit}
        passed = [panel.boxes[0].id]
        while passed[-1] in lit:
            passed.append(lit[passed[-1]])
        assert len(passed) == len(lit) + 1
        assert {box.id for box in panel.boxes if box.lit} == set(passed)
        ends = [box.id for box in panel.boxes if box.lit and box.shape is Shape.END]
        assert ends == passed[-1:]
    assert sum(pairing.lit for pairing in graph.pairings) == 1


def test_without_answers_nothing_is_lit(program):
    graph = flow_graph(program.rules)
    assert graph.outcome is None
    assert not any(box.lit for panel in graph.panels for box in panel.boxes)


def test_mermaid_declares_each_name_once_and_uses_no_other(program):
    text = mermaid_text(lit_graph(program))
    declared = re.findall(r"^ +(n_\w+)(?:\[|\()", text, re.MULTILINE)
    used = {
        n
        for line in re.findall(r"^ +(n_\w+) -\S+?(?:\|\S.*?\|)? (n_\w+)$", text, re.MULTILINE)
        for n in line
    }
    assert len(declared) == len(set(declared))
    assert used <= set(declared)
    assert used


def test_mermaid_labels_hold_nothing_that_is_markup():
    inside = label(NASTY)
    assert not set('"<>&`[]{}|\\%*') & set(inside)
    decoded = re.sub(r"#(\d+);", lambda match: chr(int(match[1])), inside)
    assert decoded == NASTY


@pytest.mark.parametrize("text", ["1. first", "- dash", "+ plus"])
def test_a_label_never_begins_a_list(text):
    assert not re.match(r"(\d+\.|[-+*]) ", label(text))


def test_two_ids_never_share_a_mermaid_name():
    boxes = [Box(name, "t", Shape.END) for name in ("a-b", "a_b", "a/b", "end", "A_B")]
    assert len(set(node_names(boxes).values())) == len(boxes)


def test_mermaid_lights_the_walked_links_by_their_number():
    text = mermaid_text(small_graph("Q", lit=True))
    assert "linkStyle 0 stroke" in text
    assert "class n_w_a,n_w_a_r,outcome walked" in text.replace("n_outcome", "outcome")
    assert "linkStyle" not in mermaid_text(small_graph("Q"))


def test_dot_strings_are_closed():
    text = dot_text(small_graph())
    assert quoted('a"b\\') == '"a\\"b\\\\"'
    for line in text.splitlines():
        bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", line)
        assert '"' not in bare
    assert text.count("{") - NASTY.count("{") * 5 == text.count("}") - NASTY.count("}") * 5


def test_svg_is_xml_with_every_box_and_all_of_its_words(program):
    graph = lit_graph(program)
    root = ET.fromstring(svg_text(graph))
    titles = [title.text for title in root.iter(f"{SVG}title")]
    boxes = [box for panel in graph.panels for box in panel.boxes]
    assert sorted(titles[1:]) == sorted(box.id for box in boxes)
    groups = [group for group in root.iter(f"{SVG}g") if group.find(f"{SVG}title") is not None]
    said = {
        group.find(f"{SVG}title").text: " ".join(t.text for t in group.iter(f"{SVG}text"))
        for group in groups
    }
    assert said == {box.id: box.text for box in boxes}


def test_svg_escapes_what_xml_would_read():
    root = ET.fromstring(svg_text(small_graph(lit=True)))
    assert root.find(f"{SVG}title").text == NASTY


def test_light_is_more_than_colour():
    drawn = svg_text(small_graph("Q", lit=True))
    assert re.search(r"\.lit\{[^}]*stroke-width:3\.5", drawn)
    assert 'class="way lit"' in drawn


def grid(size):
    """A chain with an exit at each node and a long edge over every third one."""
    names = [f"n{i}" for i in range(size)]
    links = [(a, b) for a, b in pairwise(names)]
    links += [(name, f"{name}-out") for name in names]
    links += [(names[i], names[i + 3]) for i in range(0, size - 3, 3)]
    boxes = dict.fromkeys([*names, *(f"{n}-out" for n in names)], (190.0, 50.0))
    return boxes, links


@pytest.mark.parametrize("size", [1, 2, 12, 45])
def test_boxes_never_overlap_and_arrows_point_down(size):
    sizes, links = grid(size)
    layout = lay_out(sizes, links)
    spans = {
        name: (x - sizes[name][0] / 2, y, x + sizes[name][0] / 2, y + sizes[name][1])
        for name, (x, y) in layout.places.items()
    }
    for one, two in combinations(spans.values(), 2):
        apart = one[2] <= two[0] + 1e-6 or two[2] <= one[0] + 1e-6
        assert apart or one[3] <= two[1] or two[3] <= one[1]
    for source, target in links:
        assert layout.places[source][1] < layout.places[target][1]
    for left, top, right, bottom in spans.values():
        assert left >= -1e-6
        assert top >= 0
        assert right <= layout.width + 1e-6
        assert bottom <= layout.height + 1e-6


def test_long_arrows_run_clear_of_the_boxes():
    sizes, links = grid(24)
    layout = lay_out(sizes, links)
    for run, (source, target) in zip(layout.runs, links, strict=True):
        for x, y in run:
            for name, (middle, top) in layout.places.items():
                inside = abs(x - middle) < sizes[name][0] / 2 and top < y < top + sizes[name][1]
                assert not inside or name in {source, target}


def test_the_shipped_charts_fit_a_page(program):
    graph = chart_graph(program)
    for panel in graph.panels:
        sizes = {box.id: (190.0, 50.0) for box in panel.boxes}
        links = [(arrow.source, arrow.target) for arrow in panel.arrows]
        layout = lay_out(sizes, links)
        # A page holds it: some columns wide, and no taller than its longest way.
        assert layout.width < 7 * 220
        assert layout.height < 40 * 100


def test_wrapped_text_fits_and_loses_nothing():
    text = "Does the answer need facts from outside the model and the request?"
    lines = wrapped(text, 150, 12)
    assert " ".join(lines) == text
    assert all(text_width(line, 12) <= 150 for line in lines)
    assert "".join(wrapped("x" * 80, 100, 12)) == "x" * 80
    assert wrapped("", 100, 12) == [""]


def test_the_same_rules_draw_the_same_bytes(program):
    again = program_for(program.rules.name)
    for write in (mermaid_text, dot_text, svg_text):
        assert write(chart_graph(program)) == write(chart_graph(again))
