"""Makes the README's pictures: typical pages of the sample papers, and a form in the browser."""

from __future__ import annotations

import io
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
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
    """Both pictures."""
    papers()
    form()


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


def form() -> None:
    """The notice in the browser, filled with the sample, its pages beside it."""
    from playwright.sync_api import sync_playwright

    with socket.socket() as free, tempfile.TemporaryDirectory() as data:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        env = os.environ | {"GONGWEN_DATA": data}
        command = [sys.executable, "-m", "service", "serve", "--port", str(port)]
        server = subprocess.Popen(command, env=env, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        try:
            with sync_playwright() as play:
                browser = play.chromium.launch(
                    executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
                )
                page = browser.new_page(viewport={"width": 1440, "height": 1000}, locale="zh-CN")
                _sign_in(page, _link(server))
                page.goto(f"http://127.0.0.1:{port}/kinds/mobilization_notice?lang=zh")
                page.locator("button[value=sample]").click()
                page.locator("button[value=preview]").click()
                page.locator("img[src*='/made/']").first.wait_for(timeout=60_000)
                page.wait_for_load_state("networkidle")
                page.evaluate("scrollTo(0, 0)")
                page.screenshot(path=str(ROOT / "docs/pictures/form.png"))
                browser.close()
        finally:
            server.terminate()
            server.wait()


def _link(server: subprocess.Popen[str]) -> str:
    """The first administrator's, as the server prints it."""
    for line in server.stderr or ():
        if found := re.search(r"http://\S+/link/\S+", line):
            return found[0]
    raise RuntimeError("the server printed no link")


def _sign_in(page, link: str) -> None:  # noqa: ANN001
    for _ in range(100):
        try:
            page.goto(link)
        except Exception:
            time.sleep(0.2)
        else:
            break
    for field, text in (("shown", "万䶮"), ("name", "wan"), ("password", "春风又绿江南岸-1972")):
        page.locator(f"#{field}").fill(text)
    page.locator("main button").click()


if __name__ == "__main__":
    main()
