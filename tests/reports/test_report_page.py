"""Pages of reports: who sees which state, the figures of the paper on the screen, forms that keep what was typed."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports import actions, jobs, tables
from reports.forms import field_name
from reports.models import Report
from reports.outline import EDITABLE
from reports.snapshot import from_text
from tests.reports import scene
from tests.reports.test_report_verbs import PDF, issue


@pytest.fixture
def sign_in():
    def signed_in(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def lan(office, sign_in) -> Client:
    return sign_in(office.lan)


def page(client: Client, report: Report, tab: str = "") -> str:
    response = client.get(reverse("report", args=[report.pk]), {"phan": tab} if tab else {})
    assert response.status_code == 200
    return response.content.decode()


def do(client: Client, report: Report, verb: str, data: dict | None = None):
    return client.post(reverse("report_verb", args=[report.pk, verb]), data or {})


def words(report: Report, **changes: str) -> dict:
    typed = {field_name(key): changes.get(key, report.sections[key]) for key in EDITABLE}
    return typed | {"edition": report.edition}


# --- who sees what --------------------------------------------------------------------------------


def test_leaders_and_auditors_see_a_report_from_its_submission(office, draft, sign_in):
    url = reverse("report", args=[draft.pk])
    for person in (office.hoa, office.son):
        assert sign_in(person).get(url).status_code == 404
    actions.submit_for_signature(draft, by=office.lan)
    for person in (office.hoa, office.son):
        assert sign_in(person).get(url).status_code == 200


@pytest.mark.parametrize("who", ["minh", "mai", "tu", "stranger"])
def test_units_and_strangers_see_no_report(office, draft, sign_in, who):
    actions.submit_for_signature(draft, by=office.lan)
    client = sign_in(getattr(office, who))
    for name in ("report", "report_draft", "report_signed"):
        assert client.get(reverse(name, args=[draft.pk])).status_code == 404
    assert do(client, draft, "withdraw").status_code == 404
    assert draft.title not in client.get(reverse("reports")).content.decode()
    assert client.get(reverse("report_new")).status_code == 403
    assert client.get(reverse("report_profile", args=[draft.profile_id])).status_code == 404


def test_a_leader_reads_and_does_not_write(office, draft, sign_in):
    actions.submit_for_signature(draft, by=office.lan)
    client = sign_in(office.hoa)
    for verb in ("withdraw", "edit", "issue", "redraft"):
        assert do(client, draft, verb).status_code == 403
    assert "Rút về dự thảo" not in page(client, draft)


def test_verbs_are_posts_and_known(draft, lan):
    assert lan.get(reverse("report_verb", args=[draft.pk, "submit"])).status_code == 405
    assert do(lan, draft, "burn").status_code == 404


# --- the list and a new draft -----------------------------------------------------------------------


def test_the_list_says_state_and_number(office, draft, lan):
    text = lan.get(reverse("reports")).content.decode()
    assert draft.title in text and "Dự thảo" in text and "14/11/2026" in text
    issue(actions.submit_for_signature(draft, by=office.lan), office.lan)
    assert "125/BC-VP, 16/11/2026" in lan.get(reverse("reports"), {"state": "issued"}).content.decode()
    assert draft.title not in lan.get(reverse("reports"), {"state": "draft"}).content.decode()


def test_an_empty_list_offers_the_first_report(office, lan):
    text = lan.get(reverse("reports")).content.decode()
    assert "Chưa có báo cáo nào" in text and reverse("report_new") in text


def test_the_new_page_proposes_the_last_closed_month(office, lan):
    text = lan.get(reverse("report_new")).content.decode()
    assert '<option value="month:2026-11" selected>' in text
    assert "Tháng 12 năm 2026 (15/11/2026 – 14/12/2026, chưa kết thúc)" in text
    assert '<option value="month:2027-01">' not in text


def test_a_window_already_at_its_signer_leads_to_that_report(office, draft, lan):
    actions.submit_for_signature(draft, by=office.lan)
    given = {
        "plan": office.plan.pk,
        "period": f"{draft.kind}:{draft.period_key}",
        "reach": draft.profile.reach,
    }
    response = lan.post(reverse("report_new"), given)
    assert response.status_code == 422
    text = response.content.decode()
    assert "đang trình ký" in text and reverse("report", args=[draft.pk]) in text


def test_a_new_draft_is_made_from_four_choices(office, lan):
    response = lan.post(
        reverse("report_new"), {"plan": office.plan.pk, "period": "month:2026-11", "reach": "external"}
    )
    report = Report.objects.get()
    assert response.status_code == 302 and response["Location"] == reverse("report", args=[report.pk])
    assert report.letterhead["symbol"] == "/BC-SNNMT" and report.created_by == office.lan


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"as_of": "31/02/2026"}, "không phải là ngày có thật"),
        ({"as_of": "20/11/2026"}, "không được sau hôm nay"),
        ({"as_of": "01/10/2026"}, "phải trong kỳ báo cáo"),
        ({"period": "month:1999-01"}, "period"),
        ({"plan": ""}, "plan"),
    ],
)
def test_a_wrong_choice_comes_back_with_what_was_typed(office, lan, typed, message):
    given = {"plan": office.plan.pk, "period": "month:2026-11", "reach": "internal"} | typed
    response = lan.post(reverse("report_new"), given)
    assert response.status_code == 422 and message in response.content.decode()
    if "as_of" in typed:
        assert typed["as_of"] in response.content.decode()
    assert not Report.objects.exists()


# --- the page -----------------------------------------------------------------------------------------


def test_the_screen_shows_the_cells_of_the_paper(office, draft, lan):
    figures = from_text(draft.snapshot.data)
    for tab, table in (
        ("", tables.unit_table(figures)),
        ("chi-tieu", tables.target_table(figures)),
        ("nhiem-vu", tables.task_table(figures)),
        ("tai-khoan", tables.coverage_table(figures)),
    ):
        text = page(lan, draft, tab)
        rows = [row for row in table.rows if not hasattr(row, "text")]
        assert text.count("<tr>") >= len(rows)
        for row in rows:
            for cell in row:
                shown = (
                    cell.replace("\n", " ").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                )
                assert shown in text, (tab, cell)


def test_the_words_are_shown_as_printed(draft, lan):
    text = page(lan, draft, "loi-van")
    assert "I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH" in text and "2. Tồn tại, hạn chế" in text
    assert "xem xét, chỉ đạo./." in text


def test_the_word_file_is_offered_when_it_is_built(draft, lan):
    assert "Đang dựng file Word" in page(lan, draft)
    url = reverse("report_draft", args=[draft.pk])
    assert lan.get(url).status_code == 302
    jobs.build_report(draft.pk)
    assert "Xuất file Word" in page(lan, draft)
    response = lan.get(url)
    assert response["Content-Disposition"] == 'attachment; filename="Bao-cao-KH12-2026-11-noi-bo.docx"'
    draft.refresh_from_db()
    assert b"".join(response.streaming_content) == jobs.document(draft)


def test_a_failed_build_is_shown_and_can_be_asked_again(draft, lan):
    Report.objects.update(draft_error=jobs.TROUBLE)
    assert jobs.TROUBLE in page(lan, draft)
    assert do(lan, draft, "rebuild").status_code == 302
    assert jobs.TROUBLE not in page(lan, draft)


def test_words_are_edited_in_place(draft, lan):
    assert "Sửa lời văn" in page(lan, draft, "sua")
    response = do(lan, draft, "edit", words(draft, V="- Kính đề nghị bố trí kinh phí."))
    assert response.status_code == 302
    assert "Kính đề nghị bố trí kinh phí." in page(lan, draft, "loi-van")


def test_refused_words_come_back_with_the_reason(draft, lan):
    response = do(lan, draft, "edit", words(draft, V="TUYỆT MẬT"))
    assert response.status_code == 422
    assert "Không nhập tài liệu bí mật nhà nước" in response.content.decode()
    draft.refresh_from_db()
    assert "TUYỆT MẬT" not in draft.sections["V"]


def test_words_typed_over_somebody_elses_change_are_kept_on_the_page(office, draft, lan):
    typed = words(draft, V="- Nội dung của tôi.")
    actions.edit_sections(draft, by=office.lan, sections={"V": "- Nội dung của người khác."})
    response = do(lan, draft, "edit", typed)
    assert response.status_code == 422
    text = response.content.decode()
    assert "người khác sửa" in text and "- Nội dung của tôi." in text


def test_a_submitted_report_is_not_edited(office, draft, lan):
    assert do(lan, draft, "submit").status_code == 302
    assert "Sửa lời văn" not in page(lan, draft, "sua")
    assert do(lan, draft, "edit", words(draft)).status_code == 422


def test_a_forecast_waits_for_the_owner(draft, lan):
    text = page(lan, draft)
    assert "Nhận định cần Văn phòng chấp nhận" in text
    (sentence,) = actions.open_forecasts(draft)
    do(lan, draft, "forecast", {"sentence": sentence})
    assert "Nhận định cần Văn phòng chấp nhận" not in page(lan, draft)
    draft.refresh_from_db()
    assert sentence in draft.sections["III.2"]


def test_issuing_takes_the_signed_file(office, draft, lan, sign_in):
    do(lan, draft, "submit")
    given = {"number": "125/BC-VP", "issued_on": "16/11/2026", "signer": "Lý Phương Thảo"}
    wrong = do(lan, draft, "issue", given | {"file": SimpleUploadedFile("a.txt", b"chu")})
    assert wrong.status_code == 422 and "phải là tệp PDF hoặc Word" in wrong.content.decode()
    assert do(lan, draft, "issue", given | {"file": SimpleUploadedFile("bc.pdf", PDF)}).status_code == 302
    response = sign_in(office.hoa).get(reverse("report_signed", args=[draft.pk]))
    assert response["Content-Disposition"] == 'attachment; filename="bc.pdf"'
    assert b"".join(response.streaming_content) == PDF
    assert "Số 125/BC-VP ngày 16/11/2026" in page(lan, draft)


def test_an_issued_report_shows_no_verb(office, draft, lan):
    issue(actions.submit_for_signature(draft, by=office.lan), office.lan)
    text = page(lan, draft)
    assert "Trình ký</button>" not in text and "Ghi nhận đã ban hành" not in text and "Rút về" not in text


def test_the_profile_is_the_owners_to_change(draft, lan):
    url = reverse("report_profile", args=[draft.profile_id])
    assert "VĂN PHÒNG" in lan.get(url).content.decode()
    names = (
        "name", "parent_agency", "agency_lines", "place", "addressees", "signer_lines", "signer_name", "recipients",
        "sender", "receiver",
    )  # fmt: skip
    given = {name: getattr(draft.profile, name) for name in names}
    assert lan.post(url, given | {"symbol": "BC-VP"}).status_code == 422
    assert lan.post(url, given | {"symbol": "/BC-VP", "place": "Bình Sơn"}).status_code == 302
    draft.profile.refresh_from_db()
    assert draft.profile.place == "Bình Sơn"


def test_the_pages_cost_the_same_whatever_the_plan(office, draft, lan):
    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            lan.get(url)
        return len(captured)

    urls = [reverse("reports"), reverse("report", args=[draft.pk])]
    before = [queries(url) for url in urls]
    for key in ("2026-12", "2026-11"):
        actions.create_draft(
            office.plan, scene.parse("month", key), draft.profile, by=office.lan,
            as_of=date(2026, 11, 16 if key == "2026-12" else 13),
        )  # fmt: skip
    assert [queries(url) for url in urls] == before
