"""Makes the pictures of README and docs: typical pages of the samples, and steps of journeys."""

from __future__ import annotations

import io
import sys
import tempfile
from functools import partial
from pathlib import Path

from PIL import Image, ImageOps

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from service.bootstrap import assemble  # noqa: E402
from service.desk.activity.files import sample_activity  # noqa: E402
from service.desk.fill import fill_file, to_pdf  # noqa: E402
from service.settings import Settings  # noqa: E402

# (language, sample, part, page from 0)
PAGES = [
    ("zh", "implementation_plan", "", 0),
    ("zh", "implementation_plan", "", 2),
    ("zh", "self_examination", "", 0),
    ("zh", "leadership_self_examination", "review", 0),
    ("en", "meeting_report", "", 0),
]
LEDGER = ("zh", "rectification_plan", "ledger", 0)
WIDTH, GAP = 420, 24


def main() -> None:
    """All of them, or the journeys that are named."""
    if not sys.argv[1:]:
        papers()
    journeys(sys.argv[1:])


def papers() -> None:
    """Fills, converts, renders and lays the pages out."""
    desk = assemble(Settings())
    tops = [_page(desk, *page).resize((WIDTH, WIDTH * 297 // 210)) for page in PAGES]
    wide = _page(desk, *LEDGER)
    desk.close()
    ledger = wide.resize((tops[0].height * wide.width // wide.height, tops[0].height))
    sheets = [
        ImageOps.expand(sheet, border=1, fill="#c9c9c9") for sheet in (*tops[:4], tops[4], ledger)
    ]
    rows = [sheets[:3], sheets[3:]]
    total = max(sum(one.width + GAP for one in row) for row in rows) + GAP
    picture = Image.new("RGB", (total, 2 * (sheets[0].height + GAP) + GAP), "#eef0f2")
    for number, row in enumerate(rows):
        left = (total - sum(one.width + GAP for one in row) + GAP) // 2
        for sheet in row:
            picture.paste(sheet, (left, GAP + number * (sheets[0].height + GAP)))
            left += sheet.width + GAP
    out = ROOT / "docs/pictures/papers.png"
    out.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(64).save(out, optimize=True)
    print(out)


def _page(desk, lang, stem, part, page) -> Image.Image:  # noqa: ANN001
    kind = stem.split(".")[0]
    file = desk.samples / lang / f"{stem}.yaml"
    activity = sample_activity(desk, lang)
    document = fill_file(desk, kind, file, lang=lang, stage="file", activity=activity, part=part)
    pages = desk.pages.pictures(to_pdf(desk, document).pdf, width=840)
    return Image.open(io.BytesIO(pages[page])).convert("RGB")


def journeys(wanted: list[str]) -> None:
    """The steps of the journeys of docs/journeys.md, made as the tests make them."""
    from playwright.sync_api import sync_playwright

    from tests.browser import journeys as made
    from tests.browser.conftest import ARGS, windows
    from tests.browser.counted import Person
    from tests.browser.fresh import fresh_here, fresh_office
    from tests.servers import chromium_path

    here = {"first_document": fresh_here, "next_year": fresh_here, "new_kind": fresh_here}
    office = {"sixty_forms": fresh_office, "mended_bundle": fresh_office}
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium_path(), args=ARGS)
        for name, fresh_desk in (here | office).items():
            for lang in ("zh", "en") if not wanted or name in wanted else ():
                with (
                    tempfile.TemporaryDirectory() as folder,
                    fresh_desk(Path(folder)) as fresh,
                    windows(fresh.base, browser) as make,
                ):
                    getattr(made, name)(Person(make(lang), snap=partial(_snap, lang)), fresh)
        browser.close()


def _snap(lang: str, page, name: str) -> None:  # noqa: ANN001
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    out = ROOT / f"docs/pictures/{name}.{lang}.webp"
    picture.save(out, quality=70, method=6)
    print(out, out.stat().st_size)


if __name__ == "__main__":
    main()
