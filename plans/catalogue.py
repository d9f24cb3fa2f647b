"""The ready catalogue: indicators of administrative reform as papers define them, each with its ground and dates.

Data only. `plans.definitions.add_ready` puts in what the catalogue of an installation lacks; one that is there, edited
or not, stays as it is. Dates: of the paper's effect, and of the end where another took over; the agency checks both
before it relies on them.

The index of service to citizens and business has five groups of 100 points: openness 18, progress 20, digitisation 22,
online service 22 (of it 10 for payment), satisfaction 18.
"""

from datetime import date
from typing import Any

from plans.models import Indicator

_STATE, _PERIOD = Indicator.Basis.STATE, Indicator.Basis.PER_PERIOD
_IMPORTED, _REPORTED = Indicator.Source.IMPORTED, Indicator.Source.REPORTED
_MONTH, _QUARTER, _YEAR = Indicator.Frequency.MONTH, Indicator.Frequency.QUARTER, Indicator.Frequency.YEAR

PORTAL = "Cổng Dịch vụ công quốc gia"
ONE_STOP = "Hệ thống thông tin giải quyết thủ tục hành chính"
_OFFICE = "Văn phòng"

INDEX = "Quyết định 766/QĐ-TTg ngày 23/6/2022"
INDEX_FROM = date(2022, 6, 23)
ONLINE = "Nghị định 224/2026/NĐ-CP, Điều 19"
ONLINE_FROM = date(2026, 7, 1)
ONLINE_BEFORE = "Nghị định 42/2022/NĐ-CP"
ONLINE_BEFORE_FROM, ONLINE_BEFORE_TO = date(2022, 8, 15), date(2026, 6, 30)
IDENTITY = "Nghị định 69/2024/NĐ-CP"
IDENTITY_FROM = date(2024, 7, 1)


def _share(
    code: str, name: str, numerator: str, denominator: str, ground: str, **rest: Any
) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "numerator": numerator,
        "denominator": denominator,
        "legal_basis": ground,
        "measure_unit": "%",
        "data_source": ONE_STOP,
        "frequency": _MONTH,
        "source": _IMPORTED,
        "basis": _PERIOD,
        "confirmed_by": _OFFICE,
    } | rest


def _points(code: str, name: str, most: int) -> dict[str, Any]:
    return {
        "code": code,
        "name": f"{name} (tối đa {most} điểm)",
        "numerator": "Điểm đạt được theo Bộ chỉ số",
        "legal_basis": INDEX,
        "valid_from": INDEX_FROM,
        "measure_unit": "điểm",
        "data_source": PORTAL,
        "frequency": _MONTH,
        "source": _IMPORTED,
        "basis": _STATE,
        "confirmed_by": _OFFICE,
    }


READY: tuple[dict[str, Any], ...] = (
    # receiving and handling online
    _share("CCHC-TNTT", "Tỷ lệ hồ sơ tiếp nhận trực tuyến", "Hồ sơ tiếp nhận trực tuyến",
           "Tổng hồ sơ tiếp nhận trong kỳ (trực tuyến, trực tiếp, bưu chính công ích)", ONLINE,
           valid_from=ONLINE_FROM),
    _share("CCHC-TNTT-42", "Tỷ lệ hồ sơ tiếp nhận trực tuyến (trước 01/7/2026)", "Hồ sơ tiếp nhận trực tuyến",
           "Tổng hồ sơ tiếp nhận trong kỳ (trực tuyến, trực tiếp, bưu chính công ích)", ONLINE_BEFORE,
           valid_from=ONLINE_BEFORE_FROM, valid_to=ONLINE_BEFORE_TO),
    _share("CCHC-TTR", "Tỷ lệ hồ sơ toàn trình được tiếp nhận, thụ lý trực tuyến",
           "Hồ sơ toàn trình được tiếp nhận và thụ lý trực tuyến",
           "Hồ sơ phát sinh của thủ tục thuộc danh mục dịch vụ công trực tuyến toàn trình", ONLINE,
           valid_from=ONLINE_FROM),
    _share("CCHC-TTPS", "Tỷ lệ thủ tục có phát sinh hồ sơ trực tuyến", "Thủ tục có ít nhất một hồ sơ trực tuyến",
           "Thủ tục có dịch vụ công trực tuyến và có phát sinh hồ sơ trong kỳ", INDEX, valid_from=INDEX_FROM,
           data_source=PORTAL, frequency=_QUARTER),
    _share("CCHC-TTHT", "Tỷ lệ hồ sơ thanh toán trực tuyến", f"Hồ sơ thanh toán trực tuyến trên {PORTAL}",
           "Tổng hồ sơ có nghĩa vụ tài chính", INDEX, valid_from=INDEX_FROM, data_source=PORTAL),
    # digitisation
    _share("CCHC-SHTP", "Tỷ lệ số hóa thành phần hồ sơ", "Hồ sơ được số hóa thành phần khi tiếp nhận",
           "Tổng hồ sơ tiếp nhận", INDEX, valid_from=INDEX_FROM),
    _share("CCHC-SHKQ", "Tỷ lệ số hóa kết quả giải quyết", "Hồ sơ đã giải quyết có kết quả điện tử",
           "Tổng hồ sơ đã giải quyết", INDEX, valid_from=INDEX_FROM),
    _share("CCHC-TSD", "Tỷ lệ khai thác, tái sử dụng dữ liệu số hóa",
           "Hồ sơ tái sử dụng thành phần, dữ liệu đã số hóa", "Tổng hồ sơ tiếp nhận", INDEX,
           valid_from=INDEX_FROM, data_source=PORTAL),
    # progress
    _share("CCHC-DH", "Tỷ lệ hồ sơ giải quyết đúng hạn, trước hạn", "Hồ sơ giải quyết trước hạn và đúng hạn",
           "Tổng hồ sơ đã giải quyết", INDEX, valid_from=INDEX_FROM),
    _share("CCHC-DH-QH", "Tỷ lệ hồ sơ giải quyết đúng hạn, tính cả hồ sơ đang quá hạn",
           "Hồ sơ giải quyết trước hạn và đúng hạn", "Hồ sơ đã giải quyết và hồ sơ đang giải quyết quá hạn", INDEX,
           valid_from=INDEX_FROM),
    _share("CCHC-PAKN", "Tỷ lệ phản ánh, kiến nghị xử lý đúng hạn", "Phản ánh, kiến nghị xử lý đúng hạn, trước hạn",
           "Tổng phản ánh, kiến nghị thuộc thẩm quyền", INDEX, valid_from=INDEX_FROM, data_source=PORTAL),
    # openness
    _share("CCHC-CKTT", "Tỷ lệ thủ tục được công khai đầy đủ, kịp thời",
           "Thủ tục được công khai đúng trên Cơ sở dữ liệu quốc gia về thủ tục hành chính",
           "Tổng thủ tục thuộc thẩm quyền", INDEX, valid_from=INDEX_FROM, basis=_STATE, source=_REPORTED,
           data_source="Cơ sở dữ liệu quốc gia về thủ tục hành chính"),
    # people and tasks, counted by the system; the code of an account kind says which accounts are counted
    _share("vneid-2", "Tỷ lệ người làm việc có tài khoản định danh điện tử mức độ 2",
           "Người đã kích hoạt tại thời điểm chốt", "Người đang làm việc trong danh sách tại thời điểm chốt", IDENTITY,
           valid_from=IDENTITY_FROM, basis=_STATE, source=Indicator.Source.STAFF_ACCOUNTS,
           data_source="Danh sách tài khoản nhân sự"),
    _share("CCHC-DVCQG", "Tỷ lệ người làm việc có tài khoản Cổng Dịch vụ công quốc gia và định danh mức độ 2",
           "Người có cả hai loại tài khoản tại thời điểm chốt",
           "Người đang làm việc trong danh sách tại thời điểm chốt", "Nghị định 59/2022/NĐ-CP",
           valid_from=date(2022, 10, 20), valid_to=date(2024, 6, 30), basis=_STATE,
           source=Indicator.Source.STAFF_ACCOUNTS, data_source="Danh sách tài khoản nhân sự"),
    _share("CCHC-HTNV", "Tỷ lệ hoàn thành nhiệm vụ đến hạn", "Nhiệm vụ đến hạn đã hoàn thành", "Nhiệm vụ đến hạn",
           "Nghị định 191/2026/NĐ-CP", valid_from=date(2026, 5, 29), basis=_STATE, source=Indicator.Source.TASKS,
           data_source="Tiến độ nhiệm vụ của hệ thống này"),
    # the index: its groups and the whole
    _points("QD766", "Bộ chỉ số phục vụ người dân, doanh nghiệp", 100),
    _points("QD766-CKMB", "Công khai, minh bạch", 18),
    _points("QD766-TDGQ", "Tiến độ giải quyết", 20),
    _points("QD766-SHHS", "Số hóa hồ sơ", 22),
    _points("QD766-DVTT", "Cung cấp dịch vụ trực tuyến", 22),
    _points("QD766-MDHL", "Mức độ hài lòng", 18),
)  # fmt: skip
