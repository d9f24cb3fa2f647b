"""Real Chromium against a live server. `pytest -m browser` runs these."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "mat-khau-thu-nghiem"
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 740}}


@pytest.fixture(scope="session", autouse=True)
def orm_beside_the_browser() -> Iterator[None]:
    """Playwright keeps an event loop in this thread; Django would refuse the ORM beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if not Path(CHROMIUM).exists():
        pytest.skip("needs Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def sign_in(chromium: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """`sign_in("lan")` gives a page of that person; `javascript=False`, `size="phone"` as wanted."""
    contexts = []

    def open_page(username: str, *, size: str = "desktop", javascript: bool = True) -> Any:
        context = chromium.new_context(
            viewport=SIZES[size], java_script_enabled=javascript, locale="vi-VN", base_url=live_server.url
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.goto("/dang-nhap/")
        page.get_by_label("Tên đăng nhập").fill(username)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "dang-nhap" not in url)
        return page

    yield open_page
    for context in contexts:
        context.close()


def give_password(*users: Any) -> None:
    for user in users:
        user.set_password(PASSWORD)
        user.save()


def open_act(page: Any, title: str) -> Any:
    """Opens one act of a task page by its words, also out of "Việc khác"; the form that opened."""
    acts = page.locator(".verbs")
    named = acts.locator("summary:visible, a:visible").filter(has_text=title)
    if not named.count():
        acts.locator("summary:visible, a:visible").filter(has_text="Việc khác").click()
    named.first.click()
    form = page.locator("form.verb-form:visible").filter(
        has=page.get_by_role("button", name=title, exact=False)
    )
    form.first.wait_for()
    return form.first


def assert_accessible(page: Any) -> None:
    """No axe-core violation, and nothing wider than the window."""
    from axe_playwright_python.sync_playwright import Axe

    # Everything else axe would tell (passes, what does not apply) is left out: it is most of its time.
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide, f"{page.url} scrolls sideways"
