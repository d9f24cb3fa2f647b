"""What pages are drawn with: figures and dates as people here write them, statuses never by colour alone."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.test import RequestFactory

from core.templatetags import ui

SPRITE = settings.BASE_DIR / "tracker/static/tracker/icons.svg"


def draw(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "value", "seen"),
    [
        ("{{ v|day }}", date(2026, 3, 4), "04/03/2026"),
        ("{{ v|day }}", None, "–"),
        # 18:30 UTC is already the next day in Việt Nam.
        ("{{ v|day }}", datetime(2026, 11, 23, 18, 30, tzinfo=UTC), "24/11/2026"),
        ("{{ v|moment }}", datetime(2026, 11, 23, 18, 30, tzinfo=UTC), "24/11/2026 01:30"),
        ("{{ v|moment }}", None, "–"),
        ("{{ v|number }}", 21914, "21.914"),
        ("{{ v|number }}", 0, "0"),
        ("{{ v|number }}", None, "–"),
        ("{{ v|number:1 }}", Decimal("95.5"), "95,5"),
        ("{{ v|count }}", 5, "05"),
        ("{{ v|percent }}", Decimal("95.5"), "95,5%"),
        ("{{ v|percent:8 }}", 3, "37,5%"),
        ("{{ v|percent:0 }}", 0, "không phát sinh"),
    ],
)
def test_dates_and_figures_are_written_the_vietnamese_way(source: str, value: object, seen: str) -> None:
    assert draw(source, v=value) == seen


@pytest.mark.parametrize("kind", ui.BADGES)
def test_every_badge_says_its_word(kind: str) -> None:
    drawn = draw("{% badge kind text %}", kind=kind, text="Quá hạn <3> ngày")
    assert "Quá hạn &lt;3&gt; ngày" in drawn
    assert f"status-{kind}" in drawn


def test_a_status_kind_nobody_drew_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError, match="qua-han"):
        draw("{% badge 'qua-han' 'Quá hạn' %}")


def test_every_icon_and_every_kind_that_templates_name_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text()))
    used = {name for name in ui.BADGES.values() if name}
    sources = Path(settings.BASE_DIR, "templates").rglob("*.html")
    for path in sources:
        used |= _icons_named_in(path.read_text())
    assert used - drawn == set()
    css = (SPRITE.parent / "theme.css").read_text()
    plain_grey = {"none", "paused", "stopped"}
    assert [kind for kind in ui.BADGES if kind not in plain_grey and f".status-{kind} " not in css] == []
    assert [kind for kind in ui.BADGES if f".fill-{kind}" not in css] == []


def _icons_named_in(text: str) -> set[str]:
    return {a or b for a, b in re.findall(r'{% icon "([^"]+)"|\bicon="([^"]+)"', text)}


@pytest.mark.parametrize(
    ("value", "total", "words", "width"),
    [(65, 100, "65%", "65.0"), (2, 3, "2/3", "66.7"), (170, 100, "170%", "100.0"), (0, 0, "0/0", "0.0")],
)
def test_a_bar_says_its_figure_and_stays_in_its_frame(value: int, total: int, words: str, width: str) -> None:
    drawn = draw("{% progress v t 'Tiến độ' %}", v=value, t=total)
    assert f'aria-label="Tiến độ: {words}"' in drawn
    assert f'<span class="meter-words">{words}</span>' in drawn
    assert f'width="{width}"' in drawn
    assert "style=" not in drawn


def test_a_partition_names_each_part_with_its_figure() -> None:
    parts = [
        {"kind": "done", "label": "Đúng hạn", "value": 3, "url": "/?x=1&y=2"},
        {"kind": "late", "label": "Quá hạn", "value": 1},
    ]
    drawn = draw("{% partition parts 'Tình hình' %}", parts=parts)
    assert 'aria-label="Tình hình: Đúng hạn 3, Quá hạn 1"' in drawn
    assert '<a href="/?x=1&amp;y=2">Đúng hạn</a> <strong>3</strong>' in drawn
    assert 'x="75.00" width="25.00"' in drawn


def test_a_trend_skips_periods_without_figure_and_draws_the_goal() -> None:
    drawn = draw("{% trend v goal 'Hồ sơ' %}", v=[55, None, 70], goal=75)
    assert drawn.count("<circle") == 2
    assert "trend-goal" in drawn
    assert "–" in draw("{% trend v %}", v=[None, None])


def test_a_sorted_column_turns_round_and_keeps_the_filters_but_not_the_page() -> None:
    def head(query: str) -> str:
        request = RequestFactory().get("/?" + query)
        context = RequestContext(request, {"request": request})
        return Template('{% load ui %}{% sortable "due" "Thời hạn" %}').render(context)

    assert 'href="?unit=3&amp;sort=due"' in head("unit=3&page=2")
    assert "aria-sort" not in head("unit=3")
    assert 'aria-sort="ascending"' in head("sort=due")
    assert 'href="?sort=-due"' in head("sort=due")
    assert 'aria-sort="descending"' in head("sort=-due")
    assert 'href="?sort=due"' in head("sort=-due")


def test_the_last_step_of_a_breadcrumb_is_the_page_itself() -> None:
    drawn = draw("{% breadcrumb 'Kế hoạch' '/ke-hoach/' name %}", name="<KH 45>")
    assert '<a href="/ke-hoach/">Kế hoạch</a>' in drawn
    assert '<li aria-current="page">&lt;KH 45&gt;</li>' in drawn
