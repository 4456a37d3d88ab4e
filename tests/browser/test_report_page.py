"""The report as a page, in a real browser: wide and narrow, light and dark, alone and readable."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright
from tests.reports import sample

from huoju.reports import make_html

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,  # starts a browser
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
CONTENTS = {"full": sample.full, "unknown": sample.unknown, "many": sample.many}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield opened
        opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", CONTENTS)
def test_a_report_fits_stands_alone_and_can_be_read(
    browser: Browser, tmp_path: Path, name: str, language: str, width: int, scheme: str
) -> None:
    file = tmp_path / "report.html"
    file.write_text(make_html(CONTENTS[name](language), sample.words(language)), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()], "the page asks for something outside itself"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    page.close()
    assert found.violations_count == 0, found.generate_report()


def test_a_long_evidence_leaves_room_for_the_matter_on_a_phone(browser: Browser, tmp_path: Path) -> None:
    content = sample.full()
    long = "summary/largest_buyer_share:2018-02-22/2020-02-21"
    points = tuple(replace(point, evidence=long) for point in content.attention)
    file = tmp_path / "report.html"
    file.write_text(make_html(replace(content, attention=points), sample.words()), encoding="utf-8")
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto(file.as_uri())
    widths = page.evaluate(
        "[...document.querySelector('.plain').querySelectorAll('td:nth-child(2)')].map(td => td.offsetWidth)"
    )
    page.close()
    assert min(widths) >= 100
