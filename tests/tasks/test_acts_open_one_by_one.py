"""A closed act is a link to the same page with its form: it works without script, and opens only what is theirs."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tasks import actions
from tasks.models import Task
from tasks.panels import PANELS
from tests.cast import Cast
from units.models import User

pytestmark = pytest.mark.django_db


def page(user: User, task: Task, opened: str = "") -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse("task", args=[task.pk]), {"viec": opened} if opened else {}).content.decode()


def forms(html: str) -> list[str]:
    return re.findall(r'<details class="verb" id="([^"]+)"', html)


def links(html: str) -> list[str]:
    return re.findall(r'<a class="verb verb-link" id="[^"]+" href="([^"]+)"', html)


def test_the_page_holds_links_and_no_form_until_one_is_opened(cast: Cast) -> None:
    task = cast.task()
    html = page(cast.minh, task)
    assert forms(html) == []
    assert f"{reverse('task', args=[task.pk])}?viec=gia-han#gia-han" in links(html)


def test_every_link_opens_its_form_and_no_other(cast: Cast) -> None:
    task = cast.task(coordinators=[(cast.cn1, "coordinating")])
    for user in (cast.lan, cast.minh, cast.mai, cast.hoa):
        for link in links(page(user, task)):
            anchor = link.partition("#")[2]
            html = page(user, task, anchor)
            assert forms(html) == [anchor]
            assert f'id="{anchor}" name="viec" open' in html


def test_a_rare_act_opens_its_group_too(cast: Cast) -> None:
    html = page(cast.lan, cast.task(), PANELS["discontinue"].anchor)
    assert re.search(r'id="viec-khac" open', html)


@pytest.mark.parametrize("opened", ["gia-han", "x", "<script>", ""])
def test_what_is_not_this_persons_act_opens_nothing(cast: Cast, opened: str) -> None:
    html = page(cast.mai, cast.task(), opened)
    assert forms(html) == []
    assert "<script>" not in html


def test_the_first_act_is_a_button_that_opens_its_form(cast: Cast) -> None:
    task = cast.task()
    actions.accept(task, by=cast.minh)
    assert (
        f'class="btn btn-primary" href="{reverse("task", args=[task.pk])}?viec=trinh-ket-qua#trinh-ket-qua"'
        in page(cast.minh, task)
    )
