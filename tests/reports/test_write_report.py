"""`write_report`: the same draft and paper as the page, from the command line and without a worker."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from docx import Document

from plans.models import Document as PlanDocument
from plans.models import Plan
from reports.document.check import conformance
from reports.models import Report


def run(*args: str) -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("write_report", *args, stdout=out, stderr=err)
    except SystemExit as stopped:
        return int(stopped.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


NOVEMBER = ("--kind", "month", "--period", "2026-11")


@pytest.mark.parametrize("named", ["12/KH-SNNMT", "12/kh-snnmt", "KH12", "ID"])
def test_a_plan_is_named_by_number_code_or_id(office, tmp_path: Path, named):
    target = tmp_path / "bc.docx"
    status, _out, err = run(str(office.plan.pk) if named == "ID" else named, *NOVEMBER, "-o", str(target))
    assert (status, err) == (0, "")
    assert [check for check in conformance(target.read_bytes()) if not check.ok] == []


def test_it_acts_as_the_named_person_or_the_system(office, tmp_path: Path):
    target = str(tmp_path / "bc.docx")
    run("KH12", *NOVEMBER, "-o", target)
    assert Report.objects.get().created_by.username == "he-thong"
    run("KH12", *NOVEMBER, "--profile", "external", "--as", "lan", "-o", target)
    assert Report.objects.order_by("-id").first().created_by == office.lan


def test_the_profile_and_the_day_are_chosen(office, tmp_path: Path):
    target = tmp_path / "bc.docx"
    status, *_ = run("KH12", *NOVEMBER, "--profile", "external", "--as-of", "10/11/2026", "-o", str(target))
    text = "\n".join(paragraph.text for paragraph in Document(str(target)).paragraphs).replace("\u00a0", " ")
    assert status == 0 and "Kính gửi: Ủy ban nhân dân tỉnh" in text and "số liệu đến ngày 10/11/2026" in text


def test_twice_the_same_gives_the_same_bytes(office, tmp_path: Path):
    one, other = tmp_path / "1.docx", tmp_path / "2.docx"
    run("KH12", *NOVEMBER, "-o", str(one))
    run("KH12", *NOVEMBER, "-o", str(other))
    assert one.read_bytes() == other.read_bytes() and Report.objects.count() == 1


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("KH99", *NOVEMBER), "Không tìm thấy kế hoạch “KH99”"),
        (("KH12", "--kind", "day", "--period", "2026-11"), "Không có loại kỳ báo cáo"),
        (("KH12", "--kind", "month", "--period", "2026-13"), "Hãy nhập theo mẫu 2026-11"),
        (("KH12", "--kind", "month", "--period", "2027-06"), "phải trong kỳ báo cáo"),
        (("KH12", *NOVEMBER, "--as-of", "31/02/2026"), "không phải là ngày có thật"),
        (("KH12", *NOVEMBER, "--as", "ai-do"), "Không có người dùng"),
        (("KH12", *NOVEMBER, "--as", "minh"), "không có quyền"),
        (("KH12", *NOVEMBER, "-o", "/khong/co/bc.docx"), "Không ghi được tệp"),
    ],
)
def test_bad_input_exits_with_two_and_says_why(office, args, message, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = run(*args)
    assert status == 2 and message in err and out == ""
    assert list(tmp_path.iterdir()) == []


def test_an_ambiguous_name_is_refused_with_the_candidates(office):
    for code in ("KH13", "KH14"):
        paper = PlanDocument.objects.create(
            number="30/KH-UBND", issuer="UBND tỉnh", subject="Cải cách hành chính"
        )
        Plan.objects.create(
            code=code, title=f"Cải cách hành chính {code}", document=paper, issuer=office.so,
            tracking_unit=office.vp, starts_on=office.plan.starts_on, ends_on=office.plan.ends_on,
        )  # fmt: skip
    status, _out, err = run("30/KH-UBND", *NOVEMBER)
    assert status == 2 and "KH13" in err and "KH14" in err
    status, _out, err = run("cai cach", *NOVEMBER)
    assert status == 2 and "KH13" in err and "KH14" in err


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_the_figures_are_read_in_one_moment():
    """Inside the reading nobody else's commit is seen."""
    from reports.collect import one_moment

    with one_moment(), connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("repeatable read",)
        cursor.execute("SHOW transaction_read_only")
        assert cursor.fetchone() == ("on",)
