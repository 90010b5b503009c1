"""The doctor: a line for everything, a mend for whatever is wrong, in both languages."""

from pathlib import Path

import pytest

from service.engines import doctor
from service.engines.doctor import examine
from service.engines.protocols import FontUse
from service.settings import Settings


def lines(settings):
    return {line.name: line for line in examine(settings)}


def test_every_line_speaks_and_every_fault_has_a_mend(tmp_path):
    found = examine(Settings(data=tmp_path, soffice=tmp_path / "none", sandbox="off"))
    names = [line.name for line in found]
    assert len(names) == len(set(names))
    for line in found:
        assert line.found.zh
        assert line.found.en
        if not line.ok:
            assert line.mend.zh
            assert line.mend.en
    assert not list(tmp_path.iterdir())  # looking leaves nothing behind


@pytest.mark.office
def test_this_machine_is_fit(tmp_path):
    found = lines(Settings(data=tmp_path))
    assert found["libreoffice"].found.en.startswith("LibreOffice ")
    assert "Fandol" in found["font 仿宋_GB2312"].found.zh
    assert [name for name, line in found.items() if line.needed and not line.ok] == []


def test_without_libreoffice_or_uno(tmp_path):
    settings = Settings(data=tmp_path, soffice=tmp_path / "none", office_python=tmp_path / "none")
    found = lines(settings)
    for name, package in (("libreoffice", "libreoffice-writer-nogui"), ("python3-uno", "uno")):
        assert (found[name].ok, found[name].needed) == (False, True)
        assert package in found[name].mend.en
        assert package in found[name].mend.zh


@pytest.mark.parametrize(("sandbox", "needed"), [("auto", False), ("required", True)])
def test_no_sandbox(tmp_path, monkeypatch, sandbox, needed):
    monkeypatch.setattr(doctor, "sandbox_works", lambda: False)
    monkeypatch.setattr(doctor.shutil, "which", lambda name: f"/usr/bin/{name}")
    line = lines(Settings(data=tmp_path, sandbox=sandbox))["sandbox"]
    assert (line.ok, line.needed) == (False, needed)
    assert "namespaces" in line.mend.en


def test_a_font_that_nothing_serves_and_a_poor_one(tmp_path, monkeypatch):
    uses = (
        FontUse(wanted="仿宋", served=("Noto Serif CJK SC",), stand_in=True),
        FontUse(wanted="黑体", served=(), stand_in=True),
        FontUse(wanted="宋体", served=("宋体",), stand_in=False),
    )
    monkeypatch.setattr(doctor, "wanted_fonts", lambda _: uses)
    found = lines(Settings(data=tmp_path))
    poor, none, own = found["font 仿宋"], found["font 黑体"], found["font 宋体"]
    assert (poor.ok, poor.needed, "scripts/fonts.sh" in poor.mend.zh) == (False, False, True)
    assert (none.ok, none.needed, "fonts-noto-cjk" in none.mend.en) == (False, True, True)
    assert (own.ok, own.found.en) == (True, "installed")


def test_folders_that_a_variable_misspells(tmp_path):
    none = tmp_path / "none"
    found = lines(Settings(data=tmp_path, templates=none, fonts=none, builtin_templates=none))
    told = {name: found[f"{name} folder"] for name in ("templates", "fonts", "builtin templates")}
    assert [line.ok for line in told.values()] == [False] * 3
    assert [name for name, line in told.items() if line.needed] == ["builtin templates"]
    assert "GONGWEN_TEMPLATES" in told["templates"].mend.zh
    assert not [name for name in lines(Settings(data=tmp_path)) if name.endswith("folder")]


def test_without_fontconfigs_programs(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "which", lambda _: None)
    line = lines(Settings(data=tmp_path))["fonts"]
    assert (line.ok, line.needed) == (False, True)
    assert "fontconfig" in line.mend.en


def test_data_folder_that_is_a_file_and_a_full_disk(tmp_path, monkeypatch):
    (tmp_path / "data").write_text("")
    monkeypatch.setattr(doctor, "ROOM_MEGABYTES", 1 << 40)
    found = lines(Settings(data=tmp_path / "data"))
    assert not found["data"].ok
    assert "GONGWEN_DATA" in found["data"].mend.zh
    assert not found["disk"].ok
    assert lines(Settings(data=tmp_path / "not" / "there"))["data"].ok
    assert not Path(tmp_path / "not").exists()
