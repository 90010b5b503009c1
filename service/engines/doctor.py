"""`gongwen doctor`: what this machine has and lacks, each line with its mend."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from service.engines.fonts.config import prepare_fonts, wanted_fonts
from service.engines.office.sandbox import find_soffice, has_uno, office_version, sandbox_works
from service.engines.office.server import SocketConverter
from service.engines.protocols import DoctorLine, FontUse
from service.errors import Text
from service.settings import Settings

OLDEST_PYTHON = (3, 11)
ROOM_MEGABYTES = 500  # profiles, fonts' cache, a large bundle under way
FANDOL = "scripts/fonts.sh"
PACKAGES = {
    "方正小标宋简体": "fonts-noto-cjk",
    "黑体": "fonts-noto-cjk",
    "宋体": "fonts-noto-cjk",
    "楷体": "fonts-arphic-ukai",
    "楷体_GB2312": "fonts-arphic-ukai",
    "Times New Roman": "fonts-liberation2",
}


def examine(settings: Settings) -> list[DoctorLine]:
    """Every line, needed and not; nothing is started and nothing left behind."""
    return [
        _python(),
        _libreoffice(settings),
        _uno(settings),
        _sandbox(settings),
        _converter(settings),
        *_fonts(settings),
        *_folders(settings),
        _data(settings),
        _disk(settings),
    ]


def _install(packages: str) -> Text:
    line = f"apt-get install -y --no-install-recommends {packages}"
    return Text(f"以管理员身份执行：{line}", f"run as root: {line}")


def _same(words: str) -> Text:
    return Text(words, words)


def _python() -> DoctorLine:
    fine = sys.version_info >= OLDEST_PYTHON
    return DoctorLine(
        name="python",
        ok=fine,
        needed=True,
        found=_same(f"Python {platform.python_version()}"),
        mend=_same("")
        if fine
        else Text("需要 Python 3.11 或更新", "Python 3.11 or newer is needed"),
    )


def _libreoffice(settings: Settings) -> DoctorLine:
    soffice = find_soffice(settings)
    if soffice is None:
        return DoctorLine(
            name="libreoffice",
            ok=False,
            needed=True,
            found=Text("没有 LibreOffice，不能生成 PDF", "no LibreOffice: no PDF can be made"),
            mend=_install("libreoffice-writer-nogui"),
        )
    version = office_version(soffice)
    return DoctorLine(
        name="libreoffice",
        ok=bool(version),
        needed=True,
        found=_same(f"{version} ({soffice})")
        if version
        else Text(f"{soffice} 不能运行", f"{soffice} does not run"),
        mend=_same("") if version else _install("--reinstall libreoffice-writer-nogui"),
    )


def _uno(settings: Settings) -> DoctorLine:
    fine, python = has_uno(settings.office_python), settings.office_python
    return DoctorLine(
        name="python3-uno",
        ok=fine,
        needed=True,
        found=Text(f"{python} 可用 uno", f"{python} has uno")
        if fine
        else Text(f"{python} 没有 uno 模块", f"{python} has no uno module"),
        mend=_same("") if fine else _install("python3-uno"),
    )


def _sandbox(settings: Settings) -> DoctorLine:
    if settings.sandbox == "off":
        found = Text("已按设置关闭（GONGWEN_SANDBOX=off）", "off by setting (GONGWEN_SANDBOX=off)")
        mend = Text("改为 auto 即可启用", "set it to auto to have one")
        return DoctorLine(name="sandbox", ok=False, needed=False, found=found, mend=mend)
    if sandbox_works():
        found = Text("bubblewrap：无网络，只读系统", "bubblewrap: no network, read-only system")
        return DoctorLine(name="sandbox", ok=True, needed=False, found=found)
    return DoctorLine(
        name="sandbox",
        ok=False,
        needed=settings.sandbox == "required",
        found=Text(
            "bubblewrap 不可用：只有 LibreOffice 自身的限制（宏和外部链接已关闭）",
            "bubblewrap does not work: LibreOffice's own limits only (macros and links are off)",
        ),
        mend=_install("bubblewrap")
        if shutil.which("bwrap") is None
        else Text(
            "请在内核或容器中允许用户命名空间", "allow user namespaces in the kernel or container"
        ),
    )


def _converter(settings: Settings) -> DoctorLine:
    alive = SocketConverter(settings.socket).alive()
    return DoctorLine(
        name="converter",
        ok=True,
        needed=False,
        found=Text("转换服务正在运行", "the converter is running")
        if alive
        else Text(
            "转换服务未运行：命令行会自己启动 LibreOffice",
            "the converter is not running: commands start LibreOffice themselves",
        ),
    )


def _fonts(settings: Settings) -> Iterator[DoctorLine]:
    """One line a font. A stand-in is fine; what nothing serves is not."""
    if shutil.which("fc-match") is None:
        found = Text("没有 fc-match，无法查看字体", "no fc-match: fonts cannot be looked at")
        mend = _install("fontconfig")
        yield DoctorLine(name="fonts", ok=False, needed=True, found=found, mend=mend)
        return
    with tempfile.TemporaryDirectory() as folder:
        # The file and its cache go to a folder of our own: the data folder may not be writable.
        files = prepare_fonts(settings.model_copy(update={"data": Path(folder)}))
        for use in wanted_fonts(files):
            yield _font(use)


def _font(use: FontUse) -> DoctorLine:
    name, served = f"font {use.wanted}", "、".join(use.served)
    poor = "仿宋" in use.wanted and use.stand_in and not served.startswith("Fandol")
    if use.served and not poor:
        found = (
            Text(f"由 {served} 代替", f"{', '.join(use.served)} stands in")
            if use.stand_in
            else Text("已安装", "installed")
        )
        return DoctorLine(name=name, ok=True, needed=True, found=found)
    mend = (
        Text(f"执行：{FANDOL}", f"run: {FANDOL}")
        if "仿宋" in use.wanted
        else _install(PACKAGES.get(use.wanted, "fonts-noto-cjk"))
    )
    found = (
        Text(f"暂由 {served} 代替，不是仿宋", f"{served} stands in, which is no FangSong")
        if use.served
        else Text("没有可用字体", "no font serves it")
    )
    return DoctorLine(name=name, ok=False, needed=not use.served, found=found, mend=mend)


def _folders(settings: Settings) -> Iterator[DoctorLine]:
    """Folders that a variable names and that are not there; a misspelt one is ignored elsewhere."""
    for name in ("builtin_templates", "templates", "fonts"):
        folder = getattr(settings, name)
        if folder is not None and not folder.is_dir():
            variable = f"GONGWEN_{name.upper()}"
            yield DoctorLine(
                name=f"{name.replace('_', ' ')} folder",
                ok=False,
                needed=name == "builtin_templates",
                found=Text(f"没有这个文件夹：{folder}", f"there is no such folder: {folder}"),
                mend=Text(f"改正 {variable} 或建好文件夹", f"mend {variable}, or make the folder"),
            )


def _data(settings: Settings) -> DoctorLine:
    folder = settings.data.resolve()
    there = next(place for place in (folder, *folder.parents) if place.exists())
    fine = there.is_dir() and os.access(there, os.W_OK | os.X_OK)
    state = ("可写", "can be written") if fine else ("不可写", "cannot be written")
    return DoctorLine(
        name="data",
        ok=fine,
        needed=True,
        found=Text(f"{folder} {state[0]}", f"{folder} {state[1]}"),
        mend=_same("")
        if fine
        else Text(
            "改正该文件夹的属主，或设置 GONGWEN_DATA",
            "mend the folder's owner, or set GONGWEN_DATA",
        ),
    )


def _disk(settings: Settings) -> DoctorLine:
    folder = settings.data.resolve()
    there = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(there).free >> 20
    fine = free >= ROOM_MEGABYTES
    return DoctorLine(
        name="disk",
        ok=fine,
        needed=True,
        found=Text(f"剩余 {free} MB", f"{free} MB free"),
        mend=_same("")
        if fine
        else Text(f"请腾出至少 {ROOM_MEGABYTES} MB", f"make at least {ROOM_MEGABYTES} MB free"),
    )
