"""What the queue calls of the top floor. The bell of each minute rings here, because what it wakes composes apps."""

import logging

from core.clock import today
from notifications import jobs
from tracker.reorganisation.carrying import carry_out_due

logger = logging.getLogger("tracker.jobs")

REORGANISATIONS = "reorganisations"


def tick() -> None:
    """Each minute: what takes effect today comes before the reminders of today."""
    try:
        reorganise_today()
    except Exception:
        logger.exception("reorganise_today failed")
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
