"""The four documents of Đồng Nai: a notice (000), two letters (001, 002), an article about a letter (003)."""

from datetime import date

from core.periods import containing
from plans.actions import report_figure
from plans.models import Document
from tasks import actions
from tasks.models import Task
from tasks.recurrence import DueRule, Every, Rhythm
from tasks.status import Strength
from tests.seeds.scene import DEPARTMENTS, DISTRICTS, Seed, cited, collective, link, province, ratio
from tracker.replacement import CARRY, Choice, frame_of, open_duties, replace
from units.models import User

REQUIRE, REMIND, REQUEST = Strength.REQUIRE, Strength.REMIND, Strength.REQUEST
ENCOURAGE, STRIVE = Strength.ENCOURAGE, Strength.STRIVE
ONLINE = ("HSTT", "Tỷ lệ hồ sơ nộp trực tuyến", "Hồ sơ nộp trực tuyến", "Hồ sơ phát sinh")


def directive_9981(seed: Seed) -> Document:
    return cited(
        seed, "CV", "9981/UBND-HCC", date(2023, 9, 27), "UBND tỉnh Đồng Nai", "Thí điểm tiếp nhận trực tuyến"
    )


def notice_480() -> Seed:
    """000: Notice 480/TB-STNMT of 08/11/2023, in effect since 11/10/2023, in the place of notice 304."""
    seed = province("VPTNMT", "TNMT", "TTHCC")
    old = seed.write_plan(
        "TB304", "Tiếp nhận trực tuyến theo lịch (thông báo trước)", issuer="TNMT", tracking="VPTNMT",
        starts=date(2023, 10, 6), ends=date(2024, 12, 31),
        document={"kind": "TB", "number": "304/TB-STNMT", "issued_on": date(2023, 10, 6),
                  "issuer": "Sở Tài nguyên và Môi trường", "subject": "Lịch tiếp nhận trực tuyến"},
    )  # fmt: skip
    seed.order("304", "Cập nhật hướng dẫn nộp hồ sơ trên trang của Sở", lead="VPTNMT", phrase="30/11/2023")
    seed.give()
    basis = directive_9981(seed)
    new = seed.write_plan(
        "TB480", "Tiếp nhận trực tuyến thứ Tư và thứ Sáu", issuer="TNMT", tracking="VPTNMT",
        starts=date(2023, 10, 11), ends=date(2024, 12, 31),
        document={"kind": "TB", "number": "480/TB-STNMT", "issued_on": date(2023, 11, 8),
                  "effective_on": date(2023, 10, 11), "issuer": "Sở Tài nguyên và Môi trường",
                  "signer": "Nguyễn Ngọc Thường", "subject": "Tiếp nhận trực tuyến thứ Tư và thứ Sáu"},
        bases=[basis],
        clauses=[("0-4", "2", "Thủ tục chưa đủ điều kiện: vẫn nhận trực tiếp và qua bưu chính công ích"),
                 ("0-9", "3", "Hỏi đáp: Tổng đài 1022 (0251.1022)")],
    )  # fmt: skip
    bodies = collective(seed, "Các Sở, ban, ngành, Trung tâm và UBND cấp huyện",
                        [code for code in (*DEPARTMENTS, "TTHCC", *DISTRICTS) if code != "TNMT"])  # fmt: skip
    districts = collective(seed, "UBND các huyện, thành phố", DISTRICTS)
    seed.order("0-3", "Chỉ tiếp nhận hồ sơ trực tuyến vào thứ Tư và thứ Sáu", lead="TNMT",
               phrase="từ ngày 11/10/2023, thứ Tư và thứ Sáu hàng tuần")  # fmt: skip
    seed.order("0-5", "Cấu hình quy trình trực tuyến của 87 thủ tục", lead="TNMT", along=["TTTT"],
               phrase="đã thực hiện ngày 08/11/2023", parts_total=87, parts_label="thủ tục hành chính")  # fmt: skip
    seed.order(
        "0-6",
        "Phối hợp triển khai, tuyên truyền trong cơ quan",
        group=bodies,
        along=["TNMT"],
        strength=REQUEST,
    )
    seed.order("0-7", "Đăng thông báo trên trang thông tin điện tử", lead="TTHCC", strength=REQUEST)
    seed.order("0-8", "Hỗ trợ tuyên truyền đến người dân", group=districts, strength=REQUEST)
    seed.give()
    rule = seed.task("0-3")
    for day in (date(2023, 10, 13), date(2023, 11, 1)):
        actions.log_breach(
            rule, by=seed.office, duty=rule.duties.get(), on=day, text="Nhận trực tiếp tại quầy"
        )
    actions.attach(
        seed.task("0-7"), by=seed.heads["TTHCC"], url="https://trungtam.example.vn/tb480", title="Bài đăng"
    )
    link(new.document, old.document, "replaces", by=seed.office)
    frame = frame_of(new.document, old.document)
    assert frame is not None
    choices = [Choice(duty, CARRY) for duty in open_duties(frame)]
    seed.notes["replaced"] = replace(
        frame, choices, by=seed.office, decision=seed.said, reason="Thông báo mới thay thế"
    )
    seed.notes["old"] = old.pk
    return seed


REMINDED = ("TTTT", "KHCN", "STC", "VHTT")


def letter_4638() -> Seed:
    """001: letter 4638/UBND-HCC of 11/5/2018: orders, a reprimand, explanations in two steps."""
    seed = province("VPUB", "UBND", "SNGV", "SNV", "TTTT")
    breached = cited(
        seed, "CV", "13392/UBND-HCC", date(2017, 12, 25), "UBND tỉnh Đồng Nai", "Nộp hồ sơ trực tuyến"
    )
    plan = seed.write_plan(
        "CV4638", "Chấn chỉnh việc tiếp nhận hồ sơ trực tuyến", issuer="UBND", tracking="VPUB",
        starts=date(2018, 1, 1), ends=date(2018, 12, 31),
        document={"kind": "CV", "number": "4638/UBND-HCC", "issued_on": date(2018, 5, 11),
                  "issuer": "UBND tỉnh Đồng Nai", "subject": "Nhắc nhở việc tiếp nhận hồ sơ trực tuyến"},
        bases=[breached],
        clauses=[("1-3", "1", "Hồ sơ qua cổng về thẳng đầu mối của Sở Ngoại vụ, không qua đầu mối nhận thay")],
    )  # fmt: skip
    for number, on, issuer in (
        ("24/TTHCC", date(2018, 4, 10), "Trung tâm Hành chính công"),
        ("1407/SNV-CCHC", date(2018, 5, 2), "Sở Nội vụ"),
        ("BB-07/5", date(2018, 5, 7), "Sở Nội vụ"),
    ):
        kind = "khac" if number.startswith("BB") else "BC"
        link(
            plan.document,
            cited(seed, kind, number, on, issuer, "Kết quả tiếp nhận"),
            "answers",
            by=seed.office,
        )
    june = "từ ngày 01/6/2018"
    everybody = collective(seed, "Các Sở, ngành", DEPARTMENTS)
    seed.order("1-2", "Bố trí người trực tại quầy Sở Ngoại vụ", lead="TTHCC", phrase=june)
    seed.order("1-4", "Luân chuyển hồ sơ về Sở Ngoại vụ", lead="TTHCC", along=["BD"], phrase=june)
    seed.order("1-5", "Hỗ trợ các đơn vị trong thời gian đầu", lead="SNV", along=["SNGV", "TTHCC"],
               phrase="từ 01/6/2018 đến 30/6/2018")  # fmt: skip
    collected = seed.order("1-6", "Báo cáo khó khăn, vướng mắc (nếu có)", each="SNGV TTHCC", strength=REQUIRE,
                           allows_nil=True)  # fmt: skip
    seed.order("1-6b", "Tổng hợp khó khăn, vướng mắc", lead="SNV", strength=REQUIRE, collects=collected)
    seed.order("1-7", "Điều chỉnh thông tin nhân sự của Sở Ngoại vụ", lead="SNV")
    seed.order("1-8", "Tuyên truyền để trên 90% hồ sơ nộp trực tuyến", lead="SNGV",
               note="Đoạn văn kết thúc bằng “trong tháng 5/2018”; chưa rõ có áp dụng cho nội dung này.")  # fmt: skip
    online = ratio(*ONLINE, basis="cumulative")
    seed.promise("1-8", "Hồ sơ nộp trực tuyến của Sở Ngoại vụ", online, "trên 90%", unit="SNGV")
    seed.order(
        "1-9",
        "Phân công, tập huấn đầu mối tiếp nhận",
        lead="SNGV",
        along=["TTHCC"],
        phrase="trong tháng 5/2018",
    )
    seed.order("1-10", "Cấu hình đầu mối, quy trình luân chuyển hồ sơ", lead="TTTT", due=date(2018, 5, 31),
               note="Phải xong trước ngày bố trí người trực 01/6/2018")  # fmt: skip
    seed.order("1-11", "Nghiêm túc rút kinh nghiệm", each=" ".join(REMINDED), strength=REMIND,
               note=f"Chưa thực hiện nghiêm: {breached.citation}")  # fmt: skip
    seed.order(
        "1-14", "Tăng cường tuyên truyền, hỗ trợ", group=everybody, strength=REQUIRE, phrase="thường xuyên"
    )
    seed.order(
        "1-15", "Rà soát, đánh giá dịch vụ công trực tuyến mức độ 3, 4", lead="SNV", phrase="thường xuyên"
    )
    seed.give()
    period = containing("year", date(2018, 5, 11))
    for code in ("TTTT", "KHCN"):
        figure = report_figure(online, seed.units[code], period, by=User.objects.system(), numerator=0, denominator=0,
                               as_of=date(2018, 5, 11), note="Từ 01/01/2018 không phát sinh hồ sơ")  # fmt: skip
        seed.notes.setdefault("1-12", []).append(figure.pk)
    order = Task(plan=seed.plan, title="Giải trình việc không phát sinh hồ sơ", nature=Task.Nature.EXPLANATION,
                 strength=REQUIRE, tracking_unit=plan.tracking_unit)  # fmt: skip
    chain = actions.order_with_synthesis(
        order, by=seed.office, units=tuple(seed.units[code] for code in REMINDED), collector=seed.units["SNV"],
        phrase="trong tháng 5/2018", answer_by=date(2018, 5, 25),
    )  # fmt: skip
    seed.rows |= {"1-13": chain.order.pk, "1-13b": chain.synthesis.pk}
    return seed


def letter_4299() -> Seed:
    """002: letter 4299/UBND-HCC of April 2025, its day unreadable, addressed to directors and chairmen by name of
    office."""
    seed = province("VPUB", "UBND", "KHCN", "BH")
    bases = [
        cited(seed, kind, number, on, issuer, subject)
        for kind, number, on, issuer, subject in (
            ("NQ", "57-NQ/TW", date(2024, 12, 22), "Bộ Chính trị", "Khoa học, công nghệ, chuyển đổi số"),
            ("KH", "433-KH/TU", date(2025, 2, 28), "Ban Thường vụ Tỉnh ủy", "Thực hiện Nghị quyết 57"),
            ("KH", "92/KH-UBND", date(2025, 3, 18), "UBND tỉnh Đồng Nai", "Thực hiện Nghị quyết 03"),
            ("NQ", "03/NQ-CP", date(2025, 1, 9), "Chính phủ", "Chương trình hành động"),
            ("KH", "433-KH/TU", date(2025, 2, 28), "Ban Thường vụ Tỉnh ủy", "Thực hiện Nghị quyết 57"),
            ("CV", "443/SKHCN", date(2025, 4, 8), "Sở Khoa học và Công nghệ", "Đề xuất"),
        )
    ]
    seed.write_plan(
        "CV4299", "Mục tiêu dịch vụ công trực tuyến toàn trình", issuer="UBND", tracking="VPUB",
        starts=date(2025, 1, 1), ends=date(2025, 12, 31),
        document={"kind": "CV", "number": "4299/UBND-HCC", "issued_on": None, "issuer": "UBND tỉnh Đồng Nai",
                  "subject": "Quán triệt mục tiêu dịch vụ công trực tuyến toàn trình"},
        bases=list(dict.fromkeys(bases)),
        clauses=[("2-12", "", "Bảo đảm nội dung, thời gian theo quy định")],
    )  # fmt: skip
    all_units = collective(seed, "Các Sở, ban, ngành; UBND các huyện, thành phố", (*DEPARTMENTS, *DISTRICTS))
    by = {
        "group": all_units,
        "strength": REQUIRE,
        "note": "Gửi đích danh Giám đốc Sở, Chủ tịch UBND cấp huyện",
    }
    may = "trước ngày 15/5/2025"
    procedures = ratio(
        "TTHC", "Thủ tục đủ điều kiện cung cấp toàn trình", "Thủ tục toàn trình", "Thủ tục đủ điều kiện"
    )
    dossiers = ratio("HSXL", "Hồ sơ xử lý hoàn toàn trực tuyến", "Hồ sơ trực tuyến", "Hồ sơ giải quyết")
    seed.order("2-2", "Rà soát dịch vụ công trực tuyến đã cấu hình", phrase=may, **by)
    seed.order("2-3", "Lập hai danh mục thủ tục: một phần, toàn trình", phrase=may, product="02 danh mục",
               parts_total=2, parts_label="danh mục", **by)  # fmt: skip
    seed.promise("2-4", "Thủ tục đủ điều kiện được cung cấp toàn trình", procedures, "100%", phrase=may,
                 due=date(2025, 5, 14), printed=date(2025, 5, 15), group=all_units)  # fmt: skip
    seed.order("2-5", "Báo cáo, đề xuất Chủ tịch UBND tỉnh phê duyệt danh mục", phrase=may,
               product="Quyết định phê duyệt", **by)  # fmt: skip
    seed.order(
        "2-6", "Xử lý hồ sơ hoàn toàn trên môi trường mạng, trừ hồ sơ mật", phrase="thường xuyên", **by
    )
    year = "đến hết năm 2025"
    for row, name, indicator, level in (
        ("2-7", "100% thủ tục đủ điều kiện là toàn trình", procedures, "100%"),
        ("2-8", "Tối thiểu 80% hồ sơ xử lý trực tuyến", dossiers, "tối thiểu 80%"),
    ):
        seed.order(row, f"Phấn đấu: {name}", phrase=year, **(by | {"strength": STRIVE}))
        seed.promise(row, name, indicator, level, phrase=year, due=date(2025, 12, 31), printed=date(2025, 12, 31),
                     group=all_units)  # fmt: skip
    seed.order("2-9", "Hướng dẫn, khuyến khích người dân, doanh nghiệp", phrase="thường xuyên",
               **(by | {"strength": ENCOURAGE}))  # fmt: skip
    seed.order("2-10", "Báo cáo kết quả lồng ghép trong báo cáo cải cách hành chính", phrase="định kỳ theo quy định",
               product="Báo cáo gửi Văn phòng UBND tỉnh, Sở Nội vụ, Sở Khoa học và Công nghệ", **by)  # fmt: skip
    seed.order("2-11", "Cấu hình bổ sung, tích hợp lên Cổng quốc gia", lead="KHCN", strength=Strength.ASSIGN,
               along=[code for code in (*DEPARTMENTS, *DISTRICTS) if code != "KHCN"],
               note="Chờ quyết định phê duyệt danh mục của Chủ tịch UBND tỉnh")  # fmt: skip
    seed.give()
    rhythm = Rhythm(
        Every.QUARTER, due_rule=DueRule.WINDOW, starts_on=date(2025, 4, 15), ends_on=date(2025, 12, 31)
    )
    actions.set_rhythm(seed.task("2-10"), by=seed.office, rhythm=rhythm, title="Báo cáo quý")
    return seed


def article() -> Seed:
    """003: a web article about a letter whose number it does not give."""
    seed = province("VPTTTT", "TTTT", "SNV")
    bases = [
        cited(seed, "KH", "163/KH-UBND", date(2023, 6, 26), "UBND tỉnh Đồng Nai", "Chuyển đổi số năm 2023"),
        directive_9981(seed),
    ]
    plan = seed.write_plan(
        "TIN-TTTT", "Nâng tỷ lệ hồ sơ trực tuyến qua ứng dụng", issuer="TTTT", tracking="VPTTTT",
        starts=date(2023, 10, 1), ends=date(2024, 12, 31),
        document={"kind": "khac", "number": "", "issued_on": None, "issuer": "Sở Thông tin và Truyền thông",
                  "subject": "Bài viết về văn bản của Sở", "is_secondary": True},
        bases=bases,
        clauses=[("3-2a", "1", "Giai đoạn đầu: lĩnh vực đất đai"), ("3-2b", "1", "Tiếp theo: các thủ tục khác")],
    )  # fmt: skip
    material = cited(
        seed, "khac", "", date(2023, 10, 1), "Sở Thông tin và Truyền thông", "Tài liệu tuyên truyền"
    )
    link(plan.document, material, "based_on", by=seed.office)
    bodies = collective(seed, "Các cơ quan, địa phương", ("SNV", "TNMT", "KHCN", *DISTRICTS))
    soft = {"group": bodies, "strength": REQUEST}
    seed.order("3-3", "Tuyên truyền tiện ích theo tài liệu đã gửi", **soft)
    seed.order("3-4", "Giới thiệu ứng dụng của tỉnh trên Zalo", **soft)
    seed.order("3-5", "Cấp chữ ký số cá nhân cùng doanh nghiệp viễn thông", along=["VT"], **soft)
    ratio("TANG", "Tăng trưởng hồ sơ trực tuyến", "Hồ sơ trong kỳ", "Hồ sơ kỳ trước")
    seed.order("3-6", "Theo dõi tăng trưởng hồ sơ trực tuyến", phrase="thường xuyên", **soft)
    seed.order("3-7", "Ghi nhận vướng mắc, đề xuất điều chỉnh", phrase="thường xuyên", **soft)
    seed.order("3-8", "Đánh giá tình hình, đề xuất mở rộng", phrase="Định kỳ hàng tháng", **soft)
    seed.order("3-9", "Tổng hợp, thông tin vướng mắc để cải tiến", each="TNMT SNV VPUB TTHCC", strength=REQUEST,
               phrase="thường xuyên")  # fmt: skip
    seed.order("3-10", "Viết loạt bài về dịch vụ công trực tuyến", each="DPT BDN", strength=REQUEST)
    seed.give()
    recorded = next(part for part in seed.parts("3-7") if part.lead_unit.code == "SNV")
    actions.raise_obstacle(
        recorded, by=seed.heads["SNV"], text="Thành phần hồ sơ trùng nhau", proposal="Bỏ bản sao"
    )
    asked = next(part for part in seed.parts("3-9") if part.lead_unit.code == "SNV")
    obstacle = actions.raise_obstacle(
        asked,
        by=seed.heads["SNV"],
        text="Nút gửi khó tìm",
        proposal="Đưa lên đầu trang",
        asked_of=seed.units["TTTT"],
    )
    actions.answer_obstacle(
        asked, by=seed.office, obstacle=obstacle, outcome="resolved", reply="Đã sửa giao diện"
    )
    for part in seed.parts("3-10"):
        url = f"https://{part.lead_unit.code.lower()}.example.vn/bai-1"
        actions.attach(part, by=seed.office, url=url, title="Bài 1 của loạt bài")
    return seed
