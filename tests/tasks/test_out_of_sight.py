"""A task that leaves somebody's sight while they are writing: what they typed comes back, the task does not."""

import pytest
from django.test import Client
from django.urls import reverse

from tasks import actions
from tasks.models import ReassignmentView, Task
from tests.cast import Cast
from units.models import User

pytestmark = pytest.mark.django_db

VIEW = "Đơn vị đồng ý nhận,\nđề nghị lùi hạn 05 ngày."


def sent(user: User, task: Task, verb: str, **data: str) -> tuple[int, str]:
    client = Client()
    client.force_login(user)
    answer = client.post(reverse("task_verb", args=[task.pk, verb]), data)
    return answer.status_code, answer.content.decode()


@pytest.fixture
def proposed(cast: Cast) -> Task:
    task = cast.task(title="Rà soát quy trình cấp giấy")
    actions.propose_reassignment(task, by=cast.minh, reason="Không đúng việc", proposed_unit=cast.vpdk)
    return task


def test_a_view_on_a_proposal_withdrawn_meanwhile_comes_back_with_the_reason(
    cast: Cast, proposed: Task
) -> None:
    actions.withdraw_reassignment(proposed, by=cast.minh)
    status, page = sent(cast.dung, proposed, "give_view", text=VIEW)
    assert status == 409
    assert "Đề nghị giao lại đã được rút" in page
    assert "Đơn vị đồng ý nhận,<br>đề nghị lùi hạn 05 ngày." in page
    assert "Rà soát quy trình cấp giấy" not in page, "nothing of a task that is no longer theirs"
    assert not ReassignmentView.objects.exists()


@pytest.mark.parametrize(
    ("agreed", "words"), [(False, "không đồng ý giao lại"), (True, "giao lại cho đơn vị khác")]
)
def test_so_does_one_on_a_proposal_the_leader_has_decided(
    cast: Cast, proposed: Task, agreed: bool, words: str
) -> None:
    actions.decide_reassignment(
        proposed, by=cast.hoa, agreed=agreed, new_lead=cast.vp if agreed else None, note="Đã xem xét"
    )
    status, page = sent(cast.dung, proposed, "give_view", text=VIEW)
    assert status == 409 and words in page and "Đơn vị đồng ý nhận" in page


def test_so_does_a_report_of_the_unit_the_task_was_taken_from(cast: Cast) -> None:
    task = cast.task()
    actions.hand_over(task, by=cast.hoa, to=cast.vpdk, reason="Đúng chức năng")
    status, page = sent(cast.mai, task, "update", text="Đã xong 3/5 quy trình", percent="60")
    assert status == 409
    assert "đã được giao lại" in page and "Đã xong 3/5 quy trình" in page and "60" in page


def test_a_task_that_never_was_theirs_does_not_exist_for_them(cast: Cast, proposed: Task) -> None:
    assert sent(cast.tu, proposed, "give_view", text=VIEW)[0] == 404
    assert sent(cast.stranger, proposed, "give_view", text=VIEW)[0] == 404
    client = Client()
    client.force_login(cast.dung)
    actions.withdraw_reassignment(proposed, by=cast.minh)
    assert client.get(reverse("task", args=[proposed.pk])).status_code == 404, (
        "only what was typed comes back"
    )
