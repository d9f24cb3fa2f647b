# ruff: noqa: E501 - the table of tasks reads as a table
"""One month of a small department for the tests of reports: 25 orders, six targets, figures of two periods, staff.

The plan was given on 01/10/2026; the figures are taken for November's window, 15/10 to 14/11/2026. `SENDING` is the
Monday after it. What the comments say of numbers the tests assert.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import time_machine

from core.deadlines import DeadlineKind
from core.periods import Period, parse
from plans.actions import accept_figure, report_figure
from plans.models import Clause, Indicator, Milestone, Target, TargetIndicator
from tasks import actions
from tasks.ledger import Decision
from tasks.models import Task
from tasks.models.facts import How
from tests.cast import Cast, make_cast, make_user
from units.actions import record_check, save_member
from units.models import AccountCheck, AccountKind, StaffMember, Unit, User
from units.permissions import Role

OCTOBER = parse("month", "2026-10")
NOVEMBER = parse("month", "2026-11")
SENDING = date(2026, 11, 16)
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@contextmanager
def on(day: date, hour: int = 9) -> Iterator[None]:
    """The clock stands at `hour` of a day at the office."""
    with time_machine.travel(datetime(day.year, day.month, day.day, hour, tzinfo=_ZONE), tick=False):
        yield


def november() -> Cast:
    """The cast with its month, as the day of sending finds it."""
    with on(date(2026, 10, 1)):
        cast = make_cast()
        _more_people(cast)
        _give_tasks(cast)
        _targets(cast)
    _work(cast)
    _figures(cast)
    _staff(cast)
    return cast


def _more_people(cast: Cast) -> None:
    make_user("hai", "Đặng Thu Hải", (Role.UNIT_HEAD, cast.cn2))
    make_user("vinh", "Ngô Quang Vinh", (Role.UNIT_HEAD, cast.doan))
    make_user("thao", "Lý Phương Thảo", (Role.UNIT_HEAD, cast.vp))


def head_of(unit: Unit) -> User:
    names = {"PTD": "minh", "CN1": "tu", "CN2": "hai", "DOAN": "vinh", "VP": "thao", "VPDK": "dung"}
    return User.objects.get(username=names[unit.code])


# code: (clause, lead, title, product, phrase, nominal end)
_TASKS = {
    "NV01": ("I", "VP", "Ban hành kế hoạch triển khai và phân công nhiệm vụ cụ thể cho từng đơn vị", "Kế hoạch", "trước ngày 10/10/2026", (2026, 10, 9)),
    "NV02": ("I", "VP", "Tổ chức hội nghị quán triệt nội dung kế hoạch đến công chức, viên chức", "Báo cáo kết quả hội nghị", "20/10/2026", (2026, 10, 20)),
    "NV03": ("I", "VP", "Kiểm tra việc tiếp nhận hồ sơ trực tuyến tại các đơn vị trực thuộc", "Biên bản kiểm tra", "30/10/2026", (2026, 10, 30)),
    "NV04": ("I", "DOAN", "Thành lập tổ thanh niên hỗ trợ người dân nộp hồ sơ trực tuyến", "Quyết định thành lập", "15/10/2026", (2026, 10, 15)),
    "NV05": ("I", "DOAN", "Hướng dẫn người dân tạo tài khoản tại bộ phận tiếp nhận hồ sơ", "", "thường xuyên", None),
    "NV06": ("II", "PTD", "Rà soát thủ tục hành chính lĩnh vực đất đai đủ điều kiện cung cấp toàn trình", "Danh mục thủ tục", "23/10/2026", (2026, 10, 23)),
    "NV07": ("II", "PTD", "Trình công bố danh mục thủ tục hành chính sửa đổi, bổ sung", "Tờ trình, dự thảo quyết định", "30/10/2026", (2026, 10, 30)),
    "NV08": ("II", "PTD", "Cập nhật quy trình nội bộ giải quyết hồ sơ đất đai trên hệ thống thông tin", "Quy trình được cập nhật", "10/11/2026", (2026, 11, 10)),
    "NV09": ("II", "PTD", "Rà soát thành phần hồ sơ đã có trong cơ sở dữ liệu để không yêu cầu nộp lại", "Báo cáo rà soát", "25/11/2026", (2026, 11, 25)),
    "NV10": ("II", "PTD", "Đề xuất giảm thời gian giải quyết thủ tục cấp giấy chứng nhận lần đầu", "Tờ trình", "15/12/2026", (2026, 12, 15)),
    "NV11": ("II", "VPDK", "Kết nối phần mềm một cửa với cơ sở dữ liệu đất đai", "Biên bản nghiệm thu kết nối", "30/11/2026", (2026, 11, 30)),
    "NV12": ("II", "VPDK", "Bố trí máy quét, đường truyền tại các điểm tiếp nhận", "Báo cáo kết quả", "06/11/2026", (2026, 11, 6)),
    "NV13": ("II", "VPDK", "Tập huấn nghiệp vụ số hóa hồ sơ cho viên chức các Chi nhánh", "Báo cáo tập huấn", "trong tháng 10", (2026, 10, 31)),
    "NV14": ("II", "VPDK", "Hướng dẫn thanh toán trực tuyến nghĩa vụ tài chính về đất đai", "Văn bản hướng dẫn", "12/11/2026", (2026, 11, 12)),
    "NV15": ("II", "*", "Số hóa hồ sơ tồn tại kho lưu trữ của đơn vị", "Báo cáo số lượng hồ sơ", "31/10/2026", (2026, 10, 31)),
    "NV16": ("II", "*", "Niêm yết mã QR tra cứu thủ tục hành chính tại nơi tiếp nhận", "Ảnh chụp nơi niêm yết", "05/11/2026", (2026, 11, 5)),
    "NV17": ("III", "PTD", "Xây dựng câu hỏi, trả lời thường gặp về thủ tục đất đai", "Bộ câu hỏi, trả lời", "20/11/2026", (2026, 11, 20)),
    "NV18": ("III", "VP", "Đăng tải tài liệu hướng dẫn trên trang thông tin điện tử của Sở", "Chuyên mục trên trang thông tin", "06/11/2026", (2026, 11, 6)),
    "NV19": ("III", "DOAN", "Sản xuất video ngắn hướng dẫn nộp hồ sơ trực tuyến", "03 video", "18/12/2026", (2026, 12, 18)),
    "NV20": ("III", "UBTX", "Phối hợp tuyên truyền, hướng dẫn người dân tại nhà văn hóa thôn, khu phố", "", "", None),
    "NV21": ("IV", "VP", "Theo dõi, tổng hợp kết quả thực hiện, báo cáo Giám đốc Sở", "Báo cáo tháng", "định kỳ hằng tháng", None),
    "NV22": ("IV", "CN1", "Rà soát tài khoản của viên chức, người lao động tại Chi nhánh", "Danh sách tài khoản", "22/10/2026", (2026, 10, 22)),
    "NV23": ("IV", "CN2", "Rà soát tài khoản của viên chức, người lao động tại Chi nhánh", "Danh sách tài khoản", "22/10/2026", (2026, 10, 22)),
    "NV24": ("IV", "VP", "Đề xuất khen thưởng tập thể thực hiện tốt kế hoạch", "Tờ trình", "", None),
    "NV25": ("IV", "PTD", "Khảo sát mức độ hài lòng của người dân đối với thủ tục đất đai", "Báo cáo khảo sát", "10/12/2026", (2026, 12, 10)),
}  # fmt: skip

_CLAUSES = {
    "I": "Công tác chỉ đạo, điều hành",
    "II": "Nâng cao chất lượng cung cấp dịch vụ công trực tuyến",
    "III": "Công tác thông tin, tuyên truyền",
    "IV": "Kiểm tra, giám sát và tổ chức thực hiện",
}


def _give_tasks(cast: Cast) -> None:
    clauses = {
        label: Clause.objects.create(plan=cast.plan, order=order, level=1, label=label, text=text)
        for order, (label, text) in enumerate(_CLAUSES.items(), 1)
    }
    units = {unit.code: unit for unit in Unit.objects.all()}
    kinds = {
        "thường xuyên": DeadlineKind.STANDING,
        "định kỳ hằng tháng": DeadlineKind.RECURRING,
        "": DeadlineKind.NONE,
    }
    for order, (code, (clause, lead, title, product, phrase, end)) in enumerate(_TASKS.items(), 1):
        who = {"lead_group": cast.branches} if lead == "*" else {"lead": units[lead]}
        helpers = {
            "NV11": [(cast.ptd, "coordinating")],
            "NV12": [(cast.vp, "coordinating"), (cast.cn1, "joint")],
        }
        cast.task(
            code,
            order=order,
            clause=clauses[clause],
            title=title,
            product=product,
            phrase=phrase,
            deadline_kind=kinds.get(phrase, DeadlineKind.DATE),
            nominal_end=date(*end) if end else None,
            strength="request" if lead == "UBTX" else "assign",
            coordinators=helpers.get(code, ()),
            coordination_note="Công chức địa chính cấp xã" if code == "NV17" else "",
            **who,
        )


def leaf(code: str, unit: Unit | None = None) -> Task:
    tasks = Task.objects.filter(code=code, lead_unit__isnull=False)
    return tasks.get(lead_unit=unit) if unit else tasks.get()


def finish(
    cast: Cast, code: str, sent: date, confirmed: date, *, unit: Unit | None = None, proof: str = ""
) -> None:
    """The head sends the result, the office confirms it."""
    task = leaf(code, unit)
    assert task.lead_unit is not None
    with on(sent):
        head = head_of(task.lead_unit)
        if proof:
            actions.attach(task, by=head, number=proof, issued_on=sent, issuer=task.lead_unit.name)
        actions.submit(task, by=head, text="Đã hoàn thành, sản phẩm gửi kèm.", product_on=None)
    with on(confirmed):
        actions.confirm(task, by=User.objects.get(pk=cast.lan.pk))


def _work(cast: Cast) -> None:
    day = date
    # before the window: four done by 14/10, one of them late (NV01 due 09/10, sent on 12/10)
    finish(cast, "NV01", day(2026, 10, 12), day(2026, 10, 13), proof="45/KH-VP")
    finish(cast, "NV04", day(2026, 10, 12), day(2026, 10, 13), proof="07-QĐ/ĐTN")
    # in the window
    finish(cast, "NV02", day(2026, 10, 19), day(2026, 10, 21), proof="112/BC-VP")
    finish(cast, "NV06", day(2026, 10, 22), day(2026, 10, 26), proof="88/BC-QLĐĐ")
    finish(cast, "NV13", day(2026, 11, 4), day(2026, 11, 5))  # due 31/10, a Saturday: until 02/11, hence late
    finish(cast, "NV22", day(2026, 10, 21), day(2026, 10, 22))
    finish(cast, "NV23", day(2026, 10, 22), day(2026, 10, 23))
    finish(cast, "NV18", day(2026, 11, 5), day(2026, 11, 6))
    finish(cast, "NV16", day(2026, 11, 3), day(2026, 11, 4), unit=cast.cn1)
    finish(cast, "NV16", day(2026, 11, 4), day(2026, 11, 5), unit=cast.cn2)
    finish(cast, "NV15", day(2026, 10, 30), day(2026, 11, 2), unit=cast.cn1)
    with on(day(2026, 11, 9)):
        actions.submit(leaf("NV08"), by=cast.minh, text="Đã cập nhật 12/12 quy trình, trình xác nhận.")
        actions.update_progress(
            leaf("NV15", cast.cn2),
            by=head_of(cast.cn2),
            text="Đã số hóa 4.210/6.500 hồ sơ.",
            percent=65,
            obstacle="Kho lưu trữ bị dột sau bão, phải di chuyển hồ sơ trước khi quét.",
            proposal="Đề nghị Sở bố trí kinh phí sửa chữa kho lưu trữ.",
        )
        actions.update_progress(
            leaf("NV11"), by=cast.dung, text="Đã kết nối thử nghiệm 03/05 dịch vụ.", percent=60
        )
        actions.update_progress(leaf("NV09"), by=cast.minh, text="Đã rà soát 18/31 thủ tục.", percent=58)
    with on(day(2026, 11, 5)):
        actions.ask_extension(
            leaf("NV14"),
            by=cast.dung,
            proposed_end=day(2026, 11, 27),
            reason="Chờ hướng dẫn của cơ quan thuế về mẫu thông báo nộp tiền.",
        )
    with on(day(2026, 11, 6)):
        actions.decide_extension(
            leaf("NV14"),
            by=cast.lan,
            granted=True,
            decision=Decision(decided_by="Trần Thị Hòa", how=How.NOTE, basis="Bút phê ngày 06/11/2026"),
        )
    with on(day(2026, 11, 10)):
        actions.ask_extension(
            leaf("NV17"), by=cast.minh, proposed_end=day(2026, 12, 4), reason="Bổ sung thủ tục mới công bố."
        )


def _indicator(code: str, name: str, **fields: object) -> Indicator:
    return Indicator.objects.create(code=code, name=name, **fields)


def _target(
    cast: Cast, order: int, name: str, scope: dict, indicators: list[Indicator], *milestones: tuple
) -> None:
    target = Target.objects.create(plan=cast.plan, code=f"CT{order}", order=order, name=name, **scope)
    for at, indicator in enumerate(indicators):
        TargetIndicator.objects.create(target=target, indicator=indicator, order=at)
    for at, (phrase, end, comparator, value) in enumerate(milestones):
        Milestone.objects.create(
            target=target,
            order=at,
            phrase=phrase,
            nominal_end=date(*end) if end else None,
            comparator=comparator,
            value=Decimal(value),
        )


def _targets(cast: Cast) -> None:
    online = _indicator("HSTT", "Tỷ lệ hồ sơ tiếp nhận trực tuyến")
    paid = _indicator("TTTT", "Tỷ lệ hồ sơ thanh toán trực tuyến")
    scans = _indicator("SHHS", "Tỷ lệ hồ sơ được số hóa khi tiếp nhận")
    in_time = _indicator("DH", "Tỷ lệ hồ sơ giải quyết đúng hạn")
    fault = _indicator("TL", "Tỷ lệ hồ sơ phải trả lại để bổ sung", direction="lower")
    rebuke = _indicator("PAKN", "Tỷ lệ phản ánh, kiến nghị được xử lý đúng hạn")
    videos = _indicator("VD", "Số video hướng dẫn", measure_unit="video", basis="cumulative")
    unit = lambda each: {"scope": "unit", "unit": each}  # noqa: E731
    _target(
        cast, 1, "Hồ sơ tiếp nhận và thanh toán trực tuyến của Sở", unit(cast.so), [online, paid],
        ("31/10/2026", (2026, 10, 31), "ge", "70"), ("31/12/2026", (2026, 12, 31), "gt", "80"),
    )  # fmt: skip
    _target(
        cast, 2, "Số hóa hồ sơ tại các Chi nhánh", {"scope": "each", "group": cast.branches}, [scans],
        ("14/11/2026", (2026, 11, 14), "ge", "40"), ("31/12/2026", (2026, 12, 31), "ge", "60"),
    )  # fmt: skip
    _target(
        cast,
        3,
        "Giải quyết hồ sơ đúng hạn",
        unit(cast.so),
        [in_time],
        ("10/11/2026", (2026, 11, 10), "ge", "98"),
    )
    _target(cast, 4, "Hồ sơ phải trả lại", unit(cast.ptd), [fault], ("31/12/2026", (2026, 12, 31), "le", "5"))
    _target(
        cast,
        5,
        "Xử lý phản ánh, kiến nghị",
        unit(cast.vp),
        [rebuke],
        ("31/12/2026", (2026, 12, 31), "ge", "100"),
    )
    _target(cast, 6, "Video hướng dẫn", unit(cast.doan), [videos], ("31/12/2026", (2026, 12, 31), "ge", "3"))


def _figures(cast: Cast) -> None:
    def report(
        code: str, unit: Unit, period: Period, numerator: str, denominator: str | None, note: str = ""
    ) -> None:
        with on(period.end, 15):
            made = report_figure(
                Indicator.objects.get(code=code),
                unit,
                period,
                by=User.objects.system(),
                numerator=Decimal(numerator),
                denominator=Decimal(denominator) if denominator else None,
                note=note,
            )
            accept_figure(made, by=User.objects.system())

    so, ptd = cast.so, cast.ptd
    report("HSTT", so, OCTOBER, "1264", "1840")  # 68,7 %
    report("HSTT", so, NOVEMBER, "1512", "2000")  # 75,6 %
    report("TTTT", so, OCTOBER, "402", "900")  # 44,7 %
    report("TTTT", so, NOVEMBER, "480", "960", "Người dân quen nộp tiền mặt tại ngân hàng.")  # 50 %
    report("SHHS", cast.cn1, OCTOBER, "95", "310")
    report("SHHS", cast.cn2, OCTOBER, "60", "240")
    report("SHHS", cast.cn1, NOVEMBER, "171", "342")  # 50 %
    report(
        "SHHS", cast.cn2, NOVEMBER, "90", "260", "Máy quét hỏng 02 tuần, đã sửa xong ngày 09/11/2026."
    )  # 34,6 %
    report("DH", so, OCTOBER, "1790", "1815")
    report("DH", so, NOVEMBER, "1968", "2000")  # 98,4 %
    report("TL", ptd, OCTOBER, "31", "410")
    report("TL", ptd, NOVEMBER, "27", "430")  # 6,3 %
    report("PAKN", cast.vp, NOVEMBER, "0", "0")  # nothing arose


def _staff(cast: Cast) -> None:
    with on(date(2026, 10, 5)):
        kinds = [
            AccountKind.objects.create(
                code="DVCQG", name="Tài khoản Cổng Dịch vụ công quốc gia", short_name="Cổng DVCQG",
                counts_when="activated", position=1,
            ),
            AccountKind.objects.create(
                code="VNEID2", name="Tài khoản định danh điện tử mức độ 2", short_name="VNeID mức độ 2",
                counts_when="activated", position=2,
            ),
        ]  # fmt: skip
        sizes = {cast.vp: 8, cast.ptd: 9, cast.vpdk: 6, cast.cn1: 7, cast.cn2: 5}
        number = 0
        for unit, size in sizes.items():
            for _ in range(size):
                number += 1
                member = save_member(
                    StaffMember(
                        code=f"CB{number:03d}", unit=unit, full_name=f"Nguyễn Văn {chr(64 + number % 26)}"
                    )
                )
                for kind in kinds:
                    # everybody holds the first kind, every fifth lacks the second
                    known = kind is kinds[0] or number % 5
                    record_check(
                        member, kind, by=User.objects.system(), checked_on=date(2026, 10, 5),
                        state=AccountCheck.State.ACTIVATED if known else AccountCheck.State.NOT_YET,
                        reason="" if known else "Chưa đến làm thủ tục",
                    )  # fmt: skip
        away = StaffMember(
            code="CB900",
            unit=cast.cn1,
            full_name="Trần Thị Nghỉ",
            employment=StaffMember.Employment.MATERNITY,
        )
        save_member(away)
    with on(date(2026, 11, 3)):  # two of the seven who lacked it have it since
        for code in ("CB005", "CB010"):
            record_check(
                StaffMember.objects.get(code=code), kinds[1], by=User.objects.system(),
                checked_on=date(2026, 11, 3), state=AccountCheck.State.ACTIVATED,
            )  # fmt: skip
