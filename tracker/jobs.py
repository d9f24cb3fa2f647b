"""What the queue may call of the work that joins several apps."""

from core.clock import today
from tracker import handover


def carry_out_handovers() -> int:
    """Handovers whose day has come; may run twice: each is carried out once, under its row lock."""
    return handover.carry_out_due(today())
