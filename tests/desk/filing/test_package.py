"""Packages: laid out as docs/filing.md says, the same every time, proved, or not there at all."""

import json
import re
import zipfile
from pathlib import Path

import pytest

from service.core.filing.manifest import parse_manifest
from service.desk.filing.package import write_package
from service.errors import EngineError, InputError
from tests.filing_tools import desk_at, packed, rich, small, unpacked


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = desk_at(tmp_path_factory.mktemp("desk"))
    yield desk
    desk.close()


def test_the_tree_is_the_documented_one(desk, tmp_path):
    said, files = rich(desk, "zh")
    package = write_package(desk, said, files, tmp_path / "包.zip")
    assert [one.name for one in tmp_path.iterdir()] == ["包.zip"]
    with zipfile.ZipFile(package.file) as inside:
        names = inside.namelist()
    folders = {re.sub(r"[^/]+$", "", name.partition("/")[2]) for name in names}
    assert folders == {
        "",
        "data/",
        "data/parts/",
        "data/originals/",
        "data/sheets/",
        "data/metadata/",
        "data/apart/",
    }
    docs = (Path(__file__).parents[3] / "docs/filing.md").read_text("utf-8")
    for name in names:
        path = name.partition("/")[2]
        folder = path.rpartition("/")[0]
        assert f"<name>/{folder}/" in docs or path.rpartition("/")[2] in docs, path
        assert len(name) < 200
    assert package.name == "南昌八一起义纪念馆党的群众路线教育实践活动整改_第2版"
    assert package.size == package.file.stat().st_size


def test_what_was_given_is_in_it_byte_for_byte(desk, tmp_path):
    package, files = packed(desk, tmp_path)
    folder = unpacked(package.file, tmp_path / "out") / "data"
    for path, content in files.items():
        assert (folder / path).read_bytes() == content
    written = parse_manifest(json.loads((folder / "manifest.json").read_bytes()), file="x")
    assert written == package.manifest
    assert written.to_json() == (folder / "manifest.json").read_bytes()
    # Nobody gave metadata: each part says what it says of itself.
    assert written.parts[0].metadata["发文字号"] == written.parts[0].number


def test_equal_papers_give_equal_bytes_from_memory_or_disk(desk, tmp_path):
    first, files = packed(desk, tmp_path)
    said, _ = small(desk)
    kept = {}
    for number, (path, content) in enumerate(reversed(files.items())):
        kept[path] = tmp_path / str(number)
        kept[path].write_bytes(content)
    second = write_package(desk, said, kept, tmp_path / "again.zip")
    assert second.sha256 == first.sha256
    assert second.file.read_bytes() == first.file.read_bytes()


@pytest.mark.parametrize("how", ["lost", "other", "surplus", "no seal", "pages", "swapped"])
def test_what_is_not_as_the_manifest_says_is_not_handed_out(desk, tmp_path, how):
    said, files = small(desk)
    out = tmp_path / "package.zip"
    out.write_bytes(b"the one before")
    parts = [path for path in files if path.startswith("parts/")]
    if how == "lost":
        del files[parts[0]]
    elif how == "other":
        files[parts[0]] += b"\n"
    elif how == "surplus":
        files["parts/99_x.pdf"] = files[parts[0]]
    elif how == "swapped":
        files[parts[0]], files[parts[1]] = files[parts[1]], files[parts[0]]
    elif how == "pages":
        said = said.model_copy(update={"pages": 7})
    else:
        unsealed = files[parts[1]]  # three pages, and no seal
        pdf = said.pdf.model_copy(
            update={"sha256": said.parts[1].pdf_sha256, "size": len(unsealed)}
        )
        files["submission.pdf"] = unsealed
        one = said.parts[1].model_copy(update={"first_page": 1, "no": 1})
        said = said.model_copy(update={"pdf": pdf, "pages": 3, "parts": (one,)})
        files = {path: files[path] for path in [said.pdf.path, one.pdf.path, one.original.path]}
        files |= {file.path: small(desk)[1][file.path] for file in _sheet_files(said)}
    with pytest.raises(EngineError) as told:
        write_package(desk, said, files, out)
    assert [one.code for one in told.value.problems] == ["package_unsound"]
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {
        "package.zip": b"the one before"
    }


def _sheet_files(said):
    for sheet in said.sheets:
        yield from sheet.files


def test_a_character_that_cannot_be_written_is_told_and_nothing_left(desk, tmp_path):
    said, files = small(desk)
    bad = said.parts[0].model_copy(update={"issuer": "馆\x01"})
    said = said.model_copy(update={"parts": (bad, *said.parts[1:])})
    with pytest.raises(InputError, match=r"U\+0001"):
        write_package(desk, said, files, tmp_path / "x.zip")
    assert not [*tmp_path.iterdir()]


def test_the_page_in_it_escapes_every_word_and_reaches_nowhere(desk, tmp_path):
    said, files = small(desk, title="<script>alert(1)</script> & “题”")
    package = write_package(desk, said, files, tmp_path / "x.zip")
    page = (unpacked(package.file, tmp_path / "out") / "data/index.html").read_text("utf-8")
    assert "<script" not in page and "&lt;script&gt;alert(1)" in page
    assert not re.search(r"(https?:)?//[a-z]", page.partition("</style>")[2])
    assert "url(" not in page and "@import" not in page
