"""Pages of rounds as people use them: the office opens, units enter or paste, the office decides many and locks."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from core.periods import containing, parse
from plans import rounds
from plans.actions import accept_figure, return_figure
from plans.models import FigureFile, FigureProof, Indicator, Measurement, ReportingRound, RoundItem
from plans.rounds import Days
from tests.cast import Cast
from tests.plans.promised import RUNNING, indicator, report, target
from tests.plans.test_figures_pages import _count, _many_branches
from tests.plans.test_sources import bring
from units.actions import grant_role
from units.models import Unit
from units.permissions import Role

THURSDAY, FRIDAY, LOCK = date(2026, 10, 15), date(2026, 10, 16), date(2026, 10, 22)


@pytest.fixture
def day(cast: Cast) -> Iterator[Cast]:
    """The round of month 10 has opened: Thursday 15/10."""
    with time_machine.travel("2026-10-15T09:00:00+07:00", tick=False):
        for person in cast.people:
            person.forget_grants()
        yield cast


@pytest.fixture
def share(cast: Cast) -> Indicator:
    made = indicator()
    target(cast.plan, made, cast.ptd, (date(2026, 9, 10), "ge", "70"))
    target(cast.plan, made, cast.branches)
    return made


@pytest.fixture
def videos(cast: Cast) -> Indicator:
    made = indicator("VIDEO", "Số video hướng dẫn", measure_unit="video", denominator="")
    target(cast.plan, made, cast.ptd)
    return made


@pytest.fixture
def collection(cast: Cast, share: Indicator, videos: Indicator, day: Cast) -> ReportingRound:
    figures = [(each.indicator, each.unit) for each in rounds.wanted_in_window(cast.vp, RUNNING)]
    return rounds.open_round(cast.vp, RUNNING, figures, Days(THURSDAY, FRIDAY, 1, LOCK), by=cast.lan)


def text(response: HttpResponse) -> str:
    return response.content.decode()


def grid(found: ReportingRound, unit: Unit) -> str:
    return reverse("round_unit", args=[found.pk, unit.pk])


def names(found: ReportingRound, unit: Unit, of: Indicator) -> int:
    return RoundItem.objects.get(round=found, unit=unit, indicator=of).pk


def send(client: Client, found: ReportingRound, unit: Unit, **fields: Any) -> Any:
    newest = Measurement.objects.filter(unit=unit).order_by("-pk").first()
    base = {"seen": str(newest.pk if newest else 0), "source": "", "step": "send"}
    return client.post(grid(found, unit), base | fields)


def filled(found: ReportingRound, cast: Cast, share: Indicator, videos: Indicator) -> dict[str, str]:
    one, two = names(found, cast.ptd, share), names(found, cast.ptd, videos)
    return {f"n{one}": "800", f"d{one}": "1.000", f"n{two}": "12"}


# --- Opening by hand --------------------------------------------------------------------------------


def opening(**fields: Any) -> dict[str, Any]:
    return {
        "period_start": "15/09/2026", "period_end": "14/10/2026", "opens_on": "15/10/2026",
        "due_on": "16/10/2026", "grace_days": "1", "locks_on": "22/10/2026",
    } | fields  # fmt: skip


def test_the_office_looks_at_units_and_figures_unticks_some_and_opens(
    day: Cast, client: Client, share: Indicator, videos: Indicator
) -> None:
    client.force_login(day.lan)
    url = f"{reverse('round_open')}?office={day.vp.pk}&period=month:2026-10&plan="
    shown = client.get(url)
    assert shown.status_code == 200
    groups = {
        group["indicator"].code: [row["label"] for row in group["rows"]] for group in shown.context["groups"]
    }
    assert groups == {
        "HSTT": ["Phòng Quản lý đất đai", "Chi nhánh Bình Sơn", "Chi nhánh An Phú"],
        "VIDEO": ["Phòng Quản lý đất đai"],
    }
    form = shown.context["form"]
    assert form.initial["due_on"] == date(2026, 10, 16) and form.initial["locks_on"] == LOCK
    chosen = [f"{share.pk}-{day.ptd.pk}", f"{share.pk}-{day.cn1.pk}"]
    response = client.post(
        reverse("round_open"),
        opening(office=day.vp.pk, period="month:2026-10", plan="", figures=chosen),
    )
    made = ReportingRound.objects.get()
    assert response["Location"] == reverse("round", args=[made.pk])
    assert (made.opened_by, made.automatic, made.items.count()) == (day.lan, False, 2)


def test_what_another_round_asks_for_is_left_out(
    day: Cast, client: Client, collection: ReportingRound
) -> None:
    client.force_login(day.lan)
    shown = client.get(f"{reverse('round_open')}?office={day.vp.pk}&period=month:2026-10&plan=")
    assert "Mọi số liệu của kỳ này đã có trong" in text(shown) and not shown.context["groups"]


def test_figures_of_another_frequency_stand_unticked(day: Cast, client: Client, share: Indicator) -> None:
    client.force_login(day.lan)
    shown = client.get(f"{reverse('round_open')}?office={day.vp.pk}&period=week:2026-W42&plan=")
    assert not any(row["ticked"] for group in shown.context["groups"] for row in group["rows"])
    assert "không thuộc kỳ này, đánh dấu nếu cần" in text(shown)


def test_a_milestone_is_opened_by_hand_and_its_day_cannot_be_moved(day: Cast, client: Client) -> None:
    made = indicator()
    target(day.plan, made, day.ptd, (date(2026, 10, 25), "ge", "70"))
    client.force_login(day.lan)
    asked = {"office": day.vp.pk, "period": f"to_day:2026-10-25:{day.plan.pk}", "plan": ""}
    form = client.get(reverse("round_open"), asked).context["form"]
    assert form["period_end"].field.disabled
    days = {"opens_on": "26/10/2026", "due_on": "27/10/2026", "locks_on": "30/10/2026"}
    client.post(
        reverse("round_open"),
        opening(
            period_start="01/01/2026",
            period_end="30/10/2026",
            **days,
            **asked,
            figures=[f"{made.pk}-{day.ptd.pk}"],
        ),
    )
    found = ReportingRound.objects.get()
    assert (found.period_end, found.title) == (date(2026, 10, 25), "Số liệu đến ngày 25/10/2026")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"due_on": "14/10/2026", "opens_on": "14/10/2026"}, "due_on"),
        ({"locks_on": "16/10/2026"}, "locks_on"),
        ({"grace_days": "-1"}, "grace_days"),
        ({"figures": []}, "figures"),
        ({"period_start": "15/10/2026"}, "period_start"),
    ],
)
def test_wrong_days_are_named_at_their_field_and_nothing_opens(
    day: Cast, client: Client, share: Indicator, wrong: dict, field: str
) -> None:
    client.force_login(day.lan)
    data = opening(office=day.vp.pk, period="month:2026-10", plan="", figures=[f"{share.pk}-{day.ptd.pk}"])
    response = client.post(reverse("round_open"), data | wrong)
    assert response.status_code == 422 and not ReportingRound.objects.exists()
    assert list(response.context["form"].errors) == [field]


def test_only_an_office_opens_rounds(day: Cast, client: Client) -> None:
    for person in (day.minh, day.hoa, day.son):
        client.force_login(person)
        assert client.get(reverse("round_open")).status_code == 403


# --- The unit enters --------------------------------------------------------------------------------


def test_the_head_enters_every_figure_at_once_with_its_paper(
    day: Cast, client: Client, collection: ReportingRound, share: Indicator, videos: Indicator
) -> None:
    client.force_login(day.minh)
    response = send(
        client,
        collection,
        day.ptd,
        **filled(collection, day, share, videos),
        number="5/BC-PTD",
        issued_on="15/10/2026",
        issuer="Phòng Quản lý đất đai",
        file=SimpleUploadedFile("bc.pdf", b"%PDF-1.4 so lieu", content_type="application/pdf"),
    )
    assert response.status_code == 302
    made = {figure.indicator.code: figure for figure in Measurement.objects.all()}
    assert (made["HSTT"].numerator, made["HSTT"].denominator) == (Decimal(800), Decimal(1000))
    assert (made["VIDEO"].numerator, made["VIDEO"].denominator) == (Decimal(12), None)
    assert FigureFile.objects.count() == 1 and FigureProof.objects.count() == 2, "one paper proves both"
    shown = text(client.get(response["Location"]))
    assert "Đã gửi 02 số liệu" in shown and "5/BC-PTD ngày 15/10/2026, Phòng Quản lý đất đai" in shown
    proof = FigureProof.objects.earliest("pk")
    download = client.get(reverse("figure_proof", args=[proof.pk]))
    assert b"".join(download.streaming_content) == b"%PDF-1.4 so lieu"
    client.force_login(day.tu)
    assert client.get(reverse("figure_proof", args=[proof.pk])).status_code == 404


def test_a_row_left_empty_is_not_reported_and_the_others_are(
    day: Cast, client: Client, collection: ReportingRound, videos: Indicator
) -> None:
    client.force_login(day.minh)
    send(client, collection, day.ptd, **{f"n{names(collection, day.ptd, videos)}": "12"})
    assert [figure.indicator for figure in Measurement.objects.all()] == [videos]


@pytest.mark.parametrize(
    ("cell", "typed", "words"),
    [
        ("n", "-5", "không được âm"),
        ("n", "nhiều", "không phải là số"),
        ("n", "NaN", "không phải là số"),
        ("n", "1,234", "có thể hiểu hai cách"),
        ("n", "80%", "Hãy nhập số lượng"),
        ("n", "1.001", "Tử số không được lớn hơn mẫu số"),
        ("n", "", "Hãy nhập tử số"),
        ("d", "", "Hãy nhập mẫu số"),
        ("d", "-1", "không được âm"),
    ],
)
def test_one_wrong_cell_is_named_and_nothing_is_half_saved(
    day: Cast,
    client: Client,
    collection: ReportingRound,
    share: Indicator,
    videos: Indicator,
    cell: str,
    typed: str,
    words: str,
) -> None:
    client.force_login(day.minh)
    name = f"{cell}{names(collection, day.ptd, share)}"
    upload = SimpleUploadedFile("bc.pdf", b"%PDF-1.4 x", content_type="application/pdf")
    response = send(
        client, collection, day.ptd, **(filled(collection, day, share, videos) | {name: typed}), file=upload
    )
    assert response.status_code == 422
    assert not Measurement.objects.exists() and not FigureFile.objects.exists()
    form = response.context["form"]
    assert list(form.errors) == [name] and words in form.errors[name][0]
    assert f'value="{typed}"' in text(response) if typed else True
    assert 'value="12"' in text(response), "what was typed beside it is kept"


def test_a_figure_short_of_its_level_needs_cause_and_remedy_of_the_unit(
    day: Cast, client: Client, collection: ReportingRound, share: Indicator
) -> None:
    client.force_login(day.minh)
    pk = names(collection, day.ptd, share)
    short = {f"n{pk}": "600", f"d{pk}": "1.000"}
    response = send(client, collection, day.ptd, **short)
    assert set(response.context["form"].errors) == {f"cause{pk}", f"remedy{pk}"}
    assert "60% so với mức ≥ 70%" in text(response)
    said = {f"cause{pk}": "Người dân chưa quen", f"remedy{pk}": "Hướng dẫn tại bộ phận một cửa"}
    assert send(client, collection, day.ptd, **short, **said).status_code == 302
    made = Measurement.objects.get()
    assert (made.cause, made.remedy) == tuple(said.values())
    client.force_login(day.lan)
    for page in (reverse("round", args=[collection.pk]), reverse("figure", args=[share.pk, day.ptd.pk])):
        assert "Nguyên nhân: Người dân chưa quen" in text(client.get(page)), (
            "the office reads it before it decides"
        )


def test_the_office_enters_for_a_unit_only_with_its_source_and_is_asked_for_no_cause(
    day: Cast, client: Client, collection: ReportingRound, share: Indicator
) -> None:
    client.force_login(day.lan)
    pk = names(collection, day.ptd, share)
    short = {f"n{pk}": "600", f"d{pk}": "1.000"}
    response = send(client, collection, day.ptd, **short)
    assert list(response.context["form"].errors) == ["source"]
    assert send(client, collection, day.ptd, **short, source="Điện thoại ông Minh").status_code == 302
    made = Measurement.objects.get()
    assert made.recorded_for_unit and made.recorded_by == day.lan
    assert "Văn phòng nhập thay" in text(client.get(grid(collection, day.ptd)))


def test_what_somebody_else_sent_meanwhile_is_not_overwritten_unseen(
    day: Cast, client: Client, collection: ReportingRound, share: Indicator
) -> None:
    client.force_login(day.minh)
    pk = names(collection, day.ptd, share)
    report(share, day.ptd, 750, 1000, by=day.lan, period=RUNNING, source="Thư điện tử")
    response = client.post(
        grid(collection, day.ptd), {"seen": "0", f"n{pk}": "800", f"d{pk}": "1.000", "step": "send"}
    )
    assert response.status_code == 409 and Measurement.objects.count() == 1
    shown = text(response)
    assert "vừa có báo cáo mới" in shown and 'value="800"' in shown and "Đã gửi: 75% (750/1.000)" in shown
    again = response.context["form"]
    assert (
        send(
            client, collection, day.ptd, seen=again["seen"].value(), **{f"n{pk}": "800", f"d{pk}": "1.000"}
        ).status_code
        == 302
    )


def test_rows_as_they_were_are_not_sent_again(
    day: Cast, client: Client, collection: ReportingRound, share: Indicator, videos: Indicator
) -> None:
    client.force_login(day.minh)
    data = filled(collection, day, share, videos)
    send(client, collection, day.ptd, **data)
    response = send(client, collection, day.ptd, **data)
    assert response.context["form"].non_field_errors() == ["Chưa có số liệu nào được nhập hoặc thay đổi."]
    send(client, collection, day.ptd, **(data | {f"n{names(collection, day.ptd, videos)}": "13"}))
    assert sorted(Measurement.objects.values_list("indicator__code", "revision")) == [
        ("HSTT", 1), ("VIDEO", 1), ("VIDEO", 2),
    ]  # fmt: skip


def test_a_figure_that_came_back_is_sent_again_with_its_paper_when_asked(
    day: Cast, client: Client, collection: ReportingRound, share: Indicator, videos: Indicator
) -> None:
    client.force_login(day.minh)
    data = filled(collection, day, share, videos)
    send(client, collection, day.ptd, **data)
    return_figure(Measurement.objects.get(indicator=share), by=day.lan, reason="Thiếu tài liệu kiểm chứng")
    shown = text(client.get(grid(collection, day.ptd)))
    assert "Cần bổ sung: Thiếu tài liệu kiểm chứng" in shown
    again = {f"again{names(collection, day.ptd, share)}": "on", "number": "9/BC-PTD"}
    assert send(client, collection, day.ptd, **data, **again).status_code == 302
    newest = Measurement.objects.latest("pk")
    assert (newest.indicator, newest.revision) == (share, 2) and newest.proofs.get().number == "9/BC-PTD"


def test_a_sent_figure_cannot_be_emptied(
    day: Cast, client: Client, collection: ReportingRound, share: Indicator, videos: Indicator
) -> None:
    client.force_login(day.minh)
    send(client, collection, day.ptd, **filled(collection, day, share, videos))
    pk = names(collection, day.ptd, videos)
    response = send(client, collection, day.ptd, **(filled(collection, day, share, videos) | {f"n{pk}": ""}))
    assert "không xóa được" in response.context["form"].errors[f"n{pk}"][0]


def test_two_columns_pasted_stand_in_the_grid_and_are_not_saved_yet(
    day: Cast, client: Client, collection: ReportingRound, share: Indicator, videos: Indicator
) -> None:
    client.force_login(day.minh)
    response = client.post(
        grid(collection, day.ptd),
        {"seen": "0", "pasted": "800\t1.000\n12", "source": "Phần mềm một cửa", "step": "paste"},
    )
    assert response.status_code == 200 and not Measurement.objects.exists()
    shown = text(response)
    assert "Đã điền 02 dòng vào bảng, chưa lưu" in shown
    for value in ("800", "1.000", "12", "Phần mềm một cửa"):
        assert f'value="{value}"' in shown


def test_a_pasted_line_that_fits_no_row_is_named_and_kept(
    day: Cast, client: Client, collection: ReportingRound
) -> None:
    client.force_login(day.minh)
    response = client.post(grid(collection, day.ptd), {"seen": "0", "pasted": "800\n12\n7", "step": "paste"})
    assert response.status_code == 422
    assert "Dòng 1 “800”: số liệu này cần hai cột" in text(response)
    assert "Dòng 3: bảng chỉ có 02 số liệu." in text(response)
    assert "800\n12\n7" in text(response).replace("\r", "")


def test_before_it_opens_and_after_the_lock_the_grid_only_shows(
    day: Cast, client: Client, collection: ReportingRound, share: Indicator, videos: Indicator
) -> None:
    data = filled(collection, day, share, videos)
    for moment, words in (
        ("2026-10-14T09:00:00+07:00", "Đợt báo cáo mở từ ngày 15/10/2026"),
        ("2026-10-22T00:01:00+07:00", "đã khóa số liệu ngày 22/10/2026"),
    ):
        with time_machine.travel(moment, tick=False):
            client.force_login(day.minh)
            assert client.get(grid(collection, day.ptd)).context["form"] is None
            response = send(client, collection, day.ptd, **data)
            assert response.status_code == 409 and words in text(response)
    assert not Measurement.objects.exists()


def test_a_clerk_reads_the_grid_and_sends_only_where_the_unit_lets_them(
    day: Cast, client: Client, collection: ReportingRound, share: Indicator, videos: Indicator
) -> None:
    client.force_login(day.mai)
    assert client.get(grid(collection, day.ptd)).context["form"] is None
    assert send(client, collection, day.ptd, **filled(collection, day, share, videos)).status_code == 403
    Unit.objects.filter(pk=day.ptd.pk).update(clerk_may_send=True)
    assert send(client, collection, day.ptd, **filled(collection, day, share, videos)).status_code == 302


def test_a_unit_does_not_see_the_part_of_another(
    day: Cast, client: Client, collection: ReportingRound
) -> None:
    client.force_login(day.tu)
    assert client.get(grid(collection, day.ptd)).status_code == 404
    shown = text(client.get(reverse("round", args=[collection.pk])))
    assert "Chi nhánh Bình Sơn" in shown and "Phòng Quản lý đất đai" not in shown and "An Phú" not in shown
    assert "Nội dung nhắn" not in shown and "Khóa số liệu trước ngày" not in shown


# --- The office decides and locks -------------------------------------------------------------------


def test_the_office_reads_x_of_y_and_accepts_many_at_once(
    day: Cast, client: Client, collection: ReportingRound, share: Indicator
) -> None:
    sent = [
        report(share, day.cn1, 8, 10, by=day.tu, period=RUNNING),
        report(share, day.cn2, 9, 10, by=day.dung, period=RUNNING),
    ]
    client.force_login(day.lan)
    page = client.get(reverse("round", args=[collection.pk]))
    assert page.context["tally"] == "02/03 đơn vị đã báo cáo đủ, 02/04 số liệu"
    assert "Nợ tài liệu kiểm chứng" in text(page)
    response = client.post(
        reverse("round_decide", args=[collection.pk]),
        {"figures": [each.pk for each in sent], "verb": "accept"},
    )
    assert response.status_code == 302
    assert Measurement.objects.accepted().count() == 2


def test_all_that_stood_on_the_page_is_accepted_and_nothing_that_came_after_it(
    day: Cast, client: Client, collection: ReportingRound, share: Indicator
) -> None:
    first = report(share, day.cn1, 8, 10, by=day.tu, period=RUNNING)
    client.force_login(day.lan)
    page = client.get(reverse("round", args=[collection.pk]))
    assert page.context["shown"] == str(first.pk) and "Xác nhận tất cả 01 số đang chờ" in text(page)
    later = report(share, day.cn2, 9, 10, by=day.dung, period=RUNNING)
    url = reverse("round_decide", args=[collection.pk])
    client.post(url, {"shown": page.context["shown"], "verb": "accept_all"})
    assert list(Measurement.objects.accepted()) == [first]
    report(share, day.cn2, 7, 10, by=day.dung, period=RUNNING)
    response = client.post(url, {"shown": str(later.pk), "verb": "accept_all"})
    assert response.status_code == 422 and "vừa được xử lý hoặc báo cáo lại" in text(response)
    empty = client.post(url, {"verb": "accept_all"})
    assert "Hãy chọn ít nhất một số liệu" in text(empty)


def test_a_figure_another_system_contradicts_is_marked_and_never_taken_among_many(
    day: Cast, client: Client, collection: ReportingRound, share: Indicator
) -> None:
    plain = report(share, day.cn1, 8, 10, by=day.tu, period=RUNNING)
    contradicted = report(share, day.cn2, 9, 10, by=day.dung, period=RUNNING)
    bring(day, share, (day.cn2, 7, 10), period=collection.window)
    bring(day, share, (day.cn1, 3, 10), period=RUNNING.previous())  # of another period
    client.force_login(day.lan)
    url = reverse("round_decide", args=[collection.pk])
    page = client.get(reverse("round", args=[collection.pk]))
    assert page.context["shown"] == str(plain.pk)
    assert text(page).count("Hai nguồn khác nhau") == 1 and "70% (7/10)" in text(page)
    assert "01 số liệu có hai nguồn khác nhau" in text(page)
    # Nor by a page that was opened before the export came in.
    stale = client.post(url, {"shown": f"{plain.pk},{contradicted.pk}", "verb": "accept_all"})
    assert stale.status_code == 422 and "hai nguồn ghi khác nhau" in text(stale)
    assert not Measurement.objects.accepted().exists()
    # Who looked at it may still take it.
    assert client.post(url, {"figures": [contradicted.pk], "verb": "accept"}).status_code == 302
    assert list(Measurement.objects.accepted()) == [contradicted]


def test_the_office_sends_several_back_with_one_reason(
    day: Cast, client: Client, collection: ReportingRound, share: Indicator
) -> None:
    sent = report(share, day.cn1, 8, 10, by=day.tu, period=RUNNING)
    client.force_login(day.lan)
    url = reverse("round_decide", args=[collection.pk])
    response = client.post(url, {"figures": [sent.pk], "verb": "return"})
    assert response.status_code == 422 and "reason" in response.context["decide"].errors
    assert f'value="{sent.pk}" id="chon-{sent.pk}" checked' in text(response), "the choice is kept"
    client.post(url, {"figures": [sent.pk], "verb": "return", "reason": "Thiếu hồ sơ bưu chính"})
    assert sent.decision.reason == "Thiếu hồ sơ bưu chính"


def test_what_was_decided_meanwhile_stops_the_whole_choice(
    day: Cast, client: Client, collection: ReportingRound, share: Indicator
) -> None:
    first = report(share, day.cn1, 8, 10, by=day.tu, period=RUNNING)
    second = report(share, day.cn2, 8, 10, by=day.dung, period=RUNNING)
    accept_figure(first, by=day.lan)
    client.force_login(day.lan)
    response = client.post(
        reverse("round_decide", args=[collection.pk]), {"figures": [first.pk, second.pk], "verb": "accept"}
    )
    assert response.status_code == 422 and "vừa được xử lý hoặc báo cáo lại" in text(response)
    assert Measurement.objects.accepted().get() == first


def test_the_late_list_names_units_in_the_order_of_the_organisation(
    day: Cast, client: Client, collection: ReportingRound, share: Indicator
) -> None:
    report(share, day.cn2, 8, 10, by=day.dung, period=RUNNING)
    with time_machine.travel("2026-10-20T09:00:00+07:00", tick=False):
        client.force_login(day.lan)
        page = client.get(reverse("round", args=[collection.pk]))
        assert [row["unit"].code for row in page.context["late"]] == ["PTD", "CN1"]
        late = client.get(f"{reverse('round', args=[collection.pk])}?xem=cham")
        assert [group["unit"].code for group in late.context["groups"]] == ["PTD", "CN1"]


def test_the_office_locks_by_hand_with_a_reason_and_the_page_says_so(
    day: Cast, client: Client, collection: ReportingRound
) -> None:
    client.force_login(day.lan)
    url = reverse("round_lock", args=[collection.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Trình Giám đốc sớm"}).status_code == 302
    shown = text(client.get(reverse("round", args=[collection.pk])))
    assert "đã khóa ngày 15/10/2026 (Nguyễn Thị Lan: Trình Giám đốc sớm)" in shown
    assert client.post(url, {"reason": "Lần nữa"}).status_code == 409


@pytest.mark.parametrize(("who", "status"), [("minh", 403), ("hoa", 403), ("son", 403), ("stranger", 404)])
def test_nobody_but_the_office_runs_a_round(
    day: Cast, client: Client, collection: ReportingRound, who: str, status: int
) -> None:
    client.force_login(getattr(day, who))
    for name in ("round_lock", "round_decide"):
        assert client.post(reverse(name, args=[collection.pk]), {"reason": "x"}).status_code == status


# --- Where it shows ---------------------------------------------------------------------------------


def test_open_rounds_stand_on_the_page_of_figures_and_on_the_first_page_of_a_unit(
    day: Cast, client: Client, collection: ReportingRound, share: Indicator, videos: Indicator
) -> None:
    client.force_login(day.minh)
    for name in ("figures", "home", "rounds"):
        shown = text(client.get(reverse(name)))
        assert "Số liệu tháng 10 năm 2026" in shown and grid(collection, day.ptd) in shown
        assert "0/01 đơn vị đã báo cáo đủ, 0/02 số liệu" in shown
    send(client, collection, day.ptd, **filled(collection, day, share, videos))
    assert "Đợt báo cáo số liệu đang mở" not in text(client.get(reverse("home"))), (
        "nothing owed, nothing shown"
    )


def test_the_pages_ask_the_same_number_of_questions_for_few_units_and_many(
    cast: Cast, client: Client, day: Cast
) -> None:
    made = indicator()
    target(cast.plan, made, cast.cn1)
    client.force_login(cast.lan)

    def opened(key: str) -> ReportingRound:
        period = containing("month", date(2026, int(key), 10))
        wanted = rounds.wanted_in_window(cast.vp, period)
        days = rounds.usual_days(period, rounds.WorkCalendar())
        return rounds.open_round(
            cast.vp, period, [(each.indicator, each.unit) for each in wanted], days, by=cast.lan
        )

    first = opened("10")
    report(made, cast.cn1, 8, 10, by=cast.lan, period=first.window, source="x")
    few = [_count(client, url) for url in (reverse("round", args=[first.pk]), reverse("rounds"))]
    for unit in _many_branches(cast, 40):
        target(cast.plan, made, unit)
    second = opened("11")
    for unit in Unit.objects.filter(round_items__round=second)[:20]:
        report(made, unit, 8, 10, by=cast.lan, period=second.window, source="x", as_of=date(2026, 10, 15))
    client.force_login(cast.lan)
    many = [_count(client, url) for url in (reverse("round", args=[second.pk]), reverse("rounds"))]
    assert many == few


def test_a_second_officer_may_be_the_one_who_accepts(
    day: Cast, client: Client, collection: ReportingRound, share: Indicator
) -> None:
    """The division's head also works in the office: what they sent as head somebody else decides."""
    grant_role(day.minh, Role.PLAN_OWNER, day.vp, by=None, valid_from=date(2020, 1, 1))
    day.minh.forget_grants()
    sent = report(share, day.ptd, 8, 10, by=day.minh, period=RUNNING)
    client.force_login(day.minh)
    page = client.get(reverse("round", args=[collection.pk]))
    assert f"chon-{sent.pk}" not in text(page)
    client.force_login(day.lan)
    assert f"chon-{sent.pk}" in text(client.get(reverse("round", args=[collection.pk])))


def test_a_figure_page_left_open_over_the_lock_says_so_and_keeps_what_was_typed(
    day: Cast, client: Client, collection: ReportingRound, share: Indicator
) -> None:
    from tests.plans.test_figures_pages import send as report_on_page

    with time_machine.travel("2026-10-22T08:00:00+07:00", tick=False):
        client.force_login(day.minh)
        response = report_on_page(
            client, share, day.ptd, period=RUNNING, numerator="812", denominator="1.000"
        )
    assert response.status_code == 409 and not Measurement.objects.exists()
    assert "Kỳ tháng 10 năm 2026 đã khóa số liệu ngày 22/10/2026; hãy đề nghị điều chỉnh." in text(response)
    assert reverse("figure_correct", args=[share.pk, day.ptd.pk]) in text(response)


def test_the_lock_of_nine_months_does_not_lock_the_year(cast: Cast, client: Client, day: Cast) -> None:
    """Both have the key "2026"."""
    yearly = indicator("NAM", "Số thủ tục được đơn giản hóa", frequency="year", measure_unit="thủ tục")
    target(cast.plan, yearly, cast.ptd)
    nine = parse("nine_months", "2026")
    days = Days(date(2026, 9, 15), date(2026, 9, 17), 1, date(2026, 9, 23))
    rounds.open_round(cast.vp, nine, [(yearly, cast.ptd)], days, by=cast.lan)
    client.force_login(cast.minh)
    address = reverse("figure", args=[yearly.pk, cast.ptd.pk])
    typed = {"seen": "0", "period": "2026", "numerator": "12", "as_of": "", "source": "", "note": ""}
    assert client.post(address, typed).status_code == 302
    assert Measurement.objects.get().period_kind == "year"


def test_before_it_opens_nothing_is_said_to_be_missing(day: Cast, client: Client, share: Indicator) -> None:
    figures = [(each.indicator, each.unit) for each in rounds.wanted_in_window(day.vp, RUNNING)]
    found = rounds.open_round(day.vp, RUNNING, figures, Days(FRIDAY, FRIDAY, 1, LOCK), by=day.lan)
    client.force_login(day.lan)

    page = text(client.get(reverse("round", args=[found.pk])))

    assert "Chưa đến ngày mở" in page
