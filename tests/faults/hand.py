"""What a fault test does inside an installation: one long-lived process with its own view of the database.

Reads a JSON list a line, [name, arguments…], and answers a JSON value a line. `Hand` is the other end.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

from tests.house.installation import ROOT, Installation


class Hand:
    def __init__(self, installation: Installation, **environment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.hand"],
            cwd=ROOT,
            # Not one of the installation's own processes: `processes()` is not to find it.
            env=installation.environment | {"TRACKER_VAR": f"{installation.folder}/"} | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, name: str, *arguments: Any) -> Any:
        self.ask(name, *arguments)
        return self.answer()

    def ask(self, name: str, *arguments: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([name, *arguments]) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the process of the test inside the installation has died"
        return json.loads(line)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


# --- the other end -------------------------------------------------------------------------------------


def people(count: int, start: int) -> list[int]:
    """That many people with an address, whose unit answers for nothing."""
    from units.models import User

    names = [f"fault{start + number}" for number in range(count)]
    User.objects.bulk_create(
        User(username=name, full_name=f"Người nhận {name}", email=f"{name}@example.vn", password="!")
        for name in names
    )
    return list(User.objects.filter(username__in=names).order_by("pk").values_list("pk", flat=True))


def fill(count: int, start: int = 0) -> list[str]:
    """A mail of today for each of `count` new people; their Message-IDs."""
    from django.db import transaction

    from core.clock import today
    from notifications import outbox
    from notifications.models import Digest, Notice

    with transaction.atomic():
        who = people(count, start)
        Notice.objects.bulk_create(
            Notice(
                recipient_id=pk, key=f"fault:{pk}", group=Notice.Group.NEWS, text="Tin", url="/", day=today()
            )
            for pk in who
        )
        outbox.gather(today())
        return list(Digest.objects.filter(recipient__in=who).values_list("message_id", flat=True))


def ring(times: int = 1) -> None:
    from core.queue import enqueue

    for _ in range(times):
        enqueue("send_notices")


def open_today() -> None:
    """Today is a working day, whatever day it is."""
    from core.clock import today
    from units.models import CalendarDay

    CalendarDay.objects.filter(day=today()).delete()
    CalendarDay.objects.create(day=today(), kind=CalendarDay.Kind.MAKEUP, name="Làm bù")


def let_leases_run_out() -> int:
    """As if the time of the leases had passed. Only when no sender lives."""
    from datetime import timedelta

    from core.clock import now
    from notifications.models import Digest

    held = Digest.objects.filter(state="pending", lease_until__isnull=False)
    return held.update(lease_until=now() - timedelta(seconds=1))


def hurry() -> None:
    """As if the pauses after an unreachable server had passed."""
    from core.clock import today
    from notifications import outbox

    outbox.hasten(today())


def outcome() -> dict[str, Any]:
    """Mails by state, and the Message-IDs of those that are sent."""
    from notifications.models import Digest

    states: dict[str, int] = {}
    for state in Digest.objects.values_list("state", flat=True):
        states[state] = states.get(state, 0) + 1
    sent = Digest.objects.filter(state="sent").values_list("message_id", flat=True)
    return {"states": states, "sent": list(sent)}


def take_runs(at: float, count: int) -> list[int]:
    """Which of `count` jobs this scheduler got. They fall due one after the other, each for all schedulers at once."""
    from notifications import jobs

    taken = []
    for number in range(count):
        time.sleep(max(0.0, at + number * 0.02 - time.time()))
        run = jobs.take("fault", str(number))
        if run is not None:
            jobs.finish(run, {"by": os.getpid()})
            taken.append(number)
    return taken


def note_facts(seconds: float) -> list[str]:
    """Writes facts one by one for that long; those the database acknowledged. What fails is tried anew."""
    import uuid

    from django.db import DatabaseError, close_old_connections, connection

    from core.clock import now
    from notifications.models import JobRun

    kept = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        name = uuid.uuid4().hex[:20]
        try:
            close_old_connections()
            JobRun.objects.create(job="fact", period=name, lease_until=now())
            kept.append(name)
        except DatabaseError:
            connection.close()
            time.sleep(0.1)
    return kept


def lost_facts(names: list[str]) -> int:
    from notifications.models import JobRun

    found = JobRun.objects.filter(job="fact").values_list("period", flat=True)
    return len(set(names) - set(found))


COMMANDS = {
    each.__name__: each
    for each in (
        fill, ring, open_today, let_leases_run_out, hurry, outcome, take_runs, note_facts, lost_facts,
    )
}  # fmt: skip

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"
    import django

    django.setup()
    for request in sys.stdin:
        command, *given = json.loads(request)
        print(json.dumps(COMMANDS[command](*given)), flush=True)
