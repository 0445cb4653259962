"""What is known to nobody, what lies outside, and what cannot start is said, each in its own way."""

import json

import pytest

OUTSIDE = {
    "task_type=ranking": "ranking-alone",
    "task_type=prediction": "prediction-alone",
    "modality=time_series": "prediction-alone",
    "modality=speech": "speech-alone",
}


def advised(cli, *settings):
    given = [word for setting in settings for word in ("--set", setting)]
    return json.loads(cli("advise", *given, "-f", "json").out)


@pytest.mark.parametrize("setting", OUTSIDE)
def test_what_lies_outside_is_a_result_with_a_pointer(cli, setting):
    (item,) = advised(cli, setting)["out_of_scope"]
    assert item["id"] == OUTSIDE[setting]
    assert item["first_step"]


def test_speech_beside_text_is_no_reason_to_send_anybody_away(cli):
    assert advised(cli, "modality=text,speech")["out_of_scope"] == []


def test_nothing_known_is_said_as_nothing_known(cli):
    assert advised(cli, "team_skills=prompting")["no_advice_yet"]
    assert cli("advise", "--set", "team_skills=prompting").out.startswith("No advice yet")


def test_where_nothing_can_start_the_reason_is_said(cli):
    barred = ("base_model_available=no", "training_budget_gpu_hours=100")
    told = advised(cli, *barred)
    assert all(place["status"] != "recommended" for place in told["ranking"])
    assert told["preparations"]
    text = cli("advise", *[word for each in barred for word in ("--set", each)]).out
    assert "none of these yet" in text
    assert "Without a base, and without the text or the hours for one" in " ".join(text.split())
