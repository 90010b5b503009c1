"""The sample activity archived: items with stamp and numbers, catalogues, closing sheets, package."""

import hashlib
import io
import re
import shutil
import zipfile
from pathlib import Path

import pytest
import yaml
from docx import Document
from pypdf import PdfReader

from service.bootstrap import assemble
from service.desk.filing.archive import archive
from service.desk.filing.instance import Asked, request_of
from service.desk.filing.verify import verify_bytes
from service.errors import InputError
from service.settings import Settings
from tests.filing_papers import SHORT, short_bundle
from tests.filing_tools import desk_at

SAMPLES = Path(__file__).parents[3] / "samples"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = desk_at(tmp_path_factory.mktemp("archive"))
    yield desk
    desk.close()


def archived(desk, file):
    return archive(desk, request_of(desk, file, Asked(), profile="archive"))


def text_of(pdf, page=None):
    pages = PdfReader(io.BytesIO(pdf)).pages
    wanted = pages if page is None else [pages[page]]
    return "".join("".join(one.extract_text().split()) for one in wanted)


@pytest.mark.office
@pytest.mark.long
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sample_is_archived(desk, lang):
    _archived_whole(desk, SAMPLES / f"bundle.{lang}.yaml", items=10)


@pytest.mark.office
def test_some_of_the_samples_papers_are_archived(tmp_path):
    """What the whole sample shows in test-all: a report with its draft, a notice, a photograph."""
    samples = Path(shutil.copytree(SAMPLES, tmp_path / "samples"))
    file = samples / "bundle.zh.yaml"
    instance = yaml.safe_load(file.read_text("utf-8"))
    slots = SHORT | {"report"}
    instance["parts"] = {slot: one for slot, one in instance["parts"].items() if slot in slots}
    file.write_text(yaml.safe_dump(instance, allow_unicode=True, sort_keys=False), "utf-8")
    own = short_bundle(tmp_path / "own", "report")
    desk = assemble(Settings(data=tmp_path / "data", templates=own))
    _archived_whole(desk, file, items=5)
    desk.close()


def _archived_whole(desk, file, *, items):
    filing = archived(desk, file)
    assert filing.pdfa
    assert len(filing.manifest.parts) == items
    by_role = {}
    for one in filing.files:
        by_role.setdefault(one.role, []).append(one)
    assert set(by_role) == {"pdf", "item", "catalogue", "closing", "package"}
    _every_item_is_stamped(filing, by_role["item"])
    _catalogue_lists_every_item(filing, by_role["pdf"][0])
    assert len(by_role["closing"]) == 2 * len({one.retention for one in filing.manifest.parts})
    package = by_role["package"][0]
    _backing_papers_are_kept_as_word(filing, package)
    verdict = verify_bytes(desk, package.data, name=package.name)
    assert verdict.whole, verdict.lines("zh")
    for item in by_role["item"]:
        assert desk.pdf_checker.check(item.data) == ()
        assert verify_bytes(desk, item.data, name=item.name).whole


def _every_item_is_stamped(filing, items):
    parts = filing.manifest.parts
    report = next(one.data for one, part in zip(items, parts, strict=True) if part.slot == "report")
    last = text_of(report, -1)
    assert "发文稿纸" in last or "dispatchslip" in last.lower()  # the draft goes last
    assert len(items) == len(parts)
    for part, item in zip(parts, items, strict=True):
        assert re.fullmatch(r"Z109-WS·2014-(Y|D30|D10)-DQB-\d{4}", part.archive_no)
        assert item.name.rpartition("/")[2].startswith(part.archive_no)
        first = text_of(item.data, 0)
        for word in ("Z109", "2014", str(part.item_no), "DQB"):
            assert word in first
        assert len(PdfReader(io.BytesIO(item.data)).pages) == part.pages
        assert part.metadata["保管期限"] in {"永久", "30年", "10年"}
    for code in {one.retention for one in parts}:
        numbers = [one.item_no for one in parts if one.retention == code]
        assert numbers == list(range(1, len(numbers) + 1))


def _backing_papers_are_kept_as_word(filing, package):
    [slip] = [file for part in filing.manifest.parts for file in part.backing]
    with zipfile.ZipFile(io.BytesIO(package.data)) as zipped:
        [name] = [one for one in zipped.namelist() if one.endswith(slip.path)]
        data = zipped.read(name)
        [index] = [zipped.read(one) for one in zipped.namelist() if one.endswith("index.html")]
    assert hashlib.sha256(data).hexdigest() == slip.sha256
    text = "".join(one.text for one in Document(io.BytesIO(data)).element.iter() if one.text)
    assert "发文稿纸" in text or "dispatch slip" in text.lower()
    assert slip.sha256[:8] in index.decode()


def _catalogue_lists_every_item(filing, catalogue):
    listed = text_of(catalogue.data)
    for part in filing.manifest.parts:
        assert part.archive_no in listed
        assert (f"{part.date:%Y%m%d}" if part.date else part.archive_no) in listed
    names = [one.name for one in filing.files if one.role == "catalogue"]
    assert len(names) == 4 * len({one.retention for one in filing.manifest.parts})


def test_an_archive_needs_its_fonds(desk, tmp_path):
    for name in ("activity.zh.yaml", "shared.zh.yaml"):
        text = (SAMPLES / name).read_text("utf-8")
        (tmp_path / name).write_text(re.sub("(?m)^fonds_no.*\n", "", text), "utf-8")
    rows = (SAMPLES / "roster.csv").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "roster.csv").write_text("".join(rows[:2]), "utf-8")
    text = (SAMPLES / "bundle-branch.zh.yaml").read_text("utf-8")
    (tmp_path / "b.yaml").write_text(text.replace("roster.xlsx", "roster.csv"), "utf-8")
    with pytest.raises(InputError) as caught:
        archived(desk, tmp_path / "b.yaml")
    assert [one.code for one in caught.value.problems] == ["no_fonds"]
