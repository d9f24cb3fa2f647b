"""Reorganising units: a renaming, merger, split, dissolution or transfer moves what is open in one act.

Composes units, plans and tasks, so it stands on the top floor. `docs/reorganisation.md` says what moves and what stays.
"""

from tracker.reorganisation.carrying import carry_out, record_or_carry_out, withdraw
from tracker.reorganisation.moves import Moves, moves_of
from tracker.reorganisation.proposal import ChangedMeanwhile, Choices, NewUnit, Proposal, may_reorganise

__all__ = [
    "ChangedMeanwhile",
    "Choices",
    "Moves",
    "NewUnit",
    "Proposal",
    "carry_out",
    "may_reorganise",
    "moves_of",
    "record_or_carry_out",
    "withdraw",
]
