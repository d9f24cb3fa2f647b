"""The two tables that say what may be done: when and with what (`tasks.rules`), and by whom (`units.permissions`)."""

from inspect import signature

import pytest

from tasks import actions
from tasks.rules import MISSING, OTHER_PAST, RULES, STANDS, Matter, past_tense
from units.permissions import VERBS

FUNCTIONS = {"update": "update_progress", "return": "return_result"}


def test_every_verb_of_a_task_stands_in_both_tables() -> None:
    # Given with the plan, or moved by a new document: not chosen from the page of a task.
    elsewhere = {"task.assign", "task.transfer"}
    assert {f"task.{verb}" for verb in RULES} | elsewhere == {
        name for name in VERBS if name.startswith("task.")
    }


@pytest.mark.parametrize("verb", RULES)
def test_every_verb_is_a_function_that_names_who_acts(verb: str) -> None:
    parameters = signature(getattr(actions, FUNCTIONS.get(verb, verb))).parameters
    assert "by" in parameters
    if RULES[verb].leader_decides:
        assert "decision" in parameters, "an officer must be able to say who decided"


@pytest.mark.parametrize("verb", RULES)
def test_every_verb_can_be_refused_and_told_in_words(verb: str) -> None:
    rule = RULES[verb]
    assert rule.label and rule.past and past_tense(verb) == rule.past
    assert rule.needs is None or rule.needs in MISSING
    assert rule.refuses is None or rule.refuses in STANDS
    assert all(words.endswith(".") for words in rule.required.values())
    assert verb not in OTHER_PAST


def test_what_nobody_chooses_from_a_page_is_told_in_words_too() -> None:
    assert past_tense("assign") == "Giao nhiệm vụ"
    assert past_tense("remove_content") == "Gỡ nội dung"


def test_every_matter_is_begun_or_settled_by_some_verb() -> None:
    used = {rule.needs for rule in RULES.values()} | {rule.refuses for rule in RULES.values()}
    assert set(Matter) <= used
