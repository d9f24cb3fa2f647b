"""Who is signed in is asked of the database on every page: what ended there has ended at once."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from core.clock import now
from tests.cast import Cast
from units.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.lan)
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("tasks")).status_code == 200


def test_a_session_ends_by_itself(browser: Client) -> None:
    signed_in = now()
    with time_machine.travel(signed_in + timedelta(seconds=settings.SESSION_COOKIE_AGE - 60), tick=False):
        assert is_in(browser)
    with time_machine.travel(signed_in + timedelta(seconds=settings.SESSION_COOKIE_AGE + 60), tick=False):
        assert not is_in(browser)


def test_a_session_that_was_taken_away_is_gone(browser: Client) -> None:
    Session.objects.all().delete()
    assert not is_in(browser)


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_demo": True}, {"password": "md5$x$changed"}])
def test_an_account_that_may_not_sign_in_any_more_is_out(
    browser: Client, cast: Cast, change: dict[str, object]
) -> None:
    """Closed, printed for the demo only, or with another password since."""
    User.objects.filter(pk=cast.lan.pk).update(**change)
    assert not is_in(browser)


def test_a_role_that_ended_is_gone_from_the_next_page(browser: Client, cast: Cast) -> None:
    task = cast.task()
    page = reverse("task", args=[task.pk])
    assert browser.get(page).status_code == 200
    cast.lan.grants.update(valid_to=now().date() - timedelta(days=1))
    assert browser.get(page).status_code == 404
