"""A figure corrected after a report was signed: which reports printed it, what is decided, what the next one says."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.periods import parse
from plans import rounds
from plans.actions import accept_figure, report_figure
from plans.corrections import correct_figure
from plans.models import Indicator, Measurement
from plans.rounds import Days
from reports import actions, prose
from reports.collect import collect
from reports.corrections import OWN_ROW, PREVIOUS_COLUMN, SUM_ROW, correction_of, decide_remedy, printed_in
from reports.layouts import progress
from reports.models import AgencyProfile, PrintedFigureRemedy, Report
from reports.profiles import default_profile, letterhead_of
from reports.snapshot import from_text, sha256, to_text
from tests.cast import Cast
from tests.reports import scene
from tests.reports.paper_words import faults, words
from units.actions import RuleBroken

pytestmark = pytest.mark.django_db

DECEMBER = parse("month", "2026-12")
AFTER_THE_LOCK, MID_DECEMBER = date(2026, 11, 23), date(2026, 12, 15)


def issue(report: Report, office: Cast, number: str, on: date) -> Report:
    actions.submit_for_signature(report, by=office.lan)
    file = SimpleUploadedFile("bao-cao.pdf", b"%PDF-1.7\n%%EOF\n")
    return actions.issue(
        report, by=office.lan, number=number, issued_on=on, signer="Lý Phương Thảo", file=file
    )


@pytest.fixture
def signed(office: Cast, internal: AgencyProfile) -> Report:
    """November's report: the first branch scanned 171 of 342, both branches together 261 of 602."""
    figures = [(each.indicator, each.unit) for each in rounds.wanted_in_window(office.vp, scene.NOVEMBER)]
    days = Days(date(2026, 11, 15), date(2026, 11, 17), 1, date(2026, 11, 20))
    rounds.open_round(office.vp, scene.NOVEMBER, figures, days, by=office.lan)
    draft = actions.create_draft(office.plan, scene.NOVEMBER, internal, by=office.lan)
    return issue(draft, office, "125", date(2026, 11, 16))


def correction(office: Cast, *, accepted: bool = True, unit: Any = None, **fields: Any) -> Measurement:
    scans = Indicator.objects.get(code="SHHS")
    given = {"numerator": Decimal(137), "denominator": Decimal(342), "reason": "Đếm trùng hồ sơ bản giấy."}
    with scene.on(AFTER_THE_LOCK):
        made = correct_figure(scans, unit or office.cn1, scene.NOVEMBER, by=office.tu, **(given | fields))
        if accepted:
            accept_figure(made, by=office.lan)
    return made


def december(office: Cast) -> Any:
    with scene.on(MID_DECEMBER):
        return collect(office.plan, DECEMBER, DECEMBER.end)


# --- Which reports printed it -----------------------------------------------------------------------


def test_the_signed_report_is_named_with_the_places_of_the_old_figure(office: Cast, signed: Report) -> None:
    found = printed_in(correction_of(correction(office)))
    assert [(each.report, each.places) for each in found] == [(signed, (SUM_ROW, OWN_ROW))]


def test_a_draft_printed_nothing(office: Cast, internal: AgencyProfile, signed: Report) -> None:
    with scene.on(date(2026, 11, 20)):
        actions.create_draft(office.plan, parse("week", "2026-W46"), internal, by=office.lan)
    assert len(printed_in(correction_of(correction(office)))) == 1


def test_the_column_of_the_period_before_counts_as_printed(
    office: Cast, internal: AgencyProfile, signed: Report
) -> None:
    with scene.on(MID_DECEMBER):
        scans = Indicator.objects.get(code="SHHS")
        made = report_figure(
            scans, office.cn1, DECEMBER, by=office.tu, numerator=Decimal(200), denominator=Decimal(400)
        )
        accept_figure(made, by=office.lan)
        later = issue(
            actions.create_draft(office.plan, DECEMBER, internal, by=office.lan), office, "140", MID_DECEMBER
        )
    with scene.on(date(2026, 12, 21)):
        asked = correct_figure(
            scans, office.cn1, scene.NOVEMBER, by=office.tu, numerator=Decimal(137), denominator=Decimal(342),
            reason="Đếm trùng",
        )  # fmt: skip
    found = {each.report.pk: each.places for each in printed_in(correction_of(asked))}
    assert found.keys() == {signed.pk, later.pk}
    assert set(found[signed.pk]) == {SUM_ROW, OWN_ROW}
    # The milestone of 14/11 is still judged by it, and the newer figure is compared with it.
    assert set(found[later.pk]) == {SUM_ROW, OWN_ROW, PREVIOUS_COLUMN}


def test_a_figure_nobody_had_given_was_printed_nowhere(office: Cast, signed: Report) -> None:
    videos = Indicator.objects.get(code="VD")
    with scene.on(AFTER_THE_LOCK):
        made = correct_figure(
            videos, office.doan, scene.NOVEMBER, by=office.lan, numerator=Decimal(3), reason="Bổ sung",
            source="Thư điện tử",
        )  # fmt: skip
    assert printed_in(correction_of(made)) == []


def test_a_report_with_another_figure_of_the_unit_is_not_named(office: Cast, signed: Report) -> None:
    """The second branch is corrected: the row of the first one is not concerned, the sum is."""
    with scene.on(AFTER_THE_LOCK):
        made = correct_figure(
            Indicator.objects.get(code="SHHS"), office.cn2, scene.NOVEMBER, by=office.dung,
            numerator=Decimal(80), denominator=Decimal(260), reason="Đếm trùng",
        )  # fmt: skip
    assert [each.places for each in printed_in(correction_of(made))] == [(SUM_ROW, OWN_ROW)]


# --- What is decided --------------------------------------------------------------------------------

SAID: dict[str, Any] = {
    "choice": "replace", "decided_by": "Trần Thị Hòa, Giám đốc", "decided_on": date(2026, 11, 23),
}  # fmt: skip


def test_the_office_records_once_what_is_done_and_the_paper_stays(office: Cast, signed: Report) -> None:
    made = correction(office)
    before = (signed.snapshot.sha256, signed.signed_sha256)
    with scene.on(AFTER_THE_LOCK):
        decide_remedy(made, signed, by=office.lan, **SAID)
        with pytest.raises(RuleBroken, match="đã có quyết định"):
            decide_remedy(made, signed, by=office.lan, **(SAID | {"choice": "letter"}))
    signed.refresh_from_db()
    assert (signed.snapshot.sha256, signed.signed_sha256) == before
    assert PrintedFigureRemedy.objects.get().choice == "replace"


def test_nothing_is_decided_before_the_correction_is_accepted_nor_by_another(
    office: Cast, signed: Report
) -> None:
    made = correction(office, accepted=False)
    with scene.on(AFTER_THE_LOCK):
        with pytest.raises(RuleBroken, match="chưa được đồng ý"):
            decide_remedy(made, signed, by=office.lan, **SAID)
        with pytest.raises(RuleBroken, match="không có quyền"):
            decide_remedy(made, signed, by=office.tu, **SAID)


def test_the_page_offers_the_choice_to_the_office_and_keeps_it(
    office: Cast, client: Client, signed: Report
) -> None:
    made = correction(office)
    url = reverse("correction", args=[made.pk])
    with scene.on(AFTER_THE_LOCK):
        client.force_login(office.lan)
        shown = client.get(url).content.decode()
        assert (
            "50% (171/342)" in shown and "40,1% (137/342)" in shown and "Đếm trùng hồ sơ bản giấy." in shown
        )
        assert reverse("report", args=[signed.pk]) in shown and "Chưa quyết định" in shown
        wrong = client.post(url, {"report": signed.pk})
        assert wrong.status_code == 422
        assert set(wrong.context["form"].errors) == {"choice", "decided_by", "decided_on"}
        data = SAID | {"report": signed.pk, "decided_on": "23/11/2026"}
        assert client.post(url, data).status_code == 302
        shown = client.get(url).content.decode()
    assert "Ban hành báo cáo thay thế" in shown and "Trần Thị Hòa, Giám đốc" in shown
    assert "chưa có văn bản" in shown


def test_the_unit_reads_its_correction_and_no_report(office: Cast, client: Client, signed: Report) -> None:
    made = correction(office)
    with scene.on(AFTER_THE_LOCK):
        client.force_login(office.tu)
        shown = client.get(reverse("correction", args=[made.pk])).content.decode()
        assert "40,1% (137/342)" in shown and reverse("report", args=[signed.pk]) not in shown
        assert client.post(reverse("correction", args=[made.pk]), {"report": signed.pk}).status_code == 403
        client.force_login(office.minh)
        assert client.get(reverse("correction", args=[made.pk])).status_code == 404


# --- What the next report says ----------------------------------------------------------------------


def test_the_next_report_prints_old_new_reason_and_who(office: Cast, signed: Report) -> None:
    correction(office)
    snapshot = december(office)
    found = snapshot.corrections[0]
    assert (found.indicator, found.unit, found.period) == (
        "Tỷ lệ hồ sơ được số hóa khi tiếp nhận", "Chi nhánh Bình Sơn", "tháng 11 năm 2026",
    )  # fmt: skip
    assert found.before is not None
    assert (found.before.numerator, found.after.numerator) == (171, 137)
    assert (found.reason, found.asked_by) == ("Đếm trùng hồ sơ bản giấy.", "Chi nhánh Bình Sơn")
    paper = progress.build(
        snapshot, prose.write(snapshot), letterhead_of(default_profile(office.vp, "internal")), {}
    )
    text = words(paper)
    assert "Điều chỉnh số liệu kỳ trước" in text
    for piece in ("50% (171/342)", "40,1% (137/342)", "Đếm trùng hồ sơ bản giấy.", "Chi nhánh Bình Sơn"):
        assert piece in text, piece
    assert "Có 01 số liệu kỳ trước được điều chỉnh" in text
    assert not any(name in text for name in ("Đỗ Anh Tú", "Nguyễn Thị Lan")), "no person (office rule 30)"
    assert faults(paper) == []


def test_what_was_printed_once_is_not_printed_again(
    office: Cast, internal: AgencyProfile, signed: Report
) -> None:
    correction(office)
    with scene.on(MID_DECEMBER):
        issue(
            actions.create_draft(office.plan, DECEMBER, internal, by=office.lan), office, "140", MID_DECEMBER
        )
    with scene.on(date(2027, 1, 15)):
        january = parse("month", "2027-01")
        assert collect(office.plan, january, january.end).corrections == ()


def test_a_correction_not_yet_accepted_is_not_printed(office: Cast, signed: Report) -> None:
    correction(office, accepted=False)
    assert december(office).corrections == ()


def test_the_office_that_wrote_it_down_is_named_beside_the_unit(office: Cast, signed: Report) -> None:
    with scene.on(AFTER_THE_LOCK):
        made = correct_figure(
            Indicator.objects.get(code="SHHS"), office.cn1, scene.NOVEMBER, by=office.lan, source="Điện thoại",
            numerator=Decimal(137), denominator=Decimal(342), reason="Đếm trùng",
        )  # fmt: skip
        accept_figure(made, by=office.lan)
    assert december(office).corrections[0].asked_by == "Văn phòng Sở ghi nhận thay Chi nhánh Bình Sơn"


def test_the_report_page_shows_the_same_cells(
    office: Cast, internal: AgencyProfile, client: Client, signed: Report
) -> None:
    correction(office)
    with scene.on(MID_DECEMBER):
        draft = actions.create_draft(office.plan, DECEMBER, internal, by=office.lan)
        client.force_login(office.lan)
        shown = client.get(f"{reverse('report', args=[draft.pk])}?phan=chi-tieu").content.decode()
    assert "Điều chỉnh số liệu kỳ trước" in shown and "40,1% (137/342)" in shown.replace("\u00a0", " ")


def test_snapshots_of_before_keep_their_text_and_hash(office: Cast, signed: Report) -> None:
    """They know nothing of corrections, and their paper is identified by the hash of their text."""
    old = signed.snapshot
    assert "corrections" not in old.data
    assert sha256(to_text(from_text(old.data))) == old.sha256
    correction(office)
    new = december(office)
    assert from_text(to_text(new)) == new and '"corrections"' in to_text(new)


def test_the_cause_a_unit_gave_in_the_grid_is_the_cause_a_report_prints(office: Cast) -> None:
    made = report_figure(
        Indicator.objects.get(code="TL"), office.ptd, scene.NOVEMBER, by=office.minh, numerator=Decimal(30),
        denominator=Decimal(430), note="Đã đối chiếu", cause="Mẫu đơn mới chưa phổ biến", remedy="Tập huấn lại",
    )  # fmt: skip
    accept_figure(made, by=office.lan)
    snapshot = collect(office.plan, scene.NOVEMBER, scene.NOVEMBER.end)
    assert [row.note for row in snapshot.targets if row.name == "Hồ sơ phải trả lại"] == [
        "Mẫu đơn mới chưa phổ biến"
    ]
