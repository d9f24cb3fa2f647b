"""Each document is built once for a file of tests; a test works inside a savepoint and is rolled back."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction

from tests.seeds.registry import SEEDS
from tests.seeds.scene import Seed


@pytest.fixture(scope="module")
def built(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[Seed]:
    """The document whose number is the parameter ("0" … "4"), with the clock at its own moment."""
    moment, build = SEEDS[request.param]
    with time_machine.travel(moment, tick=False), django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def seed(built: Seed, db: None) -> Seed:
    return built
