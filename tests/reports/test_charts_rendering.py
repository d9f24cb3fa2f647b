"""A chart is a grey PNG of fixed width, the same bytes for the same data, whatever the data."""

import io
import subprocess
import sys
from itertools import pairwise

import pytest
from PIL import Image

from reports.charts import PartitionChart, PartitionRow, render
from tests.reports.chart_specs import CHARTS, PARTITION

A4_TEXT_HEIGHT_MM = 257


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_a_grey_png_that_fits_a_page_with_its_caption(name):
    with Image.open(io.BytesIO(render(CHARTS[name]))) as picture:
        assert picture.format == "PNG"
        assert picture.mode == "L"
        assert round(picture.info["dpi"][0]) == 200
        assert abs(picture.width - 160 / 25.4 * 200) <= 1
        assert picture.height / 200 * 25.4 < A4_TEXT_HEIGHT_MM - 20
        assert picture.getextrema()[0] < 128, "something is drawn"


def test_the_same_data_give_the_same_bytes_without_a_date():
    first = render(PARTITION)
    assert render(PARTITION) == first
    with Image.open(io.BytesIO(first)) as picture:
        assert set(picture.info) == {"dpi"}


def test_another_process_draws_the_same_bytes():
    code = (
        "import hashlib; from reports.charts import render; from tests.reports.chart_specs import PARTITION;"
        "print(hashlib.sha256(render(PARTITION)).hexdigest())"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(hashes) == 1


def test_other_data_give_another_picture():
    rows = (PartitionRow("Văn phòng Sở", 7, 0, 4, 1), *PARTITION.rows[1:])
    assert render(PartitionChart(rows)) != render(PARTITION)


def test_the_four_parts_differ_without_colour():
    """Each part alone gives a bar of its own darkness or pattern."""
    pictures = []
    for part in range(4):
        counts = [0, 0, 0, 0]
        counts[part] = 9
        with Image.open(io.BytesIO(render(PartitionChart((PartitionRow("A", *counts),))))) as picture:
            bar = picture.crop((500, 75, 700, 105))  # inside the bar, left of the figure
            pictures.append((round(sum(bar.tobytes()) / len(bar.tobytes())), bar.tobytes()))
    assert len({pixels for _, pixels in pictures}) == 4
    means = sorted(mean for mean, _ in pictures)
    assert all(later - earlier > 15 for earlier, later in pairwise(means)), means
