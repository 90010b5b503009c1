"""The sample bundle in both languages: contents, stamps, labels and bookmarks say the same."""

import io
import re
import subprocess

import pytest
from pypdf import PdfReader

from service.bootstrap import assemble
from service.desk.bundle.make import make_bundle
from service.desk.bundle.outline import outline_bundle
from service.settings import Settings
from tests.helpers_pdf import assert_sound

pytestmark = pytest.mark.office
SAMPLES = Settings().samples


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = assemble(Settings(data=tmp_path_factory.mktemp("var")))
    yield desk
    desk.close()


@pytest.fixture(scope="module", params=["zh", pytest.param("en", marks=pytest.mark.long)])
def made(desk, request):
    seen = []
    bundle = make_bundle(
        desk, SAMPLES / f"bundle.{request.param}.yaml", progress=lambda *told: seen.append(told)
    )
    return request.param, bundle, PdfReader(io.BytesIO(bundle.pdf)), seen


def top(reader):
    return [
        (item.title, reader.get_destination_page_number(item))
        for item in reader.outline
        if not isinstance(item, list)
    ]


def test_contents_stamps_labels_and_bookmarks_agree(made):
    _, bundle, reader, _ = made
    labels = reader.page_labels
    marks = dict(top(reader)[2:])
    assert list(marks) == [entry.title for entry in bundle.entries]
    front = next(index for index, label in enumerate(labels) if label == "1")
    # poppler reads a line in the order of the paper, also around glyphs of a fallback font
    command = ["pdftotext", "-layout", "-l", str(front), "-", "-"]
    contents = subprocess.run(command, input=bundle.pdf, capture_output=True, check=True).stdout
    flat = re.sub(r"[\s.…·]+", "", contents.decode("utf-8"))
    for entry in bundle.entries:
        assert labels[marks[entry.title]] == str(entry.page)
        assert entry.page % 2 == 1
        assert marks[entry.title] % 2 == 0  # a right-hand side, counted from 0
        title = re.sub(r"[\s.…·]+", "", entry.title)
        assert f"{entry.no}{title}{entry.page}" in flat
        page = reader.pages[marks[entry.title]].extract_text()
        assert str(entry.page) in page.split()


def test_every_numbered_page_bears_its_label_and_every_blank_nothing(made):
    _, _, reader, _ = made
    for page, label in zip(reader.pages, reader.page_labels, strict=True):
        text = page.extract_text().strip()
        if not text and not page.images:
            assert page.get_contents() is None or not page.get_contents().get_data().strip()
        elif label.isdigit():
            assert label in text.split()


def test_the_file_is_sound_and_says_nothing_of_the_machine(made, tmp_path):
    _, bundle, reader, seen = made
    assert_sound(bundle.pdf, tmp_path)
    assert len(reader.pages) == bundle.pages
    assert reader.metadata.title
    assert set(reader.metadata) <= {
        "/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer", "/CreationDate", "/ModDate",
    }  # fmt: skip
    assert [done for done, _, _ in seen] == list(range(1, len(bundle.entries) + 1))


def test_names_that_the_body_font_lacks_are_noted_by_part(made, desk):
    lang, bundle, _, _ = made
    noted = {note.file for note in bundle.notes if note.code == "rare_characters"}
    assert noted <= {entry.title for entry in bundle.entries}
    if lang == "zh":  # English papers bear names in pinyin
        assert noted or not desk.coverage.lacking("喆翀䶮𠮷")


def test_contents_rows_lead_to_their_parts(made):
    _, bundle, reader, _ = made
    front = next(index for index, label in enumerate(reader.page_labels) if label == "1")
    links = [
        annotation.get_object()
        for index in range(front)
        for annotation in reader.pages[index].get("/Annots", [])
    ]
    assert len(links) == len(bundle.entries)


def test_the_outline_lists_every_slot(desk):
    outline = outline_bundle(desk, SAMPLES / "bundle.zh.yaml", "zh")
    assert outline.missing == ()
    assert [line.number for line in outline.lines] == list(range(1, len(outline.lines) + 1))
    assert any(not line.present for line in outline.lines)  # the cover letter is optional
