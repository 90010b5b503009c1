"""Runs beside one LibreOffice, under Debian's Python: lines of JSON in, PDF files out.

Standard library and `uno` only; started by process.py, mostly inside bubblewrap.
Request `{"source", "target", "filter", "save"}` (names in the job folder, filters); answer
`{"done", "megabytes"}`
or `{"failed": why}`, why being `no_uno`, `no_start`, `refused` or `crashed`.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import SimpleQueue
from typing import Any

START_SECONDS = 60
RESTART_WANTED = 81  # soffice.bin's exit code on a fresh profile
FLAGS = (
    *("--headless", "--invisible", "--nologo", "--nodefault", "--norestore"),
    *("--nolockcheck", "--nofirststartwizard"),
)
# LibreOffice waits until what it writes is safe on the disk; in bubblewrap's /tmp that is memory.
SCRATCH = Path(os.environ.get("TMPDIR", "/tmp"))
PDF = "writer_pdf_Export"
EXPORT = {
    "SelectPdfVersion": 2,  # PDF/A-2b
    "UseTaggedPDF": True,  # headings and tables for screen readers; costs bytes, no time
    "ExportBookmarks": True,  # outline from headings
    "ExportBookmarksToPDFDestination": True,  # Word bookmarks as named destinations
    "ExportFormFields": False,
    "ExportNotes": False,
}


def say(**answer: Any) -> None:
    """One line of JSON to the one who asked."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def die_with_parent() -> None:
    """Asks the kernel to kill this process when its parent thread ends (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Office:
    """One soffice.bin of our own, spoken to through a named pipe."""

    def __init__(self, job: Path, soffice: Path, pipe: str) -> None:
        self.command = [
            str(soffice),
            f"-env:UserInstallation={(job / 'profile').as_uri()}",
            *FLAGS,
            f"--accept=pipe,name={pipe};urp;",
        ]
        self.url = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
        self.job = job
        self.start()

    def start(self) -> None:
        """Starts soffice.bin."""
        self.child = subprocess.Popen(
            self.command,
            cwd=self.job,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # it may print names of fields and files
            preexec_fn=die_with_parent,  # noqa: PLW1509  # no second thread runs yet
        )

    def connect(self) -> Any:
        """The desktop once LibreOffice answers; None where it ended or took too long."""
        import uno
        from com.sun.star.connection import NoConnectException

        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", local
        )
        restarts, end = 0, time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                context = resolver.resolve(self.url)
            except NoConnectException:
                if self.child.poll() is not None:
                    if self.child.returncode != RESTART_WANTED or restarts == 2:
                        return None
                    restarts += 1
                    self.start()
                time.sleep(0.05)
                continue
            return context.ServiceManager.createInstanceWithContext(
                "com.sun.star.frame.Desktop", context
            )
        return None

    def megabytes(self) -> int:
        """Resident memory of soffice.bin, MB."""
        for line in Path(f"/proc/{self.child.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) // 1024
        return 0


def read_requests(requests: SimpleQueue[dict[str, str]], office: Office) -> None:
    """Feeds the queue; the end of input means that our owner is gone or wants no more."""
    for line in sys.stdin:
        requests.put(json.loads(line))
    office.child.kill()
    office.child.wait()
    os.killpg(0, signal.SIGKILL)  # whatever else it started is in our group


def properties(values: dict[str, Any]) -> tuple[Any, ...]:
    """UNO property values."""
    from com.sun.star.beans import PropertyValue

    found = []
    for name, value in values.items():
        item = PropertyValue()
        item.Name, item.Value = name, value
        found.append(item)
    return tuple(found)


def convert(desktop: Any, job: Path, request: dict[str, str]) -> str:
    """Converts one document; "" when done, else why not."""
    import uno
    from com.sun.star.lang import DisposedException
    from com.sun.star.uno import Exception as UnoError
    from com.sun.star.uno import RuntimeException

    load = {
        "Hidden": True,
        "ReadOnly": True,
        "FilterName": request["filter"],  # forced: what a file claims to be is what it must be
        "MacroExecutionMode": 0,  # never
        "UpdateDocMode": 0,  # no links
    }
    made = SCRATCH / request["target"]
    try:
        document = desktop.loadComponentFromURL(
            (job / request["source"]).as_uri(), "_blank", 0, properties(load)
        )
        if document is None:
            return "refused"
        save: dict[str, Any] = {"FilterName": request["save"]}
        if request["save"] == PDF:
            options = properties(EXPORT)
            save["FilterData"] = uno.Any("[]com.sun.star.beans.PropertyValue", options)
        document.storeToURL(made.as_uri(), properties(save))
        document.close(True)
        if made != job / request["target"]:
            shutil.copyfile(made, job / request["target"])
    except (DisposedException, RuntimeException, OSError):
        return "crashed"
    except UnoError:
        return "refused"
    finally:
        if made.parent != job:
            made.unlink(missing_ok=True)
    return ""


def main(job: Path, soffice: Path, pipe: str) -> int:
    """Serves requests until the input ends or LibreOffice is no longer to be trusted."""
    die_with_parent()
    try:
        import uno  # noqa: F401
    except ImportError:
        say(failed="no_uno")
        return 1
    office = Office(job, soffice, pipe)
    desktop = office.connect()
    if desktop is None:
        say(failed="no_start")
        return 1
    requests: SimpleQueue[dict[str, str]] = SimpleQueue()
    threading.Thread(target=read_requests, args=(requests, office), daemon=True).start()
    say(ready=True)
    while True:
        why = convert(desktop, job, requests.get())
        if why:
            say(failed=why)
        else:
            say(done=True, megabytes=office.megabytes())


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
