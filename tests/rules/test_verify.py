"""The shipped profiles are proved sound."""

from functools import cache

import pytest

from llm_adapt.rules.finding import Severity
from llm_adapt.usecases.verify import Options, verify_rules

PROFILES = ("article", "current")


@cache
def verified(profile):
    return verify_rules(profile, Options(tries=150))


@pytest.mark.parametrize("profile", PROFILES)
def test_verification_finds_no_error_and_no_warning(profile):
    found = [f for f in verified(profile).findings if f.severity is not Severity.NOTE]
    assert [f"{finding.where}: {finding.code} {finding.message}" for finding in found] == []


@pytest.mark.parametrize("profile", PROFILES)
def test_every_question_of_the_proofs_is_decided(profile):
    assert verified(profile).undecided == 0


@pytest.mark.parametrize("profile", PROFILES)
def test_the_monotone_facts_of_the_guide_are_declared(profile):
    assert verified(profile).monotone_facts >= 15
