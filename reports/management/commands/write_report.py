"""Snapshot and Word file of a plan's report from the command line; works without a worker."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from core import periods
from core.fields import parse_day
from core.text import clean_line, fold
from plans.models import Plan
from reports import jobs
from reports.actions import RuleBroken, create_draft
from reports.models import AgencyProfile, Report
from reports.profiles import default_profile
from units.models import User

BAD_INPUT = 2
_MOST_CANDIDATES = 10


class Refused(Exception):
    """Bad input; the message goes to standard error and the exit status is 2."""


class Command(BaseCommand):
    help = "Lập báo cáo tiến độ của một kế hoạch: chốt số liệu và xuất file Word."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("plan", metavar="PLAN", help="id, mã hoặc số, ký hiệu của kế hoạch")
        parser.add_argument("--kind", required=True, metavar="KIND", help=", ".join(periods.KINDS))
        parser.add_argument(
            "--period", required=True, metavar="PERIOD", help="2026-11, 2026-W47, 2026-Q4, 2026"
        )
        parser.add_argument("--as-of", metavar="DATE", help="ngày chốt số liệu, ngày/tháng/năm")
        parser.add_argument(
            "--profile",
            default=AgencyProfile.Reach.INTERNAL,
            choices=AgencyProfile.Reach.values,
            help="loại báo cáo",
        )
        parser.add_argument("-o", "--output", metavar="FILE.docx", help="nơi ghi file Word")
        parser.add_argument("--as", dest="user", metavar="USER", help="tên đăng nhập của người lập")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = self._draft(options)
        except (Refused, RuleBroken, ValueError) as error:
            lines = error.messages if isinstance(error, RuleBroken) else [str(error)]
            self.stderr.write("\n".join(lines))
            sys.exit(BAD_INPUT)
        jobs.build_report(report.pk)
        report.refresh_from_db()
        with report.draft_file.open("rb") as file:
            docx = file.read()
        target = Path(options["output"] or f"bao-cao-{report.plan.code}-{report.period_key}.docx")
        try:
            target.write_bytes(docx)
        except OSError as error:
            self.stderr.write(f"Không ghi được tệp {target}: {error.strerror}.")
            sys.exit(BAD_INPUT)
        self.stdout.write(
            f"{report.title}: {target} (báo cáo {report.pk}, số liệu {report.snapshot.sha256[:12]})"
        )

    def _draft(self, options: dict[str, Any]) -> Report:
        period = periods.parse(options["kind"], options["period"])
        as_of = parse_day(options["as_of"]) if options["as_of"] else None
        plan = find_plan(options["plan"])
        by = find_user(options["user"])
        profile = default_profile(plan.tracking_unit, options["profile"])
        return create_draft(plan, period, profile, by=by, as_of=as_of)


def find_plan(words: str) -> Plan:
    """The plan named by its document number, code or id, in this order; raises with the candidates
    otherwise.
    """
    words = clean_line(words)
    plans = Plan.objects.select_related("document", "tracking_unit", "issuer")
    for same in (
        plans.filter(document__number__iexact=words),
        plans.filter(code__iexact=words),
        plans.filter(pk=int(words)) if words.isdecimal() and len(words) < 10 else plans.none(),
    ):
        found = list(same)
        if len(found) == 1:
            return found[0]
        if found:
            raise Refused(_candidates(f"Có {len(found)} kế hoạch khớp với “{words}”:", found))
    wanted = fold(words)
    near = [
        plan
        for plan in plans
        if wanted and wanted in fold(f"{plan.document.number} {plan.code} {plan.title}")
    ]
    if near:
        raise Refused(_candidates(f"Không có kế hoạch đúng là “{words}”. Có thể là:", near))
    raise Refused(f"Không tìm thấy kế hoạch “{words}”.")


def _candidates(head: str, plans: list[Plan]) -> str:
    lines = [
        f"  {plan.pk}  {plan.code}  {plan.document.number or '(chưa có số)'}  {plan.title}" for plan in plans
    ]
    return "\n".join([head, *lines[:_MOST_CANDIDATES]])


def find_user(username: str | None) -> User:
    if username is None:
        return User.objects.system()
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise Refused(f"Không có người dùng “{username}” đang hoạt động.")
    return found
