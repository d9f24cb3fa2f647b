"""Targets that will hardly be reached: sentences the owner may take into a report, never written by themselves. Pure.

Office rule 31: in documents only "khó đạt nếu giữ tiến độ hiện nay; cần …", after the owner accepted it.
"""

from core.text import date_vi
from reports.snapshot import Snapshot, rate_of
from reports.wording import is_ahead, points, titled


def forecasts(snapshot: Snapshot) -> tuple[str, ...]:
    """Targets a straight line through the last two figures, by their own days, does not bring to their milestone.

    What the pages call on track is not called hard to reach.
    """
    if snapshot.previous is None:
        return ()
    courses = [each for whole in snapshot.courses for each in (whole, *whole.members)]
    # The office accepted more exact words (`assessment`), or there is nothing to say.
    settled = {each.key for each in courses if each.needs or not each.off_track}
    found = []
    for row in snapshot.targets:
        before = snapshot.previous_figure(row.key)
        if (
            row.member
            or row.key in settled
            or not row.newest
            or not is_ahead(row)
            or before is None
            or row.milestone_on is None
            or row.figure is None
            or before.as_of >= row.figure.as_of
            or (row.redefined_on is not None and before.as_of < row.redefined_on)
        ):
            continue
        figure_before = rate_of(before, row.is_ratio)
        gap = row.gap
        if figure_before is None or gap is None or row.rate is None:
            continue
        passed = (row.figure.as_of - before.as_of).days
        left = max(0, (row.milestone_on - row.figure.as_of).days)
        gained = (row.rate - figure_before) * left / passed
        upward = row.comparator in ("ge", "gt", "up") or (row.comparator == "rg" and gap < 0)
        enough = gained + gap >= 0 if upward else gained + gap <= 0
        if not enough:
            found.append(
                f"{titled(row)} khó đạt nếu giữ tiến độ hiện nay; cần {'tăng' if gap < 0 else 'giảm'} thêm"
                f" {points(gap, row)} đến ngày {date_vi(row.milestone_on)}."
            )
    return tuple(found)
