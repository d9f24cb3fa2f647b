"""`docs/verbs.md` is the two tables of verbs as people read them. Made by `python -m tests.tasks.test_verbs_page`."""

from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "verbs.md"

HEAD = """# The verbs of a task

Made from `tasks/rules.py` (when, with what) and `units/permissions.py` (who); a test holds this page equal to them.

Who: **answering** acts for the unit that answers (for a view, the proposed unit too; for an obstacle, the unit asked;
for a part, the coordinating unit); **tracking** is the office that follows the plan, which also records for units that
never sign in ("Văn phòng nhập thay") and for leaders; **deciding** is the leader in charge. A clerk sends where the
unit's setting lets the clerk. *Leader named*: an officer only records the decision and must say which leader decided,
how, and on what paper (which may come later). Nobody confirms, returns, judges or decides on what they sent themselves.

On an order to many `correct_deadline`, `suspend`, `resume`, `reopen` and `discontinue` reach its parts: each gets a
line that follows the order's and owes no paper of its own; the paper added to the order settles all. A part with a
deadline of its own (extended, or mended alone) keeps it; one that was stopped by itself does not go on with the order.

| verb | button | from execution | from confirmation | needs open | must not stand | required | who | leader named |
|---|---|---|---|---|---|---|---|---|
"""


def page() -> str:
    from tasks.rules import RULES
    from tasks.status import Confirmation, Execution
    from units.permissions import SENT_BY_HEAD, VERBS

    lines = []
    for verb, rule in RULES.items():
        who = VERBS[f"task.{verb}"]
        sides = {"answering": who.answering, "tracking": who.tracking, "deciding": who.deciding}
        people = "; ".join(f"{side}: {', '.join(roles)}" for side, roles in sides.items() if roles)
        if f"task.{verb}" in SENT_BY_HEAD:
            people += " (clerk by setting)"
        execution = "any" if rule.execution >= set(Execution) else ", ".join(sorted(rule.execution))
        confirmation = (
            "any" if rule.confirmation >= set(Confirmation) else ", ".join(sorted(rule.confirmation))
        )
        cells = [
            f"`{verb}`", rule.label, execution, confirmation, rule.needs or "", rule.refuses or "",
            ", ".join(rule.required), people, "yes" if rule.leader_decides else "",
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |\n")
    return HEAD + "".join(lines)


def test_the_page_says_what_the_tables_say() -> None:
    assert PAGE.read_text() == page(), "make it again: python -m tests.tasks.test_verbs_page"


if __name__ == "__main__":
    import django

    django.setup()
    PAGE.write_text(page())
