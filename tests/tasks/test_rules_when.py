"""When each verb may be done, against `rules_when.txt`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.deadlines import DeadlineKind
from tasks import actions
from tasks.actions import RuleBroken
from tasks.matters import Matters
from tasks.models import Task
from tasks.rules import MISSING, RULES, STANDS, Matter, refusal
from tasks.status import Confirmation, Execution
from tests.cast import SAID, TODAY, Cast

LETTERS = {
    "n": Confirmation.NONE,
    "s": Confirmation.SUBMITTED,
    "r": Confirmation.RETURNED,
    "c": Confirmation.CONFIRMED,
}
STATES = {
    "unstarted": Execution.NOT_STARTED,
    "accepted": Execution.ACKNOWLEDGED,
    "working": Execution.IN_PROGRESS,
    "reassign": Execution.REASSIGN,
    "suspended": Execution.SUSPENDED,
    "done": Execution.DONE,
    "stopped": Execution.DISCONTINUED,
}


def read_table(text: str) -> dict[str, dict[str, str]]:
    """Verb → column → cell."""
    rows = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    head = rows[0][1:]
    assert all(len(row) == len(head) + 1 for row in rows)
    return {row[0]: dict(zip(head, row[1:], strict=True)) for row in rows[1:]}


EXPECTED = read_table(Path(__file__).with_name("rules_when.txt").read_text(encoding="utf-8"))


def open_task(**fields: Any) -> Task:
    """A given task with a lead and a deadline, in a state from which the verb may start unless told otherwise."""
    given = {
        "lead_unit_id": 1,
        "assigned_on": TODAY,
        "first_effective_end": TODAY,
        "effective_end": TODAY,
        "deadline_kind": DeadlineKind.DATE,
    }
    return Task(**(given | fields))


def first_state(verb: str) -> dict[str, str]:
    """One state from which the verb may start, by the table."""
    state = next(name for name in STATES if EXPECTED[verb][name] != ".")
    return {"execution": STATES[state], "confirmation": LETTERS[EXPECTED[verb][state][0]]}


def last_state(verb: str) -> dict[str, str]:
    state = [name for name in STATES if EXPECTED[verb][name] != "."][-1]
    return {"execution": STATES[state], "confirmation": LETTERS[EXPECTED[verb][state][0]]}


def some_kind(verb: str) -> DeadlineKind:
    return DeadlineKind.STANDING if EXPECTED[verb]["standing"] == "only" else DeadlineKind.DATE


def test_every_verb_stands_in_the_table() -> None:
    assert EXPECTED.keys() == RULES.keys()
    assert set(STATES.values()) == set(Execution) and set(LETTERS.values()) == set(Confirmation)


@pytest.mark.parametrize("verb", EXPECTED)
def test_a_verb_starts_only_from_the_states_of_the_table(verb: str) -> None:
    wrong = []
    for name, execution in STATES.items():
        for letter, confirmation in LETTERS.items():
            task = open_task(execution=execution, confirmation=confirmation, deadline_kind=some_kind(verb))
            if (refusal(verb, task) is None) != (letter in EXPECTED[verb][name]):
                wrong.append(f"{verb} {name} {confirmation}: {refusal(verb, task) or 'may'}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("verb", EXPECTED)
def test_nothing_is_done_to_a_draft(verb: str) -> None:
    draft = open_task(assigned_on=None, deadline_kind=some_kind(verb), **first_state(verb))
    assert refusal(verb, draft) == "Nhiệm vụ chưa được giao."


@pytest.mark.parametrize("verb", EXPECTED)
def test_an_order_to_many_is_worked_on_in_its_parts(verb: str) -> None:
    order = open_task(lead_unit_id=None, deadline_kind=some_kind(verb), **last_state(verb))
    many = EXPECTED[verb]["many"] == "many"
    words = "Nhiệm vụ giao nhiều đơn vị: hãy mở nhiệm vụ của từng đơn vị."
    assert refusal(verb, order) == (None if many else words)


@pytest.mark.parametrize("verb", EXPECTED)
def test_what_speaks_of_a_deadline_needs_one(verb: str) -> None:
    task = open_task(
        effective_end=None, first_effective_end=None, deadline_kind=some_kind(verb), **first_state(verb)
    )
    dated = EXPECTED[verb]["date"] == "dated"
    assert refusal(verb, task) == ("Nhiệm vụ không có thời hạn." if dated else None)


@pytest.mark.parametrize("kind", DeadlineKind)
@pytest.mark.parametrize("verb", EXPECTED)
def test_a_standing_order_is_never_finished_and_only_it_has_a_rhythm(verb: str, kind: DeadlineKind) -> None:
    standing = kind in (DeadlineKind.STANDING, DeadlineKind.RECURRING)
    found = refusal(verb, open_task(deadline_kind=kind, **first_state(verb)))
    match EXPECTED[verb]["standing"], standing:
        case "no", True:
            assert found == "Nhiệm vụ thường xuyên, định kỳ không trình hoàn thành; hãy cập nhật tiến độ."
        case "only", False:
            assert found == (
                "Chỉ nhiệm vụ thường xuyên, định kỳ mới đặt nhịp; nếu đọc sai thì đính chính thời hạn trước."
            )
        case _:
            assert found is None


@pytest.mark.parametrize(
    ("verb", "state", "words"),
    [
        ("reopen", {"execution": Execution.IN_PROGRESS}, "Nhiệm vụ đang được thực hiện, không cần mở lại."),
        ("resume", {"execution": Execution.NOT_STARTED}, "Nhiệm vụ chưa được thực hiện."),
        ("accept", {"execution": Execution.ACKNOWLEDGED}, "Nhiệm vụ đã được tiếp nhận."),
        ("resume", {"execution": Execution.IN_PROGRESS}, "Nhiệm vụ không ở tình trạng tạm dừng."),
        (
            "update",
            {"execution": Execution.DONE},
            "Nhiệm vụ đang ở tình trạng “Hoàn thành”; cần làm tiếp thì đề nghị Văn phòng “Mở lại nhiệm vụ”.",
        ),
        (
            "reopen",
            {"execution": Execution.DONE, "lead_unit_id": None},
            "Các đơn vị đã hoàn thành: hãy mở lại ở nhiệm vụ của từng đơn vị.",
        ),
        (
            "update",
            {"confirmation": Confirmation.SUBMITTED},
            "Kết quả đã trình và đang chờ xác nhận; hãy rút lại trước khi sửa.",
        ),
        (
            "correct_deadline",
            {"effective_end": TODAY.replace(month=12)},
            "Nhiệm vụ đã được gia hạn; thời hạn chỉ thay đổi bằng quyết định gia hạn.",
        ),
        ("confirm", {"confirmation": Confirmation.RETURNED}, "Chưa có kết quả nào đang chờ xác nhận."),
    ],
)
def test_a_refusal_says_what_stands_in_the_way(verb: str, state: dict[str, str], words: str) -> None:
    assert refusal(verb, open_task(**state)) == words


@pytest.mark.parametrize("verb", EXPECTED)
def test_who_must_be_named_and_what_must_be_written(verb: str) -> None:
    assert RULES[verb].leader_decides == (EXPECTED[verb]["leader"] == "named")
    texts = [] if EXPECTED[verb]["texts"] == "." else EXPECTED[verb]["texts"].split(",")
    assert list(RULES[verb].required) == texts


# --- What stands open between the parties -----------------------------------------------------------------------------


def matters_of(task: Task) -> Matters:
    return Matters(Task.objects.get(pk=task.pk))


def test_what_settles_a_matter_is_refused_until_it_was_begun(cast: Cast) -> None:
    matters = matters_of(cast.task())
    needed = {verb: row["needs"] for verb, row in EXPECTED.items()}
    assert {verb: matters.refusal(verb) for verb in RULES} == {
        verb: None if need == "." else MISSING[Matter(need)] for verb, need in needed.items()
    }


BEGUN: dict[str, Callable[[Cast, Task], Any]] = {
    "extension": lambda c, t: actions.ask_extension(
        t, by=c.minh, proposed_end=TODAY.replace(month=12), reason="Chờ hướng dẫn"
    ),
    "reassignment": lambda c, t: actions.propose_reassignment(t, by=c.minh, reason="Không đúng chức năng"),
    "explanation": lambda c, t: actions.request_explanation(t, by=c.hoa, about="Vì sao chậm", decision=SAID),
}


@pytest.mark.parametrize("matter", BEGUN)
def test_what_was_begun_is_not_begun_twice(cast: Cast, matter: str) -> None:
    task = cast.task()
    BEGUN[matter](cast, task)
    refused = {verb for verb in RULES if matters_of(task).refusal(verb) == STANDS[Matter(matter)]}
    assert refused == {verb for verb, row in EXPECTED.items() if row["refuses"] == matter}
    with pytest.raises(RuleBroken):
        BEGUN[matter](cast, Task.objects.get(pk=task.pk))
