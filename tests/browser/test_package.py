"""A package's index.html, opened from the disk: sound, whole on a telephone and on paper."""

import io

import pytest
from pypdf import PdfReader

from service.desk.filing.package import write_package
from tests.browser.conftest import LOCALE, Window
from tests.browser.test_access import LANGS, NARROW, TALL, WIDE, sound
from tests.filing_tools import desk_at, rich, unpacked

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The page of a package in each language, in its unpacked folder."""
    folder = tmp_path_factory.mktemp("packages")
    desk, made = desk_at(folder / "data"), {}
    for lang in ("zh", "en"):
        said, files = rich(desk, lang)
        (folder / lang).mkdir()
        package = write_package(desk, said, files, folder / lang / "package.zip")
        made[lang] = unpacked(package.file, folder / lang) / "data/index.html"
    desk.close()
    return made


@pytest.fixture
def opened(chromium, pages):
    """Opens the page from the disk; fails where it asks for anything but files beside it."""
    contexts, wrong = [], []

    def open_page(lang, width=WIDE):
        context = chromium.new_context(
            locale=LOCALE[lang], viewport={"width": width, "height": TALL}
        )
        contexts.append(context)
        page = context.new_page()
        beside = pages[lang].parent.as_uri()
        page.on(
            "request", lambda one: wrong.append(one.url) if not one.url.startswith(beside) else None
        )
        page.on("console", lambda one: wrong.append(one.text))
        page.goto(pages[lang].as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not wrong


@LANGS
def test_it_is_sound_closed_and_open(opened, lang):
    page = opened(lang)
    w = Window(page=page, base="", lang=lang)
    sound(w, "closed")
    page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    sound(w, "open")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_link_leads_to_a_file_of_the_package(opened, pages, lang):
    page = opened(lang)
    links = page.evaluate("[...document.links].map((one) => one.href)")
    files = {one.as_uri() for one in pages[lang].parent.rglob("*") if one.is_file()}
    assert set(links) <= files
    assert set(links) == files - {pages[lang].as_uri()}  # and every file has its link


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_that_it_says_stands_on_a_telephone_too(opened, lang):
    wide, narrow = opened(lang), opened(lang, NARROW)
    assert wide.locator("tbody tr:not(.more)").count() == 3
    for page in (wide, narrow):
        for row in page.locator("tbody tr:not(.more)").all():
            assert row.locator("td.title").is_visible()
            assert row.locator("td.files a").count() == 2
    # Where the head of the table is out of sight, each value says what it is.
    head = (
        narrow.locator("td[data-head]")
        .nth(1)
        .evaluate("e => getComputedStyle(e, ':before').content")
    )
    assert ("文号" if lang == "zh" else "Number") in head


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_on_paper_it_is_a_table_and_bears_the_digest(opened, pages, lang):
    page = opened(lang)
    pdf = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    text = "".join("".join(one.extract_text().split()) for one in pdf.pages)
    digest = page.locator("code.hash").inner_text()
    assert digest in text and len(pdf.pages) <= 2
    assert "JSON" not in text and ("打开合并的" not in text and "Openthejoined" not in text)
    assert float(pdf.pages[0].mediabox.width) == pytest.approx(595, abs=1)
