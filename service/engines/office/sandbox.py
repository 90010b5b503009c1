"""What LibreOffice may see: finds the programs, and puts bubblewrap and limits around them."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from service.engines.fonts.config import FontFiles
from service.errors import EngineError, Problem, problem
from service.settings import Settings

USUAL_PLACES = (
    Path("/usr/lib/libreoffice/program/soffice.bin"),
    Path("/usr/lib64/libreoffice/program/soffice.bin"),
    Path("/opt/libreoffice/program/soffice.bin"),
)
ADDRESS_SPACE = 4 << 30  # bytes; LibreOffice maps 1.2 GB and lives in 0.2 to 0.7 GB of it
FILE_SIZE = 200 << 20  # bytes
OPEN_FILES = 512
# Freed memory is kept for the next document, threads share one heap of large pages: a tenth less
# processor time (measured).
MALLOC = (
    *("trim_threshold=67108864", "mmap_threshold=33554432", "top_pad=16777216"),  # bytes
    *("arena_max=1", "hugetlb=1"),
)
INSTALL = (
    "apt-get install -y --no-install-recommends libreoffice-writer-nogui python3-uno fonts-noto-cjk"
)


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Everything needed to start one converter process.

    Attributes:
        soffice: LibreOffice's program.
        python: the Python that has `uno`.
        worker: the script that it runs.
        fonts: the project's fonts, None for none.
        walled: True where bubblewrap is around it.
    """

    soffice: Path
    python: Path
    worker: Path
    fonts: FontFiles | None
    walled: bool


def find_soffice(settings: Settings) -> Path | None:
    """LibreOffice's soffice.bin, or None where there is none."""
    if settings.soffice is not None:
        return settings.soffice if settings.soffice.is_file() else None
    return next((place for place in USUAL_PLACES if place.is_file()), None)


@cache
def has_uno(python: Path) -> bool:
    """True where this Python finds the `uno` module."""
    seek = "import importlib.util, sys; sys.exit(importlib.util.find_spec('uno') is None)"
    try:
        done = subprocess.run([python, "-c", seek], capture_output=True, timeout=30, check=False)
    except OSError:
        return False
    return done.returncode == 0


def office_version(soffice: Path) -> str:
    """E.g. `LibreOffice 7.4.7.2`; "" where it does not run. Opens no document, needs 0.2 s."""
    try:
        done = subprocess.run(
            [soffice, "--version"], capture_output=True, text=True, timeout=30, check=False
        )
    except OSError:
        return ""
    return " ".join(done.stdout.split()[:2]) if done.returncode == 0 else ""


def why_no_pdf(settings: Settings) -> Problem | None:
    """What is missing for PDFs, with the mend; None where all is there."""
    if find_soffice(settings) is None:
        missing = "LibreOffice"
    elif not has_uno(settings.office_python):
        missing = f"python3-uno ({settings.office_python})"
    elif settings.sandbox == "required" and not sandbox_works():
        return problem(
            "sandbox_unavailable",
            "设置要求在沙箱（bubblewrap）中转换，但本机沙箱不可用："
            "请安装 bubblewrap 并允许用户命名空间，或把 GONGWEN_SANDBOX 改为 auto。",
            "settings ask for the sandbox (bubblewrap), which does not work here:"
            " install bubblewrap and allow user namespaces, or set GONGWEN_SANDBOX=auto.",
        )
    else:
        return None
    return problem(
        "pdf_unavailable",
        f"本机不能生成 PDF：缺少 {missing}。请以管理员身份执行：{INSTALL}。Word 文件不受影响。",
        f"no PDF can be made here: {missing} is missing. Run as root: {INSTALL}."
        " Word files are not affected.",
    )


@cache
def sandbox_works() -> bool:
    """True where bubblewrap is installed and the kernel lets it make its namespaces."""
    if shutil.which("bwrap") is None:
        return False
    command = ["bwrap", *_walls(), "/usr/bin/true"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=30, check=False)
    except OSError:
        return False
    return done.returncode == 0


def walled(settings: Settings) -> bool:
    """Whether conversions run inside bubblewrap. Raises EngineError where they must and cannot."""
    if settings.sandbox == "off":
        return False
    works = sandbox_works()
    if settings.sandbox == "required" and not works:
        raise EngineError(why_no_pdf(settings) or ())
    return works


def environment(home: Path, fonts: FontFiles | None) -> dict[str, str]:
    """The whole environment of LibreOffice: nothing of ours is visible in it."""
    found = {
        "HOME": str(home),
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
    }
    found["GLIBC_TUNABLES"] = ":".join(f"glibc.malloc.{item}" for item in MALLOC)
    if fonts is not None:
        found["FONTCONFIG_FILE"] = str(fonts.conf)
    return found


def command(around: Surroundings, job: Path, pipe: str) -> list[str]:
    """The command line of one worker with its LibreOffice, limits and walls included."""
    limits = [f"--as={ADDRESS_SPACE}", f"--fsize={FILE_SIZE}", f"--nofile={OPEN_FILES}", "--core=0"]
    prlimit = ["prlimit", *limits, "--"] if shutil.which("prlimit") else []
    worker = [str(around.python), "-I", str(around.worker)]
    if not around.walled:
        return [*prlimit, *worker, str(job), str(around.soffice), pipe]
    inside = Path("/job")
    variables = environment(inside, around.fonts).items()
    return [
        *prlimit,
        "bwrap",
        *_walls(),
        *(part for name, value in variables for part in ("--setenv", name, value)),
        *_windows(around),
        *("--bind", str(job), str(inside), "--chdir", str(inside)),
        *worker,
        str(inside),
        str(around.soffice),
        pipe,
    ]


def _walls() -> list[str]:
    """No network, no other processes, no files but the system's programs."""
    made = ["--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    made += ["--cap-drop", "ALL", "--ro-bind", "/usr", "/usr"]
    for name in ("lib", "lib64", "bin"):
        made += ["--symlink", f"usr/{name}", f"/{name}"]
    for path in ("/etc/ld.so.cache", "/etc/fonts", "/etc/libreoffice", "/etc/localtime"):
        made += ["--ro-bind-try", path, path]
    made += ["--ro-bind-try", "/var/lib/libreoffice", "/var/lib/libreoffice"]
    return [*made, "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]


def _windows(around: Surroundings) -> list[str]:
    """What must be seen besides /usr, read only, at the same paths."""
    seen = [around.worker]
    if around.fonts is not None:
        seen += [around.fonts.conf, around.fonts.cache, *around.fonts.folders]
    seen += [around.soffice.parent.parent, around.python.parent.parent]
    outside = [str(path) for path in seen if not path.is_relative_to("/usr")]
    return [part for path in outside for part in ("--ro-bind", path, path)]
