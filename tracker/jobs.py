"""What the queue calls of the top floor. The bell of each minute rings here, because what it wakes composes apps."""

import logging
from datetime import timedelta

from core.clock import today
from notifications import jobs
from tasks.jobs import write_task_figures
from tasks.models import Handover
from tracker import handover
from tracker.reorganisation.carrying import carry_out_due

logger = logging.getLogger("tracker.jobs")

REORGANISATIONS = "reorganisations"
TASK_FIGURES = "task_figures"


def tick() -> None:
    """Each minute: what takes effect today comes before the reminders of today. A part that fails stops no other."""
    for part in (reorganise_today, hand_over_today, count_tasks_today):
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
