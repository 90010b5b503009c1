"""Verifying: what is untouched passes, and whatever was touched is found and named."""

import hashlib
import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.core.filing import tags
from service.core.filing.metadata import to_json, to_xml
from service.core.filing.places import metadata_places
from service.desk.filing.package import said_of, write_package
from service.desk.filing.verify import verify_bytes, verify_path
from service.engines.bag import BagItBags
from service.errors import InputError, NotFoundError
from tests.filing_tools import archived, desk_at, packed, small, unpacked, without_page

SOME = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = desk_at(tmp_path_factory.mktemp("desk"))
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def made(desk, tmp_path_factory):
    """A package: what was written, its zip's bytes, its folder."""
    folder = tmp_path_factory.mktemp("made")
    package, files = packed(desk, folder)
    return package, package.file.read_bytes(), unpacked(package.file, folder), files


@pytest.fixture
def folder(made, tmp_path):
    """A copy of the package's folder, to be spoilt."""
    return shutil.copytree(made[2], tmp_path / "copy")


def first(verdict, lang="zh"):
    return verdict.lines(lang)[1]


def bagged_again(folder):
    """Somebody who knows BagIt makes every tag file anew."""
    payload = [path for path in (folder / "data").rglob("*") if path.is_file()]
    digests = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in payload
    }
    (folder / tags.MANIFEST).write_bytes(tags.manifest_file(digests))
    named = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in (tags.BAGIT, tags.INFO, tags.MANIFEST)
    }
    (folder / tags.TAG_MANIFEST).write_bytes(tags.manifest_file(named))


# --- what is untouched passes


def test_zip_folder_bytes_and_pdf_are_whole(desk, made, tmp_path):
    package, data, folder, files = made
    pdf = tmp_path / "报送.pdf"
    pdf.write_bytes(files["submission.pdf"])
    verdicts = [
        verify_path(desk, package.file),
        verify_path(desk, folder),
        verify_path(desk, folder.parent / folder.name),
        verify_bytes(desk, data, name="sent.zip"),
        verify_path(desk, pdf),
    ]
    for verdict in verdicts:
        assert verdict.whole and verdict.pages == 6, verdict.differences
        assert verdict.pdf_sha256 == package.manifest.pdf.sha256
        assert verdict.title == "整改方案等 3 份材料"
    assert [one.target for one in verdicts] == ["zip", "folder", "folder", "zip", "pdf"]
    assert verdicts[0].sha256 == package.sha256
    assert verdicts[0].lines("zh")[0] == (
        "完好无改动：归档包《整改方案等 3 份材料》，21 个文件，6 页"
    )


@settings(max_examples=6, deadline=None)
@given(
    title=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60),
    papers=st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple),
    edition=st.sampled_from([1, 2]),
    lang=st.sampled_from(["zh", "en"]),
)
def test_untouched_always_passes(desk, tmp_path_factory, title, papers, edition, lang):
    where = tmp_path_factory.mktemp("any")
    package, _ = packed(desk, where, title=title, papers=papers, edition=edition, lang=lang)
    assert verify_path(desk, package.file, expect=package.sha256).whole
    assert verify_path(desk, unpacked(package.file, where)).whole


def test_a_package_zipped_anew_is_whole_but_for_its_zip(desk, made, tmp_path):
    out = shutil.make_archive(str(tmp_path / "anew"), "zip", made[2].parent, made[2].name)
    verdict = verify_path(desk, Path(out))
    assert [one.code for one in verdict.differences] == ["zip_frame"]
    assert "解压后可核对文件夹" in first(verdict)
    assert verify_path(desk, unpacked(out, tmp_path / "out")).whole


# --- whatever was touched is found


@SOME
@given(data=st.data())
def test_a_flipped_byte_anywhere_in_the_zip_is_found(desk, made, data):
    spoilt = bytearray(made[1])
    at = data.draw(st.integers(0, len(spoilt) - 1))
    spoilt[at] ^= data.draw(st.integers(1, 255))
    assert not verify_bytes(desk, bytes(spoilt), name="sent.zip").whole


@SOME
@given(data=st.data())
def test_a_flipped_byte_between_the_files_of_the_zip_is_found(desk, made, data):
    """Where most bytes are papers, those of the zip's own are looked at on their own."""
    with zipfile.ZipFile(io.BytesIO(made[1])) as inside:
        infos = inside.infolist()
        places = [at for one in infos for at in range(one.header_offset, one.header_offset + 30)]
        places += range(inside.start_dir, len(made[1]))
    spoilt = bytearray(made[1])
    spoilt[data.draw(st.sampled_from(places))] ^= data.draw(st.integers(1, 255))
    assert not verify_bytes(desk, bytes(spoilt), name="sent.zip").whole


@pytest.mark.parametrize("how", ["before", "behind", "cut", "emptied"])
def test_bytes_added_to_the_zip_or_cut_off_are_found(desk, made, how):
    data = made[1]
    spoilt = {
        "before": b"x" * 9 + data,
        "behind": data + b"x",
        "cut": data[:-200],
        "emptied": data[:40],
    }[how]
    assert not verify_bytes(desk, spoilt, name="sent.zip").whole


@SOME
@given(data=st.data())
def test_a_flipped_byte_in_any_file_of_the_folder_is_found_and_named(desk, made, data):
    folder = made[2]
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    file = data.draw(st.sampled_from(files))
    content = file.read_bytes()
    spoilt = bytearray(content)
    spoilt[data.draw(st.integers(0, len(spoilt) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        file.write_bytes(spoilt)
        verdict = verify_path(desk, folder)
    finally:
        file.write_bytes(content)
    path = file.relative_to(folder).as_posix()
    told = {one.file for one in verdict.differences}
    assert path in told or (path == tags.TAG_MANIFEST and told), (path, told)


@SOME
@given(data=st.data())
def test_a_removed_file_is_found_and_named(desk, made, data):
    folder = made[2]
    file = data.draw(st.sampled_from(sorted(p for p in folder.rglob("*") if p.is_file())))
    content = file.read_bytes()
    try:
        file.unlink()
        verdict = verify_path(desk, folder)
    finally:
        file.write_bytes(content)
    path = file.relative_to(folder).as_posix()
    assert ("missing", path) in {(one.code, one.file) for one in verdict.differences}


@pytest.mark.parametrize("path", ["data/parts/99_x.pdf", "data/x", "x.txt", "meta/x", "fetch.txt"])
@pytest.mark.parametrize("again", [False, True])
def test_an_added_file_is_found_and_named(desk, folder, path, again):
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).write_bytes(b"x")
    if again and path.startswith("data/"):
        bagged_again(folder)
    verdict = verify_path(desk, folder)
    assert [(one.code, one.file) for one in verdict.differences] == [("extra", path)]


def parts_of(folder):
    return sorted((folder / "data/parts").iterdir())


@pytest.mark.parametrize("again", [False, True])
def test_exchanged_parts_are_found_and_named(desk, folder, again):
    one, two, _ = parts_of(folder)
    content = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(content)
    if again:
        bagged_again(folder)
    verdict = verify_path(desk, folder)
    assert [one.part for one in verdict.differences] == [1, 2]
    assert first(verdict).startswith("第 1 份《实施方案》（data/parts/01_实施方案.pdf）：")
    assert first(verdict, "en").startswith("part 1, 实施方案 (data/parts/01_")


@pytest.mark.parametrize("again", [False, True])
def test_a_page_removed_from_a_part_is_found_and_named(desk, folder, again):
    part = parts_of(folder)[1]
    part.write_bytes(without_page(part.read_bytes(), 1))
    if again:
        bagged_again(folder)
    verdict = verify_path(desk, folder)
    assert [(one.part, one.title) for one in verdict.differences] == [
        (2, "对照检查表（张三）50%完成")
    ]


def test_a_part_cut_and_told_so_everywhere_is_found_by_its_page_count(desk, folder):
    """The bag's manifests and manifest.json made anew; only the number of pages was forgotten."""
    part = parts_of(folder)[1]
    part.write_bytes(without_page(part.read_bytes(), 1))

    def forged(said):
        new = said_of(said["parts"][1]["pdf"]["path"], part).model_dump()
        said["parts"][1] |= {"pdf": new, "pdf_sha256": new["sha256"]}

    manifest_forged(folder, forged)
    verdict = verify_path(desk, folder)
    assert [(one.code, one.part) for one in verdict.differences] == [("page_count", 2)]
    assert "应为 3 页，现为 2 页" in first(verdict)


def manifest_forged(folder, change):
    file = folder / "data/manifest.json"
    said = json.loads(file.read_bytes())
    change(said)
    file.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    bagged_again(folder)


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("index", [0, 3, 5])
def test_a_page_removed_from_the_joined_pdf_is_found(desk, folder, again, index):
    pdf = folder / "data/submission.pdf"
    pdf.write_bytes(without_page(pdf.read_bytes(), index))
    if again:
        bagged_again(folder)
    verdict = verify_path(desk, folder)
    assert [(one.code, one.file) for one in verdict.differences] == [
        ("page_count", "data/submission.pdf")
    ]
    assert verdict.pages == 5


def test_a_changed_page_is_named_with_its_part(desk, folder):
    """A letter of one page's content, which stands unpacked in a page of the test's own making."""
    pdf = folder / "data/submission.pdf"
    pdf.write_bytes(page_spoilt(pdf.read_bytes(), 3))
    verdict = verify_path(desk, folder)
    assert first(verdict) == (
        "第 2 份《对照检查表（张三）50%完成》（data/submission.pdf）：第 4 页已改动。"
    )
    assert first(verdict, "en") == (
        "part 2, 对照检查表（张三）50%完成 (data/submission.pdf): page 4 changed."
    )
    alone = verify_path(desk, pdf)
    assert first(alone, "en") == "对照检查表（张三）50%完成 (submission.pdf): page 4 changed."


def page_spoilt(pdf, index):
    """A PDF of which one page was changed by a program that keeps everything else."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import DecodedStreamObject, NameObject

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    stream = DecodedStreamObject()
    stream.set_data(b"BT /F1 20 Tf 100 400 Td (another) Tj ET")
    writer.pages[index][NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("suffix", ["json", "xml"])
def test_a_changed_metadata_value_is_found_by_name(desk, folder, suffix, again):
    file = folder / f"data/metadata/02.{suffix}"
    file.write_text(file.read_text("utf-8").replace("南昌某馆", "南昌另馆"), "utf-8")
    if again:
        bagged_again(folder)
    verdict = verify_path(desk, folder)
    assert len(verdict.differences) == 1
    assert first(verdict) == (
        f"第 2 份《对照检查表（张三）50%完成》（data/metadata/02.{suffix}）："
        "元数据“发文机关或签发人署名”与报送清单不符。"
    )


def test_a_manifest_that_is_none_any_more_is_told(desk, folder):
    manifest_forged(folder, lambda said: said.pop("parts"))
    verdict = verify_path(desk, folder)
    assert [one.code for one in verdict.differences] == ["manifest_unreadable"]


def test_first_pages_that_contradict_the_parts_are_told(desk, folder):
    manifest_forged(folder, lambda said: said["parts"][1].update(first_page=2))
    verdict = verify_path(desk, folder)
    assert [(one.code, one.part) for one in verdict.differences] == [("pages_overlap", 2)]


# --- an archive: one PDF for each item


@pytest.fixture(scope="module")
def archive(desk, tmp_path_factory):
    folder = tmp_path_factory.mktemp("archive")
    package = write_package(desk, *archived(desk), folder / "archive.zip")
    assert verify_path(desk, package.file, expect=package.sha256).whole
    return unpacked(package.file, folder)


def test_a_changed_page_of_an_item_is_named(desk, archive, tmp_path):
    folder = shutil.copytree(archive, tmp_path / "copy")
    item = folder / "data/items/0002_通知.pdf"
    item.write_bytes(page_spoilt(item.read_bytes(), 1))
    verdict = verify_path(desk, folder)
    assert [first(verdict, lang) for lang in ("zh", "en")] == [
        "第 2 份《通知》（data/items/0002_通知.pdf）：第 2 页已改动。",
        "part 2, 通知 (data/items/0002_通知.pdf): page 2 changed.",
    ]
    assert len(verdict.differences) == 1


def test_exchanged_items_are_found_though_each_is_whole(desk, archive, tmp_path):
    folder = shutil.copytree(archive, tmp_path / "copy")
    one, two = sorted((folder / "data/items").iterdir())
    content = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(content)
    bagged_again(folder)
    verdict = verify_path(desk, folder)
    assert [(one.code, one.part) for one in verdict.differences] == [
        ("manifest_disagrees", 1),
        ("manifest_disagrees", 2),
    ]


# --- forgeries: everything made anew


@pytest.fixture(scope="module")
def forged(desk, tmp_path_factory):
    """Another package under the same title, made by the program itself: sound in every way."""
    said, files = small(desk, papers=(2, 2, 1))
    return write_package(desk, said, files, tmp_path_factory.mktemp("forged") / "p.zip"), files


def test_a_forgery_that_rehashes_everything_is_found_with_the_receipts_hash(desk, made, forged):
    package, files = forged
    assert verify_path(desk, package.file).whole
    receipt = made[0].manifest.pdf.sha256
    verdict = verify_path(desk, package.file, expect=receipt)
    assert [one.code for one in verdict.differences] == ["not_expected"]
    assert package.manifest.pdf.sha256 in first(verdict)
    pdf = verify_bytes(desk, files["submission.pdf"], name="x.pdf", expect=receipt)
    assert [one.code for one in pdf.differences] == ["not_expected"]


def test_the_receipts_hash_as_it_is_copied_from_paper(desk, made):
    plain = made[0].manifest.pdf.sha256
    blocks = " ".join(plain[at : at + 8].upper() for at in range(0, 64, 8))
    for copied in (plain, blocks, f"sha256:{plain}", made[0].sha256):
        verdict = verify_path(desk, made[0].file, expect=copied)
        assert verdict.whole and "与给出的校验码一致。" in verdict.lines("zh")
    for wrong in (plain[:-1], plain + "0", "x" * 64):
        with pytest.raises(InputError) as told:
            verify_path(desk, made[0].file, expect=wrong)
        assert told.value.problems[0].code == "bad_hash"


def test_a_forged_metadata_value_told_everywhere_is_found_with_the_hash_of_the_zip(
    desk, made, tmp_path
):
    said, files = small(desk)
    one = said.parts[0].model_copy(update={"issuer": "南昌另馆"})
    said = said.model_copy(update={"parts": (one, *said.parts[1:])})
    other = write_package(desk, said, files, tmp_path / "x.zip")
    assert verify_path(desk, other.file, expect=made[0].manifest.pdf.sha256).whole
    verdict = verify_path(desk, other.file, expect=made[0].sha256)
    assert [one.code for one in verdict.differences] == ["not_expected"]


def test_the_register_finds_a_forgery_and_knows_its_own(desk, made, forged):
    asked = []

    def register(filed):
        asked.append(filed)
        return {made[0].manifest.pdf.sha256} if filed.title == made[0].manifest.title else set()

    own = verify_path(desk, made[0].file, known_hashes=register)
    assert own.whole and "与本系统登记的报送一致。" in own.lines("zh")
    assert (asked[0].unit, asked[0].edition) == ("南昌八一起义纪念馆", 1)
    for verdict in (
        verify_path(desk, forged[0].file, known_hashes=register),
        verify_bytes(desk, forged[1]["submission.pdf"], name="x.pdf", known_hashes=register),
    ):
        assert [one.code for one in verdict.differences] == ["not_registered"]
    strange = verify_path(desk, made[0].file, known_hashes=lambda filed: set())
    assert strange.whole and "没有登记过" in strange.lines("zh")[-1]


# --- a PDF alone


@settings(SOME, max_examples=6)  # each asks a child process twice
@given(data=st.data())
def test_a_flipped_byte_anywhere_in_the_pdf_alone_is_found(desk, made, data):
    spoilt = bytearray(made[3]["submission.pdf"])
    spoilt[data.draw(st.integers(0, len(spoilt) - 1))] ^= data.draw(st.integers(1, 255))
    assert not verify_bytes(desk, bytes(spoilt), name="x.pdf").whole


def test_a_pdf_without_a_seal_is_not_called_whole_unless_its_hash_is_known(desk, made):
    pdf = made[3]["parts/01_实施方案.pdf"]
    verdict = verify_bytes(desk, pdf, name="x.pdf")
    assert [one.code for one in verdict.differences] == ["no_seal"]
    assert verify_bytes(desk, pdf, name="x.pdf", expect=hashlib.sha256(pdf).hexdigest()).whole


# --- what is none


@pytest.mark.parametrize(
    ("name", "data"),
    [("x.txt", b"hello"), ("x.zip", b""), ("x.docx", None), ("x.jpg", b"\xff\xd8\xff")],
)
def test_what_is_no_package_is_refused(desk, name, data):
    if data is None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as inside:
            inside.writestr("[Content_Types].xml", b"x")
        data = out.getvalue()
    with pytest.raises(InputError) as told:
        verify_bytes(desk, data, name=name)
    assert told.value.problems[0].code == "not_a_package"


def test_what_is_not_there_and_an_empty_folder(desk, tmp_path):
    with pytest.raises(NotFoundError):
        verify_path(desk, tmp_path / "nope")
    with pytest.raises(InputError):
        verify_path(desk, tmp_path)


def test_nothing_from_a_hostile_zip_is_written_and_it_is_not_whole(
    desk, made, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    out = io.BytesIO(made[1])
    with zipfile.ZipFile(out, "a") as inside:
        inside.writestr("../../evil", b"x")
    verdict = verify_bytes(desk, out.getvalue(), name="x.zip")
    assert verdict.differences[0].code == "unsafe_name"
    assert not [*tmp_path.iterdir()]


def test_no_library_but_bagit_agrees(made):
    """The library's own judgement of the same folder, for the record."""
    import bagit

    assert bagit.Bag(str(made[2])).is_valid()
    with BagItBags().open(made[2], name="x") as bag:
        assert bag.frame_whole()


def test_metadata_places_are_where_the_package_has_them(made):
    package, _, folder, _ = made
    for part in package.manifest.parts:
        as_json, as_xml = metadata_places(package.manifest, part.no)
        assert (folder / "data" / as_json).read_bytes() == to_json(part)
        assert (folder / "data" / as_xml).read_bytes() == to_xml(part)
