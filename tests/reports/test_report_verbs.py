"""The life of a report: drafted, edited, submitted, withdrawn, issued; by whom, and what it keeps."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from core.periods import parse
from plans.models import Plan
from reports import actions, jobs
from reports.actions import RuleBroken
from reports.collect import collect
from reports.models import AgencyProfile, Report, Snapshot
from reports.profiles import default_profile
from reports.snapshot import from_text, sha256
from tasks.actions import update_progress
from tests.reports import scene

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def signed(name: str = "bao-cao.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def issue(report: Report, by, **changes) -> Report:
    given = {"number": "125", "issued_on": date(2026, 11, 16), "signer": "Lý Phương Thảo", "file": signed()}
    return actions.issue(report, by=by, **(given | changes))


def queued() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM django_q_ormq")
        return cursor.fetchone()[0]


# --- drafting -------------------------------------------------------------------------------------


def test_a_draft_keeps_its_figures_its_words_and_the_letterhead(office, draft):
    assert draft.state == Report.State.DRAFT and draft.snapshot.as_of == date(2026, 11, 14)
    assert draft.title == "Báo cáo kết quả thực hiện Kế hoạch số 12/KH-SNNMT tháng 11 năm 2026"
    assert sha256(draft.snapshot.data) == draft.snapshot.sha256
    assert draft.letterhead["symbol"] == "/BC-VP"
    draft.profile.symbol = "/BC-VPS"
    draft.profile.save()
    draft.refresh_from_db()
    assert draft.letterhead["symbol"] == "/BC-VP"


def test_a_draft_asks_a_worker_for_its_word_file(office, internal):
    before = queued()
    report = actions.create_draft(office.plan, scene.NOVEMBER, internal, by=office.lan)
    assert queued() == before + 1 and not report.draft_is_ready
    jobs.build_report(report.pk)
    report.refresh_from_db()
    assert report.draft_is_ready and report.builder == jobs.builder_name()
    with report.draft_file.open("rb") as stored:
        assert stored.read() == jobs.document(report)


@pytest.mark.parametrize("who", ["hoa", "minh", "tu", "son", "stranger"])
def test_only_the_office_that_tracks_the_plan_writes(office, internal, who):
    with pytest.raises(RuleBroken, match="không có quyền"):
        actions.create_draft(office.plan, scene.NOVEMBER, internal, by=getattr(office, who))


@pytest.mark.parametrize(
    ("period", "as_of", "message"),
    [
        ("2026-11", date(2026, 11, 17), "không được sau hôm nay"),
        ("2026-11", date(2026, 10, 14), "phải trong kỳ báo cáo"),
        ("2026-11", date(2026, 11, 15), "phải trong kỳ báo cáo"),
        ("2027-02", None, "phải trong kỳ báo cáo"),
    ],
)
def test_the_day_of_the_figures_lies_in_the_period_and_not_ahead(office, internal, period, as_of, message):
    with pytest.raises(RuleBroken, match=message):
        actions.create_draft(office.plan, parse("month", period), internal, by=office.lan, as_of=as_of)


def test_a_plan_not_yet_given_has_no_report(office, internal):
    office.plan.state = Plan.State.DRAFT
    with pytest.raises(RuleBroken, match="chưa được giao"):
        actions.create_draft(office.plan, scene.NOVEMBER, internal, by=office.lan)


def test_a_running_period_is_reported_up_to_today(office, internal):
    report = actions.create_draft(office.plan, parse("month", "2026-12"), internal, by=office.lan)
    assert report.snapshot.as_of == scene.SENDING


def test_the_same_figures_are_not_stored_twice(office, internal, draft):
    again = actions.create_draft(office.plan, scene.NOVEMBER, internal, by=office.lan)
    assert again.pk == draft.pk and Snapshot.objects.count() == 1


def test_taking_the_figures_again_keeps_what_the_owner_wrote(office, draft):
    actions.edit_sections(draft, by=office.lan, sections={"V": "- Kính đề nghị bố trí kinh phí."})
    with scene.on(date(2026, 11, 14), 16):
        update_progress(
            scene.leaf("NV25"), by=office.minh, text="Đã phát 200 phiếu.", obstacle="Thiếu điều tra viên."
        )
    again = actions.redraft(draft, by=office.lan)
    assert again.pk == draft.pk and again.snapshot_id != draft.snapshot_id
    assert again.sections["V"] == "- Kính đề nghị bố trí kinh phí."
    assert "Thiếu điều tra viên" in again.sections["III.2"]
    assert Snapshot.objects.filter(pk=draft.snapshot_id).exists()


def test_a_paper_waiting_for_its_signature_is_not_drafted_again(office, internal, draft):
    actions.submit_for_signature(draft, by=office.lan)
    with pytest.raises(RuleBroken, match="đang trình ký"):
        actions.create_draft(office.plan, scene.NOVEMBER, internal, by=office.lan)


def test_internal_and_external_papers_live_side_by_side(office, draft):
    external = default_profile(office.vp, AgencyProfile.Reach.EXTERNAL)
    other = actions.create_draft(office.plan, scene.NOVEMBER, external, by=office.lan)
    assert other.pk != draft.pk and other.letterhead["agency_lines"] == ["SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG"]
    assert other.snapshot_id == draft.snapshot_id


def test_a_profile_of_another_agency_is_refused(office):
    foreign = default_profile(office.ptd, AgencyProfile.Reach.INTERNAL)
    with pytest.raises(RuleBroken, match="không phải của cơ quan"):
        actions.create_draft(office.plan, scene.NOVEMBER, foreign, by=office.lan)


def test_a_fresh_installation_has_profiles_from_its_own_names(office, internal):
    assert (internal.parent_agency, internal.agency_lines) == ("SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG", "VĂN PHÒNG")
    assert internal.signer_lines == "CHÁNH VĂN PHÒNG" and internal.receiver == "Giám đốc Sở"
    assert default_profile(office.vp, "internal").pk == internal.pk


# --- editing --------------------------------------------------------------------------------------


def test_editing_changes_the_edition_and_throws_the_old_file_away(office, draft):
    jobs.build_report(draft.pk)
    edited = actions.edit_sections(draft, by=office.lan, sections={"I": "  Đã chỉ đạo.  \n\n\nĐã họp. "})
    assert edited.sections["I"] == "Đã chỉ đạo.\nĐã họp."
    assert edited.edition == draft.edition + 1 and not edited.draft_is_ready


def test_the_same_words_again_change_nothing(office, draft):
    jobs.build_report(draft.pk)
    actions.edit_sections(draft, by=office.lan, sections=dict(draft.sections))
    draft.refresh_from_db()
    assert draft.draft_is_ready


def test_a_build_begun_before_the_last_change_is_thrown_away(office, draft, monkeypatch):
    real = jobs.document

    def edited_meanwhile(report):
        built = real(report)
        actions.edit_sections(report, by=office.lan, sections={"V": "Mới."})
        return built

    monkeypatch.setattr(jobs, "document", edited_meanwhile)
    jobs.build_report(draft.pk)
    draft.refresh_from_db()
    assert not draft.draft_is_ready and not draft.draft_file


def test_two_people_do_not_overwrite_each_other(office, draft):
    actions.edit_sections(draft, by=office.lan, sections={"V": "Một."}, edition=draft.edition)
    with pytest.raises(RuleBroken, match="người khác sửa"):
        actions.edit_sections(draft, by=office.lan, sections={"V": "Hai."}, edition=draft.edition)


def test_state_secrets_and_endless_texts_are_refused_by_section(office, draft):
    with pytest.raises(RuleBroken) as caught:
        actions.edit_sections(draft, by=office.lan, sections={"V": "TỐI MẬT", "I": "a" * 20_001})
    assert set(caught.value.error_dict) == {"V", "I"}
    draft.refresh_from_db()
    assert "TỐI MẬT" not in str(draft.sections)


def test_a_failed_build_says_so_to_the_owner(office, draft, monkeypatch):
    def broken(report):
        raise RuntimeError("no font")

    monkeypatch.setattr(jobs, "document", broken)
    with pytest.raises(RuntimeError):
        jobs.build_report(draft.pk)
    draft.refresh_from_db()
    assert draft.draft_error == jobs.TROUBLE


def test_a_forecast_enters_only_when_the_owner_takes_it(office, draft):
    (sentence,) = actions.open_forecasts(draft)
    assert sentence not in draft.sections["III.2"]
    taken = actions.accept_forecast(draft, by=office.lan, sentence=sentence)
    assert taken.sections["III.2"].endswith(f"- {sentence}") and actions.open_forecasts(taken) == ()
    with pytest.raises(RuleBroken):
        actions.accept_forecast(taken, by=office.lan, sentence="Sở sẽ không đạt.")


# --- signature ------------------------------------------------------------------------------------


def test_a_submitted_report_is_closed_until_it_comes_back(office, draft):
    sent = actions.submit_for_signature(draft, by=office.lan)
    assert sent.state == Report.State.SUBMITTED and sent.submitted_at is not None
    with pytest.raises(RuleBroken, match="Trình ký"):
        actions.edit_sections(sent, by=office.lan, sections={"V": "Sửa."})
    back = actions.withdraw(sent, by=office.lan)
    assert back.state == Report.State.DRAFT and back.submitted_at is None


def test_the_signed_file_is_the_official_copy(office, draft):
    sent = actions.submit_for_signature(draft, by=office.lan)
    done = issue(sent, office.lan)
    assert (done.state, done.number, done.signer) == (Report.State.ISSUED, "125/BC-VP", "Lý Phương Thảo")
    with done.signed_file.open("rb") as stored:
        assert stored.read() == PDF
    assert len(done.signed_sha256) == 64 and done.signed_name == "bao-cao.pdf"
    for verb in (actions.submit_for_signature, actions.withdraw):
        with pytest.raises(RuleBroken, match="Đã ban hành"):
            verb(done, by=office.lan)


def test_a_draft_is_not_issued_before_it_was_submitted(office, draft):
    with pytest.raises(RuleBroken, match="Dự thảo"):
        issue(draft, office.lan)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("number", {"number": "BC-VP"}),
        ("number", {"number": ""}),
        ("issued_on", {"issued_on": date(2026, 11, 17)}),
        ("issued_on", {"issued_on": date(2026, 11, 13)}),
        ("signer", {"signer": "  "}),
        ("file", {"file": signed("bao-cao.xlsx", b"PK\x03\x04")}),
        ("file", {"file": signed("bao-cao.txt", b"Noi dung")}),
        ("file", {"file": signed("bao-cao.pdf", b"")}),
        ("file", {"file": signed("MẬT.pdf")}),
    ],
)
def test_what_is_wrong_with_the_signed_paper_is_said_at_its_field(office, draft, field, changes):
    sent = actions.submit_for_signature(draft, by=office.lan)
    with pytest.raises(RuleBroken) as caught:
        issue(sent, office.lan, **changes)
    assert field in caught.value.error_dict
    sent.refresh_from_db()
    assert sent.state == Report.State.SUBMITTED and not sent.signed_file


def test_a_number_is_given_once_a_year(office, draft):
    issue(actions.submit_for_signature(draft, by=office.lan), office.lan)
    second = actions.create_draft(office.plan, parse("month", "2026-12"), draft.profile, by=office.lan)
    actions.submit_for_signature(second, by=office.lan)
    with pytest.raises(RuleBroken) as caught:
        issue(second, office.lan)
    assert "đã dùng" in str(caught.value.error_dict["number"])


def test_the_next_period_compares_with_what_was_issued(office, internal, draft):
    """A task confirmed later with an older product date does not rewrite the figures that were signed."""
    issue(actions.submit_for_signature(draft, by=office.lan), office.lan)
    signed_done = from_text(draft.snapshot.data).orders.done
    scene.finish(office, "NV03", date(2026, 11, 16), date(2026, 11, 16))
    with scene.on(date(2026, 12, 15)):
        after = collect(office.plan, parse("month", "2026-12"), date(2026, 12, 14))
    assert after.previous.issued and after.previous.orders.done == signed_done
    assert after.orders.done == signed_done + 1
