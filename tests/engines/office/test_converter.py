"""The converter with the real LibreOffice: text, links, pictures, crashes, two at once."""

import io
import os
import signal
import subprocess
import threading
import zipfile

import pypdf
import pytest

from service.engines.office.converter import OfficePool
from service.errors import InputError
from service.settings import Settings
from tests.engines.office.office_tools import (
    NAMES,
    WALLS,
    canary,
    dead_sockets,
    gone,
    linked,
    pictures_in,
    png,
    soffice_under,
    text_of,
    word,
)

pytestmark = pytest.mark.office


def soffice_of(pool):
    """Only this pool's: other tests of the session may keep one of their own."""
    return {pid for leader in pool.processes() for pid in soffice_under(leader)}


@pytest.fixture(scope="module", params=WALLS)
def pool(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    sockets = dead_sockets()
    made = OfficePool(Settings(data=folder, sandbox=request.param, converters=1))
    yield made
    children = soffice_of(made)
    made.close()
    assert children
    assert gone(children)
    assert dead_sockets() <= sockets
    assert [left.name for left in (folder / "office").iterdir()] == ["lock"]


def test_text_is_equal_and_the_file_is_an_archive_copy(pool):
    lines = [f"关于开展教育实践活动的通知：“四风”——〔2014〕5号，{NAMES}。", "A & B < C, 100%"]
    done = pool.convert(word(*lines), name="通知.docx")
    assert done.pages == 1
    assert text_of(done.pdf) == "".join("".join(lines).split())
    reader = pypdf.PdfReader(io.BytesIO(done.pdf))
    metadata = reader.trailer["/Root"]["/Metadata"].get_data()
    assert b"<pdfaid:part>2</pdfaid:part>" in metadata
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in metadata
    assert reader.trailer["/Root"]["/OutputIntents"]


def test_a_linked_picture_is_never_fetched(pool):
    plain = word("有图", picture=png())
    with canary() as (port, hits):
        done = pool.convert(linked(plain, f"http://127.0.0.1:{port}/p.png"), name="x.docx")
    assert (hits, pictures_in(done.pdf)) == ([], 0)


def test_a_picture_file_on_this_machine_is_never_read(pool, tmp_path):
    (tmp_path / "p.png").write_bytes(png())
    plain = word("有图", picture=png())
    done = pool.convert(linked(plain, (tmp_path / "p.png").as_uri()), name="x.docx")
    assert pictures_in(done.pdf) == 0


def test_an_embedded_picture_survives(pool):
    assert pictures_in(pool.convert(word("有图", picture=png()), name="x.docx").pdf) == 1


HTML = b'<html><body><p>x</p><img src="http://127.0.0.1:%d/h.png"></body></html>'
FODT = b"""<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>
<text:p>x<draw:frame><draw:image xlink:href="http://127.0.0.1:%d/f.png"/></draw:frame></text:p>
</office:text></office:body></office:document>"""


@pytest.mark.parametrize(
    ("content", "suffix"),
    [(HTML, ".docx"), (HTML, ".doc"), (FODT, ".docx")],
    ids=["html as docx", "html as doc", "fodt as docx"],
)
def test_other_files_under_words_name_are_refused(pool, content, suffix):
    with canary() as (port, hits):
        with pytest.raises(InputError) as caught:
            pool.convert(content % port, name="附件.docx", suffix=suffix)
        assert hits == []
    [found] = caught.value.problems
    assert (found.code, found.file) == ("convert_refused", "附件.docx")


def test_a_damaged_word_file_is_refused(pool):
    whole = word("很长的一段")
    with pytest.raises(InputError):
        pool.convert(whole[: len(whole) // 2], name="x.docx")


def test_killed_libreoffice_is_made_good_by_the_retry(pool):
    pool.convert(word("一"), name="x.docx")
    before, starts = soffice_of(pool), pool.starts
    assert len(before) == 1
    os.kill(before.pop(), signal.SIGKILL)
    assert text_of(pool.convert(word("二"), name="x.docx").pdf) == "二"
    assert pool.starts == starts + 1


def test_stopped_libreoffice_is_a_timeout_and_is_killed(tmp_path):
    pool = OfficePool(Settings(data=tmp_path, converters=1, sandbox="off", convert_seconds=3))
    try:
        pool.convert(word("一"), name="x.docx")
        assert list(tmp_path.rglob("lu*.tmp"))  # goes with the process; /tmp would keep it
        [stopped] = soffice_of(pool)
        os.kill(stopped, signal.SIGSTOP)
        assert text_of(pool.convert(word("二"), name="x.docx").pdf) == "二"
        assert gone({stopped})
    finally:
        pool.close()


def test_bookmarks_become_named_destinations_and_headings_an_outline(pool):
    source = word("正文一", "正文二")
    inside, parcel = zipfile.ZipFile(io.BytesIO(source)), io.BytesIO()
    with zipfile.ZipFile(parcel, "w") as outside:
        for name in inside.namelist():
            data = inside.read(name)
            if name == "word/document.xml":
                data = data.replace(
                    b"<w:p>",
                    b'<w:p><w:pPr><w:pageBreakBefore/><w:outlineLvl w:val="0"/></w:pPr>'
                    b'<w:bookmarkStart w:id="7" w:name="member0007"/><w:bookmarkEnd w:id="7"/>',
                ).replace(b"member0007", b"member0001", 1)
            outside.writestr(name, data)
    done = pool.convert(parcel.getvalue(), name="x.docx")
    reader = pypdf.PdfReader(io.BytesIO(done.pdf))
    places = {
        name: reader.get_destination_page_number(place)
        for name, place in reader.named_destinations.items()
    }
    assert places == {"/member0001": 0, "/member0007": 1}
    assert [item.title for item in reader.outline] == ["正文一", "正文二"]


def test_an_old_doc_file(pool, tmp_path):
    (tmp_path / "a.docx").write_bytes(word("旧格式的文件"))
    command = [
        "soffice",
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        *("--headless", "--convert-to", "doc:MS Word 97", "--outdir", str(tmp_path)),
        str(tmp_path / "a.docx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    old = (tmp_path / "a.doc").read_bytes()
    assert old.startswith(b"\xd0\xcf\x11\xe0")
    assert text_of(pool.convert(old, name="a.doc", suffix=".doc").pdf) == "旧格式的文件"


def test_two_at_once_each_gets_its_own(tmp_path):
    pool, texts = OfficePool(Settings(data=tmp_path, converters=2)), {}
    try:

        def client(number):
            done = pool.convert(word(f"第{number}份"), name=f"{number}.docx")
            texts[number] = text_of(done.pdf)

        threads = [threading.Thread(target=client, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert texts == {number: f"第{number}份" for number in range(6)}
        assert len(pool.processes()) == 2
        assert len(soffice_of(pool)) == 2
    finally:
        pool.close()
