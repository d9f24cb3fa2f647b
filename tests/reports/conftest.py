"""The month of `scene.november`, on the day of sending. Its figures are frozen data: read once for all tests."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from reports.actions import create_draft
from reports.collect import collect
from reports.models import AgencyProfile, Report
from reports.profiles import default_profile
from reports.snapshot import Snapshot
from tests.cast import Cast
from tests.reports import scene


@pytest.fixture(scope="session")
def figures(django_db_setup: None, django_db_blocker: Any) -> Snapshot:
    """November's snapshot; the database it came from is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = scene.november()
        with scene.on(scene.SENDING):
            found = collect(cast.plan, scene.NOVEMBER, scene.NOVEMBER.end)
        transaction.set_rollback(True)
    return found


@pytest.fixture
def office(db: None) -> Iterator[Cast]:
    cast = scene.november()
    with scene.on(scene.SENDING):
        yield cast


@pytest.fixture
def internal(office: Cast) -> AgencyProfile:
    return default_profile(office.vp, AgencyProfile.Reach.INTERNAL)


@pytest.fixture
def draft(office: Cast, internal: AgencyProfile) -> Report:
    return create_draft(office.plan, scene.NOVEMBER, internal, by=office.lan)
