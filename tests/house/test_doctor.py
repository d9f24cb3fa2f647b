"""`manage.py doctor`: each line is green or says what to do."""

from __future__ import annotations

import shutil
from collections import namedtuple
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from core.append_only import append_only_models, lifted
from core.clock import now
from notifications.models import Heartbeat
from tests.house.installation import Installation
from tracker import doctor

pytestmark = pytest.mark.django_db


def test_a_worker_that_never_ran_or_fell_silent_is_red_and_one_that_beats_is_green() -> None:
    assert not doctor.worker().well
    Heartbeat.objects.create(name="canary", beat_at=now() - timedelta(minutes=5))
    assert doctor.worker() == (
        False,
        "im lặng 5 phút; chạy: python3 manage.py worker (lệnh start đã gồm việc này)",
    )
    Heartbeat.objects.update(beat_at=now())
    assert doctor.worker().well


def test_a_full_disk_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(100 * 2**30, 95 * 2**30, 5 * 2**30))
    assert not doctor.disk().well
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(100 * 2**30, 5 * 2**30, 95 * 2**30))
    assert doctor.disk().well


def test_a_mail_server_that_refuses_is_red(settings: Any) -> None:
    settings.EMAIL_BACKEND = "notifications.channels.smtp.BoundedBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    finding = doctor.mail()
    assert not finding.well
    assert "EMAIL_URL" in finding.text


def test_a_missing_lock_on_the_ledger_is_red() -> None:
    assert doctor.ledger().well
    table = append_only_models()[0]
    with lifted(connection, [table]):
        finding = doctor.ledger()
    assert not finding.well
    assert table._meta.db_table in finding.text


def test_a_clock_away_from_the_database_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: a file has no clock of its own")
    assert doctor.clock().well
    monkeypatch.setattr(doctor, "now", lambda: now() + timedelta(seconds=61))
    assert doctor.clock() == (False, "lệch 61 giây so với máy cơ sở dữ liệu; bật đồng bộ giờ (NTP).")


@pytest.mark.parametrize(("retry", "safe"), [(419, False), (420, True)])
def test_retry_must_outlast_the_wait_in_the_local_queue(retry: int, safe: bool) -> None:
    cluster = {"workers": 2, "queue_limit": 2, "timeout": 120, "retry": retry}
    assert doctor.retry_is_safe(cluster) is safe


def test_the_settings_we_ship_are_well(settings: Any) -> None:
    assert doctor.configuration().well, doctor.configuration().text
    settings.Q_CLUSTER = settings.Q_CLUSTER | {"retry": 130}
    assert not doctor.configuration().well


@pytest.mark.parametrize("red", [True, False])
def test_the_exit_status_is_one_when_anything_is_red(red: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    said = StringIO()
    checks = [
        ("Một", lambda: doctor.Finding(True, "tốt")),
        ("Hai", lambda: doctor.Finding(not red, "hãy sửa")),
    ]
    monkeypatch.setattr("tracker.management.commands.doctor.CHECKS", checks)
    with pytest.raises(SystemExit) as end:
        call_command("doctor", stdout=said, no_color=True)
    assert end.value.code == int(red)
    lines = said.getvalue().splitlines()
    assert lines[0].startswith("ĐẠT")
    assert lines[1] == ("CHƯA ĐẠT  Hai: hãy sửa" if red else "ĐẠT       Hai: hãy sửa")


def test_without_a_database_every_line_still_answers(installation: Installation) -> None:
    done = installation.manage("doctor", DATABASE_URL="postgres://root@127.0.0.1:1/none")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == len(doctor.CHECKS)
    assert "CHƯA ĐẠT  Cơ sở dữ liệu: không kết nối được" in done.stdout
    assert "Traceback" not in done.stderr
