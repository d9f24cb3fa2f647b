"""The inbox: one's own notices, what is unread first."""

import pytest
from django.test import Client
from django.urls import reverse

from notifications import announcer
from notifications.models import Notice
from tasks import actions
from tests.cast import Cast


@pytest.fixture
def filled(cast: Cast) -> Cast:
    """Minh and Mai: one new task and one returned result."""
    cast.task("NV01", title="Rà soát danh mục")
    returned = cast.task("NV02", title="Công bố danh mục")
    announcer.forget()
    actions.submit(returned, by=cast.minh, text="Đã xong")
    actions.return_result(returned, by=cast.lan, reason="Thiếu phụ lục")
    cast.task("NV03", title="Niêm yết mã QR")
    announcer.announce()
    return cast


@pytest.fixture
def mai(filled: Cast, client: Client) -> Client:
    client.force_login(filled.mai)
    return client


def test_it_shows_ones_own_notices_grouped_by_what_to_do(mai: Client, filled: Cast) -> None:
    page = mai.get(reverse("inbox")).content.decode()
    assert "02 thông báo chưa xem" in page
    assert page.index("Mới giao: Niêm yết mã QR") < page.index("Yêu cầu bổ sung: Công bố danh mục")
    assert "Thiếu phụ lục" in page
    assert "Chờ xác nhận" not in page  # Lan's


def test_what_was_read_moves_below_and_out_of_the_unread_view(mai: Client, filled: Cast) -> None:
    first = Notice.objects.get(recipient=filled.mai, group=Notice.Group.NEW)
    response = mai.post(reverse("notice", args=[first.pk]))
    assert response["Location"] == reverse("inbox")
    page = mai.get(reverse("inbox")).content.decode()
    assert page.index("Yêu cầu bổ sung: Công bố") < page.index("Mới giao: Niêm yết")
    unread = mai.get(reverse("inbox"), {"xem": "chua-xem"}).content.decode()
    assert "Niêm yết" not in unread


def test_opening_a_notice_goes_to_its_task_and_has_seen_it_once(mai: Client, filled: Cast) -> None:
    notice = Notice.objects.filter(recipient=filled.mai).first()
    assert notice is not None
    mai.head(reverse("notice", args=[notice.pk]))
    notice.refresh_from_db()
    assert notice.read_at is None
    assert mai.get(reverse("notice", args=[notice.pk]))["Location"] == notice.url
    notice.refresh_from_db()
    seen = notice.read_at
    assert seen is not None
    mai.get(reverse("notice", args=[notice.pk]))
    notice.refresh_from_db()
    assert notice.read_at == seen


def test_all_at_once(mai: Client, filled: Cast) -> None:
    mai.post(reverse("inbox_read_all"))
    assert Notice.objects.visible_to(filled.mai).unread().count() == 0
    assert Notice.objects.visible_to(filled.minh).unread().count() == 2


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_persons_notice_does_not_exist(mai: Client, filled: Cast, method: str) -> None:
    foreign = Notice.objects.filter(recipient=filled.minh).first()
    assert foreign is not None
    assert getattr(mai, method)(reverse("notice", args=[foreign.pk])).status_code == 404
    foreign.refresh_from_db()
    assert foreign.read_at is None


@pytest.mark.parametrize("name", ["inbox_read_all", "calendar_address"])
def test_changes_are_posts(mai: Client, name: str) -> None:
    assert mai.get(reverse(name)).status_code == 405


def test_nobody_reads_an_inbox_without_signing_in(filled: Cast, client: Client) -> None:
    assert client.get(reverse("inbox")).status_code == 302
    assert client.get(reverse("notice", args=[Notice.objects.first().pk])).status_code == 302  # type: ignore[union-attr]


def test_the_daily_mail_can_be_turned_off_and_on(mai: Client, filled: Cast) -> None:
    for answer, wanted in (({}, False), ({"mails": "on"}, True)):
        page = mai.post(reverse("mail_settings"), answer, follow=True).content.decode()
        filled.mai.refresh_from_db()
        assert filled.mai.mails is wanted
        assert ('name="mails"' in page) and (("checked" in page) is wanted)


def test_a_skipped_reminder_says_why_no_mail_went(mai: Client, filled: Cast) -> None:
    Notice.objects.filter(recipient=filled.mai).update(state="skipped", reason="Nhiệm vụ đã hoàn thành")
    page = mai.get(reverse("inbox")).content.decode()
    assert "Không gửi thư: nhiệm vụ đã hoàn thành" in page
    assert "Không có thông báo chưa xem" in page


def test_an_empty_inbox_says_so(cast: Cast, client: Client) -> None:
    client.force_login(cast.son)
    assert "Không có thông báo nào" in client.get(reverse("inbox")).content.decode()


def test_long_inboxes_have_pages_and_the_same_number_of_queries(
    mai: Client, filled: Cast, django_assert_max_num_queries
) -> None:
    Notice.objects.bulk_create(
        Notice(
            recipient=filled.mai,
            key=f"k{n}",
            group=Notice.Group.NEWS,
            text=f"Tin số {n}",
            url="/",
            day="2026-10-13",
        )
        for n in range(120)
    )
    with django_assert_max_num_queries(14):
        page = mai.get(reverse("inbox"), {"page": 3}).content.decode()
    assert "101–122 trong 122" in page
