"""Charts at the edges of what may come: no row, one, sixty, long names, zeros, large figures."""

from datetime import date
from decimal import Decimal

from reports.charts import (
    ChartSpec,
    CourseChart,
    CoursePanel,
    CoverageChart,
    CoverageRow,
    DatedValue,
    MultiplesChart,
    PartitionChart,
    PartitionRow,
    TargetChart,
    TargetRow,
    TrajectoryChart,
    TrajectoryPoint,
)

LONG_NAME = ("Chi nhánh Văn phòng Đăng ký đất đai khu vực Thượng Hòa và các xã lân cận, " * 5)[:300]
UNBROKEN_NAME = "Ư" * 300

PARTITION = PartitionChart(
    (
        PartitionRow("Văn phòng Sở", 6, 0, 4, 1),
        PartitionRow("Phòng Quản lý đất đai", 5, 1, 3, 0),
        PartitionRow("Đoàn Thanh niên Sở", 0, 0, 0, 0),
    )
)
TARGETS = TargetChart(
    (
        TargetRow("Hồ sơ nộp trực tuyến", Decimal("79.2"), Decimal(80), verdict="Chưa đạt"),
        TargetRow("Số hóa hồ sơ", Decimal("91.3"), Decimal(90), verdict="Đạt"),
        TargetRow("Thanh toán trực tuyến", None, Decimal(60)),
    )
)
COVERAGE = CoverageChart((CoverageRow("Văn phòng Sở", 31, 31), CoverageRow("Phòng Kế hoạch", 0, 0)))
TRAJECTORY = TrajectoryChart(
    "%",
    (
        TrajectoryPoint("T10", 70, Decimal("71.3")),
        TrajectoryPoint("T11", 80, Decimal("79.2")),
        TrajectoryPoint("T12", 85, None),
    ),
)


def _trajectory(count: int, value: int, unit: str = "hồ sơ") -> TrajectoryChart:
    points = [
        TrajectoryPoint(f"{i % 12 + 1}/{2021 + i // 12}", value + i, None if i % 9 == 8 else value - i)
        for i in range(count)
    ]
    return TrajectoryChart(unit, tuple(points))


COURSE = CourseChart(
    "%",
    tuple(DatedValue(date(2026, month, 1), 40 + 5 * month) for month in (1, 4, 7, 10)),
    tuple(DatedValue(date(2026, month, 14), Decimal("41.5") + 4 * month) for month in (2, 3, 4, 5)),
    (DatedValue(date(2026, 5, 14), Decimal("61.5")), DatedValue(date(2026, 7, 1), 75)),
)


def _panels(count: int, label: str) -> MultiplesChart:
    course = CourseChart("%", COURSE.plan, COURSE.actual)
    bare = CourseChart("%", COURSE.plan, ())
    return MultiplesChart(
        "%", tuple(CoursePanel(label, "61,5%: chậm", bare if n % 4 == 3 else course) for n in range(count))
    )


CHARTS: dict[str, ChartSpec] = {
    "course": COURSE,
    "course of a count with large figures": CourseChart(
        "hồ sơ", (DatedValue(date(2026, 1, 1), 0), DatedValue(date(2026, 12, 31), 1_234_567)), ()
    ),
    "course of one day": CourseChart("%", (DatedValue(date(2026, 1, 1), 0),), ()),
    "course without points": CourseChart("%", (), ()),
    "multiples": _panels(5, "Chi nhánh An Phú"),
    "multiples of 30 long names": _panels(30, LONG_NAME),
    "multiples without units": MultiplesChart("%", ()),
    "partition": PARTITION,
    "partition without rows": PartitionChart(()),
    "partition of one task": PartitionChart((PartitionRow(LONG_NAME, 0, 0, 0, 1),)),
    "partition of 60 long names": PartitionChart(
        tuple(PartitionRow(LONG_NAME, i % 13, i % 3, i % 11, i % 4) for i in range(60))
    ),
    "partition of 95 communes": PartitionChart(tuple(PartitionRow(f"Xã {i}", i, 1, 1, 1) for i in range(95))),
    "partition of 20 unbroken names": PartitionChart(
        tuple(PartitionRow(UNBROKEN_NAME, 1234, 5, 5, 5) for _ in range(20))
    ),
    "targets": TARGETS,
    "targets without rows": TargetChart(()),
    "targets with long names and figures": TargetChart(
        (
            TargetRow(
                LONG_NAME, Decimal("1234567.5"), Decimal(1234567), verdict="Không còn phù hợp với quy định"
            ),
            TargetRow(UNBROKEN_NAME, None, Decimal(0), "≤"),
        ),
        unit="hồ sơ thủ tục hành chính",
    ),
    "coverage": COVERAGE,
    "coverage without rows": CoverageChart(()),
    "coverage of many people": CoverageChart((CoverageRow(LONG_NAME, 1_234_567, 2_000_000),)),
    "trajectory": TRAJECTORY,
    "trajectory without points": TrajectoryChart("%", ()),
    "trajectory without values": TrajectoryChart("%", (TrajectoryPoint("T1", None, None),)),
    "trajectory of one point": TrajectoryChart("%", (TrajectoryPoint("Tháng 11", Decimal("79.2"), 80),)),
    "trajectory of 60 points": _trajectory(60, 5_000),
    "trajectory of 12 large values": _trajectory(12, 1_234_567_890),
    "trajectory with long labels": TrajectoryChart(
        "%", tuple(TrajectoryPoint(LONG_NAME, 50 + i, 40 + i) for i in range(5))
    ),
    "trajectory below zero": TrajectoryChart(
        "điểm", (TrajectoryPoint("T1", Decimal("-2.5"), Decimal("0.05")),)
    ),
}
