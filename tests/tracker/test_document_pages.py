"""Documents as people use them: found, read with what they come from, filled in later, linked, never stored twice."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plans.documents import edit, keep_file, link, register
from plans.models import Document, DocumentLink
from tests.cast import Cast
from units.actions import RuleBroken

pytestmark = pytest.mark.django_db


def paper(cast: Cast, number: str = "", issued: date | None = None, **fields: object) -> Document:
    defaults = {"kind": "TB", "issuer": "Sở Nông nghiệp và Môi trường", "subject": f"Thông báo {number}"}
    return register(Document(number=number, issued_on=issued, **(defaults | fields)), by=cast.lan)


def form(**fields: str) -> dict[str, str]:
    defaults = {"kind": "CV", "issuer": "UBND tỉnh", "subject": "Đẩy mạnh dịch vụ công trực tuyến"}
    return defaults | fields


def body(answer) -> str:
    return answer.content.decode()


# --- The list -------------------------------------------------------------------------------------


def test_documents_are_found_without_accents_and_by_what_is_in_force(cast: Cast, client: Client) -> None:
    old, new = paper(cast, "304/TB", date(2026, 9, 6)), paper(cast, "480/TB", date(2026, 10, 1))
    link(new, old, "replaces", by=cast.lan)
    coming = paper(cast, "500/TB", date(2026, 10, 1), effective_on=date(2027, 1, 1))
    draft = paper(cast, subject="Hướng dẫn số hóa")
    client.force_login(cast.lan)

    def found(**query: str) -> set[str]:
        rows = client.get(reverse("documents"), query).context["rows"]
        return {row["citation"] for row in rows} - {cast.plan.document.citation}

    assert found(force="in_force") == {new.citation}
    assert found(force="replaced") == {old.citation}
    assert found(force="not_yet") == {coming.citation, draft.citation}
    assert found(q="so hoa") == found(force="no_number") == {draft.citation}
    assert found(kind="CV") == set()


def test_a_document_is_seen_through_its_agency_its_plan_or_its_task(cast: Cast, client: Client) -> None:
    kept, given = paper(cast, "1/TB"), paper(cast, "2/TB")
    cast.task(plan=None, source="letter", source_document=given)

    def sees(person) -> set[str]:
        client.force_login(person)
        return {row["citation"] for row in client.get(reverse("documents")).context["rows"]}

    # The plan's own document came before documents had an agency: it is seen through the plan.
    of_plan = cast.plan.document.citation
    for person in (cast.lan, cast.hoa, cast.son):
        assert sees(person) == {kept.citation, given.citation, of_plan}, person.username
    # The division has the task; the branch has nothing.
    assert sees(cast.minh) == {given.citation}
    assert sees(cast.tu) == set() == sees(cast.stranger)


# --- One document ---------------------------------------------------------------------------------


def test_the_chain_is_read_both_ways_at_any_depth(cast: Cast, client: Client) -> None:
    papers = [paper(cast, f"{n}/TB", date(2026, 1, n + 1)) for n in range(6)]
    for later, earlier in zip(papers[1:], papers, strict=False):
        link(later, earlier, "based_on", by=cast.lan)
    client.force_login(cast.lan)
    page = client.get(reverse("document", args=[papers[2].pk]))
    above, below = page.context["above"], page.context["below"]
    assert [row["citation"] for row in above] == [papers[1].citation, papers[0].citation]
    assert [row["citation"] for row in below] == [each.citation for each in papers[3:]]
    assert above[0]["relation"] == "Căn cứ" and below[0]["relation"] == "Là căn cứ của"


def test_a_longer_chain_costs_no_more_queries(cast: Cast, client: Client) -> None:
    client.force_login(cast.lan)
    papers = [paper(cast, f"{n}/TB", date(2026, 1, n + 1)) for n in range(8)]
    counts = []
    for reach in (2, 7):
        for later, earlier in zip(papers[1 : reach + 1], papers, strict=False):
            DocumentLink.objects.get_or_create(source=later, target=earlier, kind="implements")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(reverse("document", args=[papers[0].pk])).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 40


def test_whoever_does_not_see_the_other_document_reads_its_name_only(cast: Cast, client: Client) -> None:
    basis = paper(cast, "9981/UBND", date(2026, 9, 1), subject="Chấp thuận")
    given, after = paper(cast, "2/TB", date(2026, 9, 2)), paper(cast, "3/TB", date(2026, 9, 3))
    link(given, basis, "based_on", by=cast.lan)
    link(after, given, "answers", by=cast.lan)
    cast.task(plan=None, source="letter", source_document=given)
    client.force_login(cast.minh)
    page = client.get(reverse("document", args=[given.pk]))
    assert [(row["url"], row["subject"]) for row in page.context["above"]] == [("", "")]
    assert "9981/UBND" in body(page) and page.context["below"] == [] and "3/TB" not in body(page)
    assert client.get(reverse("document", args=[basis.pk])).status_code == 404


def test_what_stands_in_its_place_is_said_with_the_day(cast: Cast, client: Client) -> None:
    """Seed 000: in effect from 11/10/2023, signed 08/11/2023, in the place of a notice of 06/10/2023."""
    old = paper(cast, "304/TB", date(2023, 10, 6))
    new = paper(cast, "480/TB", date(2023, 11, 8), effective_on=date(2023, 10, 11))
    link(new, old, "replaces", by=cast.lan)
    client.force_login(cast.lan)
    assert f"Đã được {new.citation} thay thế từ 08/11/2023." in body(
        client.get(reverse("document", args=[old.pk]))
    )
    now = body(client.get(reverse("document", args=[new.pk])))
    assert "Có hiệu lực từ 11/10/2023, trước ngày ký 08/11/2023." in now


# --- Entering and putting right -------------------------------------------------------------------


def test_number_and_day_come_later(cast: Cast, client: Client) -> None:
    """Seed 004: neither number nor day; seed 003: an article about the document."""
    client.force_login(cast.lan)
    client.post(reverse("document_new"), form(is_secondary="on"))
    found = Document.objects.get(issuer="UBND tỉnh")
    assert "(chưa có số)" in found.citation and found.is_secondary and found.agency == cast.so
    page = client.get(reverse("document_edit", args=[found.pk]))
    seen = page.context["form"]["seen"].value()
    later = form(number="9981/UBND-HCC", issued_on="27/9/2026", incoming_number="88", incoming_on="29/9/2026")
    client.post(reverse("document_edit", args=[found.pk]), later | {"seen": seen})
    found.refresh_from_db()
    assert found.number == "9981/UBND-HCC" and not found.is_secondary and found.search.startswith("9981")


def test_the_same_paper_is_pointed_out_and_may_still_be_another(cast: Cast, client: Client) -> None:
    paper(cast, "92/KH-UBND", date(2026, 3, 18), issuer="UBND tỉnh", kind="KH")
    client.force_login(cast.lan)
    again = form(number="92/kh-ubnd", issued_on="18/03/2026", issuer="Ubnd  Tỉnh")
    answer = client.post(reverse("document_new"), again)
    assert answer.status_code == 422 and "đã có" in body(answer)
    assert Document.objects.filter(number__iexact="92/KH-UBND").count() == 1
    assert client.post(reverse("document_new"), again | {"anyway": "on"}).status_code == 302


def test_a_state_secret_is_not_taken(cast: Cast, client: Client) -> None:
    client.force_login(cast.lan)
    answer = client.post(reverse("document_new"), form(subject="TỐI MẬT – kế hoạch"))
    assert answer.status_code == 422 and "bí mật nhà nước" in body(answer)
    assert not Document.objects.filter(issuer="UBND tỉnh").exists()


def test_two_people_at_one_document(cast: Cast, client: Client) -> None:
    found = paper(cast, "1/TB")
    client.force_login(cast.lan)
    seen = client.get(reverse("document_edit", args=[found.pk])).context["form"]["seen"].value()
    found.signer = "Người ký"
    edit(found, by=cast.lan)
    answer = client.post(
        reverse("document_edit", args=[found.pk]), form(number="1/TB", subject="Chữ vừa gõ", seen=seen)
    )
    assert answer.status_code == 409 and "Chữ vừa gõ" in body(answer)
    found.refresh_from_db()
    assert found.subject == "Thông báo 1/TB"


def test_a_document_does_not_come_before_it_was_issued(cast: Cast) -> None:
    with pytest.raises(RuleBroken):
        paper(cast, "1/TB", date(2026, 9, 2), incoming_on=date(2026, 9, 1))


# --- Links and files ------------------------------------------------------------------------------


def test_a_circle_of_replacements_is_refused_in_words(cast: Cast, client: Client) -> None:
    first, second, third = (paper(cast, f"{n}/TB", date(2026, 1, n)) for n in (1, 2, 3))
    link(second, first, "replaces", by=cast.lan)
    link(third, second, "replaces", by=cast.lan)
    client.force_login(cast.lan)
    answer = client.post(
        reverse("document_link", args=[first.pk]), {"kind": "replaces", "target": str(third.pk)}
    )
    words = f"{third.citation} thay thế {second.citation} thay thế {first.citation}; ngược lại không thể"
    assert answer.status_code == 422 and words in body(answer)
    assert DocumentLink.objects.count() == 2
    assert link(first, third, "answers", by=cast.lan).pk


def test_links_are_made_by_number_and_taken_back(cast: Cast, client: Client) -> None:
    first, second = paper(cast, "1/TB"), paper(cast, "2/TB")
    client.force_login(cast.lan)
    wrong = client.post(reverse("document_link", args=[second.pk]), {"kind": "answers", "number": "9/TB"})
    assert wrong.status_code == 422 and "hãy nhập văn bản đó trước" in body(wrong)
    client.post(reverse("document_link", args=[second.pk]), {"kind": "answers", "number": "1/tb"})
    made = DocumentLink.objects.get(source=second, target=first)
    client.post(reverse("document_unlink", args=[made.pk]))
    assert not DocumentLink.objects.exists()


def test_others_read_and_do_not_write(cast: Cast, client: Client) -> None:
    found, other = paper(cast, "1/TB"), paper(cast, "2/TB")
    made = link(found, other, "answers", by=cast.lan)
    for person, status in ((cast.hoa, 403), (cast.son, 403), (cast.tu, 404)):
        client.force_login(person)
        for name, pk in (
            ("document_edit", found.pk),
            ("document_link", found.pk),
            ("document_unlink", made.pk),
        ):
            assert client.post(reverse(name, args=[pk])).status_code == status, (person.username, name)
    client.force_login(cast.minh)
    assert client.get(reverse("document_new")).status_code == 403
    with pytest.raises(RuleBroken):
        edit(found, by=cast.minh)


def test_a_file_is_kept_and_handed_out_as_an_attachment(cast: Cast, client: Client) -> None:
    found = paper(cast, "1/TB")
    upload = SimpleUploadedFile("thong-bao.pdf", b"%PDF-1.4 x", content_type="application/pdf")
    kept = keep_file(found, upload, by=cast.lan)
    client.force_login(cast.lan)
    answer = client.get(reverse("document_file", args=[kept.pk]))
    assert answer["Content-Disposition"].startswith("attachment") and kept.is_intact()
    client.force_login(cast.tu)
    assert client.get(reverse("document_file", args=[kept.pk])).status_code == 404
