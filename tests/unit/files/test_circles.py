from llm_adapt.files.circles import circles, depths


def test_each_circle_is_named_once():
    edges = {"a": ["b"], "b": ["c", "d"], "c": ["a"], "d": ["d"], "e": ["a"]}
    assert circles(edges) == ["a", "d"]


def test_what_meets_again_is_no_circle():
    assert circles({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": ["nowhere"]}) == []


def test_a_very_long_chain_is_followed_to_its_end():
    chain = {str(number): [str(number + 1)] for number in range(10_000)}
    assert circles(chain) == []
    assert depths(chain)["0"] == 10_000
    assert circles({**chain, "10000": ["0"]})


def test_depth_is_the_longest_way():
    assert depths({"a": ["b", "c"], "b": ["c"], "c": [], "d": ["x"]}) == {
        "a": 3,
        "b": 2,
        "c": 1,
        "d": 1,
    }


def test_many_ways_to_the_same_place_take_no_longer():
    ladder = {f"{level}": [f"{level + 1}"] * 3 for level in range(200)}
    assert circles(ladder) == []
    assert depths(ladder)["0"] == 200
