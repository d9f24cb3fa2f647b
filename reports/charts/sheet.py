"""A sheet of paper in millimetres to draw on: rectangles, lines and words, placed by hand.

There are no axes and no automatic layout: every margin is fixed, nothing depends on a user's matplotlib
settings, and one vendored font (DejaVu Sans, part of matplotlib) has all Vietnamese letters. This is the only
module that imports matplotlib.
"""

import io
import math
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Affine2D
from PIL import Image

from core.text import number_vi
from reports.document.metrics import balanced_lines

DPI = 200
MM_PER_INCH = 25.4
FONT_FILE = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"

BLACK, WHITE = "0.0", "1.0"


@lru_cache(maxsize=20_000)
def text_width(text: str, size_pt: float) -> float:
    """The width of `text` in millimetres as it will be drawn."""
    font = get_font(str(FONT_FILE))
    font.set_size(size_pt, DPI)
    font.set_text(text, 0.0)
    return font.get_width_height()[0] / 64 / DPI * MM_PER_INCH


def wrap(text: str, width_mm: float, size_pt: float, most_lines: int) -> list[str]:
    """`text` in at most `most_lines` balanced lines within `width_mm`; what does not fit ends in "…"."""
    words = text.split()
    balanced = balanced_lines(" ".join(words), width_mm, lambda part: text_width(part, size_pt))
    if len(balanced) <= most_lines:
        return [_cut(line, width_mm, size_pt) for line in balanced]
    lines = []
    for _ in range(most_lines):
        line = words.pop(0)
        while words and text_width(f"{line} {words[0]}", size_pt) <= width_mm:
            line += f" {words.pop(0)}"
        lines.append(_cut(line, width_mm, size_pt))
    if words:
        lines[-1] = _cut(f"{lines[-1].rstrip('…')} {words[0]} …", width_mm, size_pt)
    return lines


def _cut(line: str, width_mm: float, size_pt: float) -> str:
    if text_width(line, size_pt) <= width_mm:
        return line
    line = line.rstrip("…")
    fits = bisect_right(range(len(line)), width_mm, key=lambda end: text_width(f"{line[:end]}…", size_pt)) - 1
    return f"{line[: max(0, fits)].rstrip()}…"


def grid_step(largest: float, *, whole: bool = False) -> float:
    """A round distance between about five grid lines: 1, 2, 5, 10, 20, 50 …"""
    rough = max(largest, 1e-9) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    return max(1.0, step) if whole else step


def tick(value: float, step: float) -> str:
    """The value of a grid line with as many decimals as its step needs."""
    return number_vi(round(value, 9), max(0, -math.floor(math.log10(step))))


class Sheet:
    """A white sheet; x to the right, y downwards, both in millimetres from the upper left corner."""

    def __init__(self, width_mm: float, height_mm: float) -> None:
        self.width, self.height = width_mm, height_mm
        self._figure = Figure(figsize=(width_mm / MM_PER_INCH, height_mm / MM_PER_INCH), dpi=DPI)
        self._canvas = FigureCanvasAgg(self._figure)
        scale = DPI / MM_PER_INCH
        self._layer = 0  # what is drawn later lies above, whatever its kind
        self._transform = Affine2D().scale(scale, -scale).translate(0, height_mm * scale)

    def _next_layer(self) -> int:
        self._layer += 1
        return self._layer

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size_pt: float,
        *,
        align: str = "left",
        color: str = BLACK,
        halo: bool = False,
    ) -> None:
        """One line of words, vertically centred on `y`; `halo` keeps it legible on hatching and lines."""
        self._figure.text(
            x,
            y,
            words,
            transform=self._transform,
            zorder=self._next_layer(),
            ha=align,
            va="center_baseline",
            color=color,
            fontproperties=FontProperties(fname=str(FONT_FILE), size=size_pt),
            parse_math=False,
            path_effects=[withStroke(linewidth=2.2, foreground=WHITE)] if halo else None,
        )

    def bar(self, x: float, y: float, width: float, height: float, *, fill: str, hatch: str = "") -> None:
        """A rectangle with a thin black outline."""
        self._figure.add_artist(
            Rectangle(
                (x, y),
                width,
                height,
                transform=self._transform,
                zorder=self._next_layer(),
                facecolor=fill,
                edgecolor=BLACK,
                linewidth=0.5,
                hatch=hatch or None,
                hatch_linewidth=0.6,
            )
        )

    def line(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        *,
        width_pt: float = 0.5,
        color: str = BLACK,
        dashed: bool = False,
        dotted: bool = False,
        marker: str = "",
        filled: bool = True,
    ) -> None:
        """A line through the points; `marker` "o", "s" or "^" at each of them, filled or hollow."""
        self._figure.add_artist(
            Line2D(
                xs,
                ys,
                transform=self._transform,
                zorder=self._next_layer(),
                linewidth=width_pt,
                color=color,
                linestyle=(0, (4, 2)) if dashed else (0, (1, 2)) if dotted else "-",
                marker=marker or "None",
                markersize=4.5,
                markerfacecolor=color if filled else WHITE,
                markeredgecolor=color,
                markeredgewidth=0.8,
                antialiased=True,
            )
        )

    def png(self) -> bytes:
        """Grey-scale PNG without date or software note: the same drawing, the same bytes."""
        self._canvas.draw()
        width, height = self._canvas.get_width_height()
        picture = Image.frombuffer("RGBA", (width, height), self._canvas.buffer_rgba(), "raw", "RGBA", 0, 1)
        buffer = io.BytesIO()
        picture.convert("L").save(buffer, format="PNG", dpi=(DPI, DPI))
        return buffer.getvalue()
