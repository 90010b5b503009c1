"""The bundle page: parts and their state, one maker at a time, the PDF and its pictures."""

import json
import threading
import time

import pytest

from service.bootstrap import assemble
from service.errors import EngineError, problem
from service.settings import Settings
from service.web.app import create_app
from tests.web.conftest import WHY, NoConverter, desk_with
from tests.web.leave import BUNDLE, INSTANCE
from tests.web.people import signed
from tests.web.screen import Screen, get


@pytest.fixture
def small(own_templates, settings, tmp_path):
    """Samples with a bundle of two parts."""
    (own_templates / "bundles").mkdir(exist_ok=True)
    (own_templates / "bundles/small.yaml").write_text(BUNDLE, encoding="utf-8")
    samples = tmp_path / "samples"
    samples.mkdir()
    for name, source in (
        ("activity.zh.yaml", settings.samples / "activity.zh.yaml"),
        ("photo.jpg", settings.samples / "uploads/publicity.jpg"),
    ):
        (samples / name).write_bytes(source.read_bytes())
    (samples / "slip.yaml").write_text("title: 关于添置桌椅的请示\n", encoding="utf-8")
    (samples / "bundle.zh.yaml").write_text(INSTANCE, encoding="utf-8")
    return Settings(data=tmp_path / "data", templates=own_templates, samples=samples)


def press(client, screen):
    token = screen.one('//form[@class="make"]/input[@name="_csrf"]').get("value")
    got = client.post("/bundle", data={"_csrf": token, "doc": "zh"})
    assert got.status_code == 303
    return got.headers["Location"]


def until_ended(client):
    for _ in range(600):
        got = client.get("/bundle/state?doc=zh")
        if got.status_code == 286:
            return Screen(got)
        assert got.status_code == 200
        time.sleep(0.2)
    raise AssertionError("the bundle never ended")


def test_parts_in_order_with_their_state(small):
    client = signed(create_app(assemble(small), small))
    for lang, words in (("zh", ("可不放", "已有")), ("en", ("Optional", "There"))):
        screen = get(client, f"/bundle?lang={lang}")
        rows = [" ".join(r.text_content().split()) for r in screen.find("//tbody/tr")]
        assert [words[0] in rows[0], words[1] in rows[1], words[1] in rows[2]] == [True] * 3
        assert screen.one('//form[@class="make"]/button').get("disabled") is None
    (small.samples / "photo.jpg").unlink()
    screen = get(client, "/bundle?lang=zh")
    assert "缺" in screen.words('//span[@class="chip missing"]')
    assert screen.one('//form[@class="make"]/button').get("disabled") is not None


def test_without_pdf_the_button_is_off_and_says_why(small):
    desk = desk_with(assemble(small), converter=lambda: NoConverter(WHY))
    client = signed(create_app(desk, small))
    screen = get(client, "/bundle?lang=en")
    assert screen.one('//form[@class="make"]/button').get("disabled") is not None
    assert "something is missing" in screen.words()


class Waiting(NoConverter):
    """A saboteur: waits, then fails."""

    def __init__(self):
        super().__init__(None)
        self.go, self.asked = threading.Event(), 0

    def convert(self, source, *, name, suffix=".docx", urgent=True, fonts=None):
        self.asked += 1
        assert self.go.wait(60)
        raise EngineError(problem("convert_crashed", "转换失败。", "It crashed.", file=name))


def test_a_second_click_starts_no_second_maker(small):
    converter = Waiting()
    app = create_app(desk_with(assemble(small), converter=lambda: converter), small)
    client = signed(app)
    where = press(client, get(client, "/bundle?lang=zh"))
    page = get(client, where)
    assert "正在生成材料包" in page.words()
    assert page.find("//noscript/meta[@http-equiv='refresh']")
    assert page.by_id("state").get("hx-trigger") == "every 1s"
    press(client, page)
    # Another process with the same data sees the same, and cannot start either.
    other = create_app(desk_with(assemble(small), converter=lambda: converter), small)
    assert other.extensions["gongwen"].bundles.making("zh").state == "running"
    assert not other.extensions["gongwen"].bundles.start(small.samples / "x", "zh", "x")
    makers = [one for one in threading.enumerate() if one.name == "bundle zh"]
    assert len(makers) == 1
    converter.go.set()
    ended = until_ended(client)
    assert converter.asked == 1
    assert "转换失败。" in ended.words("//section")
    failed = get(client, "/bundle?lang=en")
    assert failed.title.startswith("Error: ")
    assert "It crashed." in failed.words()
    assert client.get("/bundle/file?doc=zh").status_code == 404


def test_wrong_answers_of_a_part_are_told_by_file_and_line(small):
    (small.samples / "slip.yaml").write_text("title: 题\namount: 一百\n", encoding="utf-8")
    client = signed(create_app(assemble(small), small))
    press(client, get(client, "/bundle?lang=zh"))
    assert "slip.yaml:2" in until_ended(client).words("//section")


@pytest.mark.parametrize("kept", ["{}", '{"state": "done", "entries": [[1]], "was": 1}', "[]", ""])
def test_the_state_of_another_version_is_no_state(small, kept):
    client = signed(create_app(assemble(small), small))
    place = small.data.resolve() / "bundles" / "zh"
    place.mkdir(parents=True)
    (place / "state.json").write_text(kept)
    assert get(client, "/bundle?lang=zh").status == 200


def test_a_killed_maker_is_told_as_interrupted(small):
    app = create_app(assemble(small), small)
    client = signed(app)
    place = small.data.resolve() / "bundles" / "zh"
    place.mkdir(parents=True)
    kept = {"state": "running", "done": 1, "total": 3, "title": "", "name": "", "pages": 0,
            "pictures": 0, "made_at": 0, "entries": [], "fonts": None, "notes": [],
            "problems": []}  # fmt: skip
    (place / "state.json").write_text(json.dumps(kept))
    got = client.get("/bundle/state?doc=zh&lang=zh")
    assert got.status_code == 286
    assert "中途停止" in got.get_data(as_text=True)


@pytest.mark.office
def test_the_bundle_itself(small, desk):
    # The session's converter is warm already.
    app = create_app(desk_with(assemble(small), converter=lambda: desk.converter), small)
    client = signed(app)
    press(client, get(client, "/bundle?lang=zh"))
    until_ended(client)
    screen = get(client, "/bundle")
    assert "材料包已生成" in screen.words(), screen.words()
    assert "请示单" in screen.words("//details//table")
    assert "替代字体" in screen.words()
    pictures = screen.find('//ol[@class="pictures pairs"]//img')
    assert 4 <= len(pictures) <= 8
    assert client.get(pictures[0].get("src")).data.startswith(b"\x89PNG")
    got = client.get("/bundle/file?doc=zh")
    assert got.data.startswith(b"%PDF-")
    assert got.headers["Content-Disposition"].startswith("attachment; ")
    assert "%E9%A6%86" in got.headers["Content-Disposition"]
    assert client.get("/bundle/pages/99?doc=zh").status_code == 404
