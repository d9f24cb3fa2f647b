"""Charts for printed reports: data in, PNG out, the same bytes every time.

`render` is the only door to the drawing library, which is imported when it is first called: the queue's
worker pays for it, the web process never does.
"""

from reports.charts.specs import (
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
    alt_text,
)

__all__ = [
    "ChartSpec",
    "CourseChart",
    "CoursePanel",
    "CoverageChart",
    "CoverageRow",
    "DatedValue",
    "MultiplesChart",
    "PartitionChart",
    "PartitionRow",
    "TargetChart",
    "TargetRow",
    "TrajectoryChart",
    "TrajectoryPoint",
    "alt_text",
    "render",
]


def render(spec: ChartSpec) -> bytes:
    """The chart of `spec` as a grey-scale PNG, 200 dots per inch at its printed size."""
    from reports.charts.figures import draw

    return draw(spec)
