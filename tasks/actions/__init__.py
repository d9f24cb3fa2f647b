"""The verbs of a task. Each checks who and when under the row lock, writes the facts and one event, or nothing.

Pages, imports, commands and the demo call these; nothing else writes `execution`, `confirmation` or a date that
follows from a fact. `RuleBroken` carries the reason in words for the person.
"""

from tasks.actions.answering import (
    DEFAULT_NOTICE_DAYS,
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
from tasks.actions.calendar_days import recount_for_calendar
from tasks.actions.collecting import Chain, order_with_synthesis
from tasks.actions.common import leader_is_named, may, open_verbs, verbs_for
from tasks.actions.dates import Recounted, correct_deadline, read_phrase, receive, recount_deadlines
from tasks.actions.duties import end_rhythm, log_breach, set_check_in, set_rhythm
from tasks.actions.exchanging import (
    REPLY_WORKDAYS,
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
from tasks.actions.handing_over import carry_along, carry_over, hand_over
from tasks.actions.occurring import open_occurrences
from tasks.actions.openings import note_opening
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
    tell_group,
    urge,
)
from tasks.actions.transferring import transfer
from tasks.actions.writing import Along, Leads, delete_draft, write_task
from tasks.drafting import save_task, set_deadline
from units.actions import RuleBroken

__all__ = [
    "DEFAULT_NOTICE_DAYS",
    "REPLY_WORKDAYS",
    "Along",
    "Chain",
    "Leads",
    "Recounted",
    "RuleBroken",
    "accept",
    "add_basis",
    "answer_obstacle",
    "ask_extension",
    "assign",
    "assign_member",
    "attach",
    "carry_along",
    "carry_over",
    "confirm",
    "correct_deadline",
    "decide_extension",
    "decide_reassignment",
    "decide_removal",
    "delegate",
    "delete_draft",
    "deliver_part",
    "direct",
    "discontinue",
    "end_rhythm",
    "explain",
    "give_view",
    "hand_over",
    "judge",
    "leader_is_named",
    "log_breach",
    "may",
    "note_opening",
    "note_reported",
    "officers_of",
    "open_occurrences",
    "open_verbs",
    "order_with_synthesis",
    "propose_reassignment",
    "proves_also",
    "raise_obstacle",
    "read_for_decision",
    "read_phrase",
    "receive",
    "recount_deadlines",
    "recount_for_calendar",
    "reopen",
    "request_explanation",
    "request_removal",
    "resume",
    "return_part",
    "return_result",
    "save_task",
    "set_check_in",
    "set_deadline",
    "set_rhythm",
    "submit",
    "suspend",
    "tell_group",
    "transfer",
    "update_progress",
    "urge",
    "verbs_for",
    "withdraw",
    "withdraw_reassignment",
    "write_task",
]
