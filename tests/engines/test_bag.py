"""Bags: the same bytes every time, readable by others, and nothing from outside is trusted."""

import io
import os
import stat
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import bagit
import pytest

from service.engines import bag_open, bag_zip
from service.engines.bag import BagItBags
from service.errors import EngineError, InputError

INFO = [
    ("Source-Organization", "某馆\n办公室"),
    ("Contact-Name", ""),
    ("Bagging-Date", "2014-07-21"),
]
FILES = {"b.txt": "乙\n".encode(), "parts/01_方案（一）.pdf": b"%PDF-1.7 \x00\xff", "a.txt": b""}
NAME = "材料 2014"


@pytest.fixture
def zipped(tmp_path):
    file = tmp_path / "bag.zip"
    BagItBags().write(file, name=NAME, info=INFO, files=FILES)
    return file


def opened(target, name="x.zip"):
    return BagItBags().open(target, name=name)


def test_equal_input_gives_equal_bytes_whatever_the_day_or_the_umask(tmp_path, zipped):
    again = tmp_path / "elsewhere" / "again.zip"
    again.parent.mkdir()
    source = tmp_path / "b"
    source.write_bytes(FILES["b.txt"])
    os.utime(source, (0, 0))
    source.chmod(0o400)
    before = os.umask(0o077)
    try:
        turned = dict(reversed([*FILES.items()])) | {"b.txt": source}
        digest = BagItBags().write(again, name=NAME, info=INFO, files=turned)
    finally:
        os.umask(before)
    assert again.read_bytes() == zipped.read_bytes()
    assert digest.size == again.stat().st_size
    assert [one.name for one in again.parent.iterdir()] == ["again.zip"]


def test_others_can_read_it(tmp_path, zipped):
    subprocess.run(["unzip", "-tq", zipped], check=True, capture_output=True)
    with zipfile.ZipFile(zipped) as inside:
        assert inside.testzip() is None
        for one in inside.infolist():
            assert one.filename.startswith(f"{NAME}/") and one.date_time == (1980, 1, 1, 0, 0, 0)
            assert one.flag_bits == 0x800 and not one.extra and not one.comment
            assert one.external_attr >> 16 == stat.S_IFREG | 0o644
        names = [one.filename for one in inside.infolist()]
        assert names == sorted(names)
        assert inside.read(f"{NAME}/data/b.txt") == FILES["b.txt"]
        inside.extractall(tmp_path / "out")
    folder = tmp_path / "out" / NAME
    bag = bagit.Bag(str(folder))
    assert bag.validate() and bag.version_info == (1, 0)
    # A value of several lines is one line; an empty one is left out.
    assert bag.info["Source-Organization"] == "某馆 办公室" and "Contact-Name" not in bag.info
    assert bag.info["Payload-Oxum"] == f"{sum(map(len, FILES.values()))}.3"
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", "manifest-sha256.txt", "tagmanifest-sha256.txt"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_zip_and_folder_are_read_alike(tmp_path, zipped):
    with zipfile.ZipFile(zipped) as inside:
        inside.extractall(tmp_path / "out")
    told = []
    for target in (
        zipped,
        tmp_path / "out" / NAME,
        tmp_path / "out",
        io.BytesIO(zipped.read_bytes()),
    ):
        with opened(target) as bag:
            assert not bag.strange and bag.frame_whole() and bag.name == NAME
            told.append({path: bag.digest(path) for path in bag.paths})
            assert bag.read("data/b.txt", most=100) == FILES["b.txt"]
            assert bag.read("data/b.txt", most=3) is None
    assert told[0] == told[1] == told[2] == told[3] and len(told[0]) == 7


def test_a_bag_that_does_not_stand_its_proof_is_not_handed_out(tmp_path, monkeypatch):
    def fails(self, *_, **__):
        raise bagit.BagValidationError("no")

    monkeypatch.setattr(bagit.Bag, "validate", fails)
    with pytest.raises(EngineError, match="proof"):
        BagItBags().write(tmp_path / "x.zip", name="x", info=(), files=FILES)


def test_more_than_a_plain_zip_holds_is_refused_before_it_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(bag_zip, "MOST_BYTES", 1000)
    with pytest.raises(InputError) as told:
        BagItBags().write(tmp_path / "x.zip", name="x", info=(), files={"a": b"a" * 1001})
    assert told.value.problems[0].code == "package_too_large"
    assert not [*tmp_path.iterdir()]


def zip_of(*entries):
    """A zip of (name, content[, external attributes]) by the standard library."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as inside:
        for name, content, *attributes in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (attributes or [0o100644])[0] << 16
            inside.writestr(info, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (("../evil", b"x"), "unsafe_name"),
        (("t/../../evil", b"x"), "unsafe_name"),
        (("/etc/passwd", b"x"), "unsafe_name"),
        (("t//a", b"x"), "unsafe_name"),
        (("t/./a", b"x"), "unsafe_name"),
        (("C:\\evil", b"x"), "unsafe_name"),
        (("t\\evil", b"x"), "unsafe_name"),
        (("t/a:b", b"x"), "unsafe_name"),
        (("t/a\nb", b"x"), "unsafe_name"),
        (("t/link", b"/etc/passwd", 0o120777), "no_plain_file"),
        (("other/a", b"x"), "several_tops"),
        (("beside", b"x"), "several_tops"),
        (("t/DATA/A.txt", b"x"), "doubled_name"),
    ],
)
def test_names_and_links_that_no_bag_holds(entry, code):
    data = zip_of(("t/bagit.txt", b"x"), ("t/data/a.txt", b"x"), entry)
    with opened(io.BytesIO(data)) as bag:
        assert [one.code for one in bag.strange] == [code]
        assert not any(".." in path or path.startswith("/") for path in bag.paths)


def test_a_name_that_is_cut_at_nul_is_not_taken_for_the_short_one():
    data = zip_of(("t/bagit.txt", b"x"), ("t/data/a.txtXhidden", b"y"))
    data = data.replace(b"a.txtXhidden", b"a.txt\0hidden")
    with opened(io.BytesIO(data)) as bag:
        assert [one.code for one in bag.strange] == ["unsafe_name"]
        assert bag.paths == ("bagit.txt",)


def test_the_same_name_twice_and_a_password():
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = zip_of(("t/bagit.txt", b"x"), ("t/bagit.txt", b"y"))
    with opened(io.BytesIO(twice)) as bag:
        assert [one.code for one in bag.strange] == ["doubled_name"]
    locked = bytearray(zip_of(("t/bagit.txt", b"x")))
    locked[locked.index(b"PK\1\2") + 8] |= 1
    with opened(io.BytesIO(locked)) as bag:
        assert [one.code for one in bag.strange] == ["no_plain_file"]


def test_a_bomb_is_known_by_its_directory():
    bomb = zip_of(("t/bagit.txt", b"x"), ("t/data/zeros", bytes(30_000_000)))
    with opened(io.BytesIO(bomb)) as bag:
        assert [one.code for one in bag.strange] == ["archive_too_large"] and not bag.paths


def test_a_bomb_that_lies_about_its_size_is_read_no_further():
    honest = zip_of(("t/bagit.txt", b"x"), ("t/data/zeros", bytes(30_000_000)))
    said = struct.pack("<I", 30_000_000)
    assert honest.count(said) >= 1
    with opened(io.BytesIO(honest.replace(said, struct.pack("<I", 1000)))) as bag:
        assert not bag.strange
        assert bag.digest("data/zeros") is None
        assert bag.read("data/zeros", most=2000) is None


def test_too_many_members(monkeypatch):
    monkeypatch.setattr(bag_open, "MOST_FILES", 3)
    with opened(io.BytesIO(zip_of(*((f"t/data/{at}", b"") for at in range(4))))) as bag:
        assert [one.code for one in bag.strange] == ["archive_too_large"]


@pytest.mark.parametrize("data", [b"PK", b"PK\3\4" + bytes(100), b"PK\5\6" + b"\xff" * 18])
def test_what_is_no_zip_any_more_is_told(data):
    with opened(io.BytesIO(data)) as bag:
        assert not bag.paths
        assert [one.code for one in bag.strange] == ["zip_broken"]


def test_links_and_pipes_in_a_folder_are_named_and_not_read(tmp_path, zipped):
    with zipfile.ZipFile(zipped) as inside:
        inside.extractall(tmp_path)
    folder = tmp_path / NAME
    (folder / "data/link").symlink_to("/etc/passwd")
    (folder / "data/out").symlink_to("/etc", target_is_directory=True)
    os.mkfifo(folder / "data/pipe")
    with opened(folder) as bag:
        assert sorted(one.file for one in bag.strange) == ["data/link", "data/out", "data/pipe"]
        assert {one.code for one in bag.strange} == {"no_plain_file"}
        assert not any(path in {"data/link", "data/pipe"} for path in bag.paths)
        assert not any(path.startswith("data/out") for path in bag.paths)


def test_names_as_a_windows_in_china_zips_them(tmp_path, zipped):
    """GB18030 without a flag, which Python takes for code page 437."""
    with zipfile.ZipFile(zipped) as inside:
        files = {one: inside.read(one) for one in inside.namelist()}
    data = gb18030_zip(files)
    with opened(io.BytesIO(data)) as bag, opened(zipped) as ours:
        assert bag.name == NAME and bag.paths == ours.paths and not bag.strange
        assert not bag.frame_whole()


def gb18030_zip(files):
    """A stored zip with names in GB18030 and no flag that says so."""
    body, directory = b"", b""
    for name, content in files.items():
        raw = name.encode("gb18030")
        shape = (20, 0, 0, 0, 0x21, zlib.crc32(content), len(content), len(content), len(raw), 0)
        place = len(body)
        body += struct.pack("<IHHHHHIIIHH", 0x04034B50, *shape) + raw + content
        directory += (
            struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, *shape, 0, 0, 0, 0, place) + raw
        )
    count = len(files)
    end = (0x06054B50, 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + struct.pack("<IHHHHIIH", *end)


FLAT = """
import resource, sys
from pathlib import Path
from service.engines.bag import BagItBags
folder = Path(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
BagItBags().write(folder / "x.zip", name="x", info=(), files={"apart/film.bin": folder / "film"})
with BagItBags().open(folder / "x.zip", name="x.zip") as bag:
    assert bag.digest("data/apart/film.bin").size == 1 << 30 and bag.frame_whole()
    assert bag.read("data/apart/film.bin", most=1 << 20) is None
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.long
def test_a_gigabyte_takes_no_more_memory_than_a_page(tmp_path):
    film = tmp_path / "film"
    with film.open("wb") as file:
        file.truncate(1 << 30)
    done = subprocess.run(
        [sys.executable, "-c", FLAT, tmp_path],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 30, f"{done.stdout} MB more"
