"""What the queue calls of the top floor. The bell of each minute rings here, because what it wakes composes apps."""

import logging
from datetime import timedelta

from core.clock import today
from notifications import jobs
from plans import rounds
from plans.definitions import bring_into_force
from tasks.jobs import write_task_figures
from tasks.models import Handover
from tracker import handover
from tracker.reorganisation.carrying import carry_out_due

logger = logging.getLogger("tracker.jobs")

REORGANISATIONS = "reorganisations"
DEFINITIONS = "definitions"
ROUNDS = "rounds"
TASK_FIGURES = "task_figures"


def tick() -> None:
    """Each minute: what takes effect today comes before the reminders of today. A part that fails stops no other."""
    for part in (reorganise_today, hand_over_today, redefine_today, run_rounds_today, count_tasks_today):
        try:
            part()
        except Exception:
            logger.exception("%s failed", part.__name__)
    jobs.tick()


def reorganise_today() -> bool:
    """Reorganisations whose day has come, once a day; whether this call looked. What the rules refuse stays pending and
    is tried again tomorrow."""
    run = jobs.take(REORGANISATIONS, today().isoformat())
    if run is None:
        return False
    done, refused = carry_out_due()
    jobs.finish(run, {"done": done, "refused": len(refused)})
    return True


def count_tasks_today() -> bool:
    """The figures counted from tasks as of the end of yesterday, once a day; whether this call counted."""
    run = jobs.take(TASK_FIGURES, today().isoformat())
    if run is None:
        return False
    jobs.finish(run, {"written": write_task_figures(today() - timedelta(days=1))})
    return True


def hand_over_today() -> int:
    """Handovers whose day has come; may run twice: each is carried out once, under its row lock."""
    if not Handover.objects.due(today()).exists():
        return 0
    return handover.carry_out_due(today())


def redefine_today() -> bool:
    """Definitions of indicators that begin today, once a day; whether this call looked."""
    run = jobs.take(DEFINITIONS, today().isoformat())
    if run is None:
        return False
    jobs.finish(run, {"done": bring_into_force(today())})
    return True


def run_rounds_today() -> bool:
    """Reporting rounds that are to be seen from today on, and those whose lock has come, once a day; whether this call
    looked. After the reorganisations of the day, so that a round asks the units of today."""
    run = jobs.take(ROUNDS, today().isoformat())
    if run is None:
        return False
    opened, locked = rounds.open_due_rounds(today()), rounds.lock_due_rounds(today())
    jobs.finish(run, {"opened": opened, "locked": locked})
    return True
