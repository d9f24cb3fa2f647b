"""The verbs of a task. Each checks who and when under the row lock, writes the facts and one event, or nothing.

Pages, imports, commands and the demo call these; nothing else writes `execution`, `confirmation` or a date that
follows from a fact. `RuleBroken` carries the reason in words for the person.
"""

from tasks.actions.answering import (
    accept,
    ask_extension,
    attach,
    delegate,
    officers_of,
    proves_also,
    submit,
    update_progress,
    withdraw,
)
from tasks.actions.common import may, verbs_for
from tasks.actions.dates import correct_deadline, read_phrase, receive
from tasks.actions.exchanging import (
    answer_obstacle,
    decide_reassignment,
    deliver_part,
    explain,
    give_view,
    judge,
    propose_reassignment,
    raise_obstacle,
    request_explanation,
    return_part,
    withdraw_reassignment,
)
from tasks.actions.giving import assign, assign_member
from tasks.actions.handing_over import carry_over, hand_over
from tasks.actions.removing import decide_removal, read_for_decision, request_removal
from tasks.actions.reviewing import (
    add_basis,
    confirm,
    decide_extension,
    direct,
    discontinue,
    note_reported,
    reopen,
    resume,
    return_result,
    suspend,
)
from tasks.drafting import save_task, set_deadline
from units.actions import RuleBroken

__all__ = [
    "RuleBroken",
    "accept",
    "add_basis",
    "answer_obstacle",
    "ask_extension",
    "assign",
    "assign_member",
    "attach",
    "carry_over",
    "confirm",
    "correct_deadline",
    "decide_extension",
    "decide_reassignment",
    "decide_removal",
    "delegate",
    "deliver_part",
    "direct",
    "discontinue",
    "explain",
    "give_view",
    "hand_over",
    "judge",
    "may",
    "note_reported",
    "officers_of",
    "propose_reassignment",
    "proves_also",
    "raise_obstacle",
    "read_for_decision",
    "read_phrase",
    "receive",
    "reopen",
    "request_explanation",
    "request_removal",
    "resume",
    "return_part",
    "return_result",
    "save_task",
    "set_deadline",
    "submit",
    "suspend",
    "update_progress",
    "verbs_for",
    "withdraw",
    "withdraw_reassignment",
]
