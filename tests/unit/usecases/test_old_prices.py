"""Prices of the estimator age; a dated verification of a shipped profile says which."""

from datetime import date

from llm_adapt.usecases.verify import Options, verify_rules


def old(name, as_of):
    found = verify_rules(name, Options(as_of=as_of)).findings
    return [finding.message for finding in found if finding.code == "V413"]


def test_every_price_is_old_one_day_and_each_is_named():
    told = old("article", date(2036, 1, 1))
    assert len(told) > 20
    assert len(set(told)) == len(told)


def test_without_a_day_no_price_is_old():
    assert old("article", None) == []
