"""Figures of one person: seen by that person at once, by the direct head after the person could comment."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.append_only import AppendOnlyError
from tasks import actions
from tasks.actions import RuleBroken, reviews
from tasks.models import PersonReview
from tests.cast import Cast
from tests.tasks.test_states_of_a_day import at
from units.actions import grant_role
from units.models import User
from units.permissions import Role

pytestmark = pytest.mark.django_db

FROM, TO = date(2026, 1, 1), date(2026, 11, 30)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def asked(cast: Cast) -> PersonReview:
    """Minh asked Mai on Tuesday 13 October; she has until the end of Tuesday 20."""
    task = cast.task("NV01", title="Việc giao cho Mai")
    actions.delegate(task, by=cast.minh, officer=cast.mai)
    cast.task("NV02", title="Việc không giao cho ai")
    return reviews.ask_comment(cast.ptd, person=cast.mai, starts_on=FROM, ends_on=TO, by=cast.minh)


def status(user: User, review: PersonReview) -> int:
    return signed_in(user).get(reverse("review", args=[review.pk])).status_code


def test_the_person_sees_the_own_figures_and_only_the_own_tasks(cast: Cast, asked: PersonReview) -> None:
    for response in (
        signed_in(cast.mai).get(reverse("my_figures")),
        signed_in(cast.mai).get(reverse("review", args=[asked.pk])),
    ):
        assert dict(response.context["table"]["pairs"])["Được giao"] == "1"
        body = response.content.decode()
        assert "Việc giao cho Mai" in body and "Việc không giao cho ai" not in body


def test_the_head_waits_until_the_person_could_comment(cast: Cast, asked: PersonReview) -> None:
    assert asked.answer_by == date(2026, 10, 20)
    assert status(cast.minh, asked) == 403
    with at(date(2026, 10, 20)):
        assert status(cast.minh, asked) == 403
    with at(date(2026, 10, 21)):
        assert status(cast.minh, asked) == 200


@pytest.mark.parametrize("answer", [{"text": "Hai việc chờ Bộ hướng dẫn"}, {"nothing_to_add": True}])
def test_any_answer_opens_the_figures_to_the_head(cast: Cast, asked: PersonReview, answer: Any) -> None:
    reviews.comment(asked, by=cast.mai, **answer)
    response = signed_in(cast.minh).get(reverse("review", args=[asked.pk]))
    assert response.status_code == 200
    assert (answer.get("text") or "Không có ý kiến bổ sung") in response.content.decode()


def test_nobody_else_learns_that_somebody_was_asked(cast: Cast, asked: PersonReview) -> None:
    reviews.comment(asked, by=cast.mai, nothing_to_add=True)
    above = User.objects.create(username="tren", full_name="Thủ trưởng cấp trên")
    grant_role(above, Role.UNIT_HEAD, cast.so, by=None, valid_from=date(2020, 1, 1))
    for other in (cast.hoa, cast.lan, cast.son, cast.tu, cast.dung, above):
        assert status(other, asked) == 404


def test_only_the_direct_head_asks_and_only_the_own_people(cast: Cast) -> None:
    for by in (cast.hoa, cast.lan, cast.mai, cast.dung):
        with pytest.raises(RuleBroken, match="thủ trưởng trực tiếp"):
            reviews.ask_comment(cast.ptd, person=cast.mai, starts_on=FROM, ends_on=TO, by=by)
    with pytest.raises(RuleBroken, match="không thuộc đơn vị"):
        reviews.ask_comment(cast.ptd, person=cast.tu, starts_on=FROM, ends_on=TO, by=cast.minh)
    with pytest.raises(RuleBroken, match="Số liệu của tôi"):
        reviews.ask_comment(cast.ptd, person=cast.minh, starts_on=FROM, ends_on=TO, by=cast.minh)


def test_asking_again_does_not_give_or_take_time(cast: Cast, asked: PersonReview) -> None:
    with at(date(2026, 10, 19)):
        again = reviews.ask_comment(cast.ptd, person=cast.mai, starts_on=FROM, ends_on=TO, by=cast.minh)
    assert again == asked and again.answer_by == date(2026, 10, 20)


def test_only_the_person_comments_and_a_comment_stays(cast: Cast, asked: PersonReview) -> None:
    with pytest.raises(RuleBroken, match="Chỉ người được lấy ý kiến"):
        reviews.comment(asked, by=cast.minh, text="Thay lời")
    with pytest.raises(RuleBroken, match="Hãy ghi ý kiến"):
        reviews.comment(asked, by=cast.mai)
    said = reviews.comment(asked, by=cast.mai, text="Ý kiến")
    said.text = "Khác"
    with pytest.raises(AppendOnlyError):
        said.save()


def test_the_pages_ask_and_answer(cast: Cast) -> None:
    head, person = signed_in(cast.minh), signed_in(cast.mai)
    prefix = f"dv{cast.ptd.pk}"
    data = {
        f"{prefix}-person": cast.mai.pk,
        f"{prefix}-starts_on": "01/01/2026",
        f"{prefix}-ends_on": "30/11/2026",
    }
    assert head.post(reverse("review_ask", args=[cast.ptd.pk]), data).status_code == 302
    review = PersonReview.objects.get()
    assert "Chờ ý kiến đến hết ngày 20/10/2026" in head.get(reverse("people_reviews")).content.decode()
    assert "đề nghị ngày 13/10/2026" in person.get(reverse("my_figures")).content.decode()
    url = reverse("review_comment", args=[review.pk])
    wrong = person.post(url, {})
    assert wrong.status_code == 422 and "Hãy ghi ý kiến" in wrong.content.decode()
    assert head.post(url, {f"y{review.pk}-nothing_to_add": "on"}).status_code == 403
    assert person.post(url, {f"y{review.pk}-text": "Đã làm hết sức"}).status_code == 302
    assert "Đã làm hết sức" in head.get(reverse("review", args=[review.pk])).content.decode()


def test_no_page_scores_or_grades(cast: Cast, asked: PersonReview) -> None:
    body = signed_in(cast.mai).get(reverse("review", args=[asked.pk])).content.decode().lower()
    for word in ("điểm số", "xuất sắc", "hoàn thành tốt", "xếp hạng"):
        assert word not in body


def test_work_done_by_somebody_before_belongs_to_the_one_who_has_it(cast: Cast, asked: PersonReview) -> None:
    """A task handed over to another unit leaves the officer it was given to."""
    with at(date(2026, 10, 14)):
        actions.hand_over(cast_task(), by=cast.hoa, to=cast.vpdk, reason="Đúng chức năng")
        response = signed_in(cast.mai).get(reverse("my_figures"))
    assert dict(response.context["table"]["pairs"])["Được giao"] == "0"


def cast_task() -> Any:
    from tasks.models import Task

    return Task.objects.get(code="NV01")
