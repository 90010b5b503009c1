"""`gongwen verify` as it is typed: words, exit codes, JSON, and no database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.bootstrap import assemble
from service.desk.filing.package import write_package
from service.settings import Settings
from service.store.models import Submission
from tests.filing_tools import desk_at, packed, small, unpacked


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    desk = desk_at(folder / "data")
    package, files = packed(desk, folder)
    desk.close()
    (folder / "joined.pdf").write_bytes(files["submission.pdf"])
    return package, folder


@pytest.fixture
def gongwen(run, monkeypatch):
    """The command in Chinese, in a folder, with a data folder."""

    def call(*words, cwd, data):
        monkeypatch.setenv("GONGWEN_LANG", "zh")
        monkeypatch.setenv("GONGWEN_DATA", str(data))
        monkeypatch.chdir(cwd)
        return run(*words)

    return call


def test_zip_folder_and_pdf_are_whole_and_no_database_is_made(made, tmp_path, gongwen):
    package, folder = made
    top = unpacked(package.file, tmp_path / "out")
    receipt = package.manifest.pdf.sha256
    for target, cwd in ((package.file, folder), (".", top), ("joined.pdf", folder)):
        done = gongwen("verify", target, "--expect", receipt, cwd=cwd, data=tmp_path / "none")
        assert done.exit_code == 0, done.output
        assert done.stdout.startswith("完好无改动：") and receipt in done.stdout
        assert not done.stderr
    assert not (tmp_path / "none").exists()


def test_in_a_process_of_its_own(made, tmp_path):
    """As the supervisory team types it: no database, no settings, another folder."""
    command = [Path(sys.executable).parent / "gongwen", "verify", made[0].file]
    environment = os.environ | {"GONGWEN_DATA": str(tmp_path / "none"), "GONGWEN_LANG": "zh"}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("完好无改动：")
    assert list(tmp_path.iterdir()) == []


def test_what_differs_is_told_in_either_language_with_exit_code_1(made, tmp_path, gongwen):
    top = unpacked(made[0].file, tmp_path / "out")
    (top / "data/parts/01_实施方案.pdf").unlink()
    done = gongwen("verify", top, cwd=tmp_path, data=tmp_path / "none")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[:2] == [
        "与移交时不同：归档包文件夹 整改方案等 3 份材料",
        "第 1 份《实施方案》（data/parts/01_实施方案.pdf）：文件缺失。",
    ]
    done = gongwen("verify", top, "--lang", "en", cwd=tmp_path, data=tmp_path / "none")
    assert done.exit_code == 1
    assert "part 1, 实施方案 (data/parts/01_实施方案.pdf): the file is missing." in done.stdout


def test_json_tells_all(made, tmp_path, gongwen):
    top = unpacked(made[0].file, tmp_path / "out")
    (top / "data/parts/01_实施方案.pdf").unlink()
    (top / "bag-info.txt").write_text("x")
    done = gongwen("verify", top, "--json", cwd=tmp_path, data=tmp_path / "none")
    told = json.loads(done.stdout)
    assert done.exit_code == 1 and not told["ok"]
    assert [(one["code"], one["file"]) for one in told["differences"]] == [
        ("missing", "data/parts/01_实施方案.pdf"),
        ("changed", "bag-info.txt"),
    ]
    assert told["differences"][0]["part"] == 1
    whole = gongwen("verify", made[0].file, "--json", cwd=tmp_path, data=tmp_path / "none")
    assert json.loads(whole.stdout)["sha256"] == made[0].sha256


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("nope.zip",), 5),
        (("plain.txt",), 4),
        (("plain.txt", "--expect", "12"), 4),
        ((), 2),
    ],
)
def test_what_cannot_be_verified_has_its_own_exit_code(tmp_path, words, code, gongwen):
    (tmp_path / "plain.txt").write_text("x")
    done = gongwen("verify", *words, cwd=tmp_path, data=tmp_path / "none")
    assert done.exit_code == code and done.stderr and "Traceback" not in done.stderr


def test_the_register_is_asked_where_there_is_one(made, tmp_path, gongwen):
    """A forgery under the title of what was filed, sound in itself; and what was filed."""
    package = made[0]
    settings = Settings(data=tmp_path / "data")
    desk = assemble(settings)
    said, files = small(desk, papers=(2, 2, 1))
    forged = write_package(desk, said, files, tmp_path / "forged.zip")
    row = Submission(
        key="k",
        profile="submission",
        bundle="b",
        lang="zh",
        title=package.manifest.title,
        filed_on=package.manifest.date,
        pages=package.manifest.pages,
        pdf_sha256=package.manifest.pdf.sha256,
        package_sha256=package.sha256,
        files=[],
        manifest=package.manifest.model_dump(mode="json"),
        documents=[],
    )
    with desk.store.write() as session:
        session.add(row)
    desk.close()
    own = gongwen("verify", package.file, cwd=tmp_path, data=settings.data)
    assert own.exit_code == 0 and "与本系统登记的报送一致。" in own.stdout, own.output
    other = gongwen("verify", forged.file, cwd=tmp_path, data=settings.data)
    assert other.exit_code == 1
    assert package.manifest.pdf.sha256 in other.stdout.splitlines()[1]
    # A store that cannot be opened stops nobody from verifying.
    (settings.data / "gongwen.sqlite").write_bytes(b"no database" * 500)
    broken = gongwen("verify", package.file, cwd=tmp_path, data=settings.data)
    assert broken.exit_code == 0 and "没有核对" in broken.stdout, broken.output
