"""One warm LibreOffice with its worker: its own profile, its own folder, killed as a group."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path
from typing import Any, Literal

from service.engines.office import sandbox as office_sandbox
from service.engines.office.home import pipe_of, remove_sockets
from service.engines.office.sandbox import FILE_SIZE, Surroundings

LOG = logging.getLogger(__name__)
PROFILE = Path(__file__).resolve().parent / "registrymodifications.xcu"
FILTERS = {
    ".docx": "MS Word 2007 XML",
    ".doc": "MS Word 97",
    ".odt": "writer8",
    ".pdf": "writer_pdf_Export",
}
START_SECONDS = 90
GENTLE_SECONDS = 1
LONGEST_ANSWER = 65536  # bytes; what LibreOffice's side says is not to be trusted

Why = Literal["crashed", "timeout", "empty", "refused", "no_start", "no_uno"]


class OfficeFailure(Exception):
    """The process failed at one document and is not to be used again."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


class OfficeProcess:
    """A worker script and its soffice.bin.

    It must be started by a thread that lives as long as it does: the kernel kills it when the
    thread (not the process) that started it ends.

    Args:
        around: programs, fonts and walls.
        job: a folder of its own, not there yet; removed by `kill`.
    """

    def __init__(self, around: Surroundings, job: Path) -> None:
        self.job = job
        self.documents = 0
        self.megabytes = 0
        self._rest = b""
        job.mkdir(mode=0o700)
        profile = job / "profile" / "user"
        profile.mkdir(parents=True)
        shutil.copyfile(PROFILE, profile / PROFILE.name)
        self._folder = os.open(job, os.O_RDONLY | os.O_DIRECTORY)
        self._child = subprocess.Popen(
            office_sandbox.command(around, job, pipe_of(job)),
            cwd=job,
            # bubblewrap clears this and has a /tmp of its own; without it /tmp would fill up.
            env=office_sandbox.environment(job, around.fonts) | {"TMPDIR": str(job)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._ready = False

    @property
    def pid(self) -> int:
        """Process id of the outermost process, which leads the group."""
        return self._child.pid

    def convert(self, source: bytes, suffix: str, seconds: float, *, target: str = ".pdf") -> bytes:
        """The file as LibreOffice wrote it, not yet judged. Raises OfficeFailure."""
        if not self._ready:
            self._answer(START_SECONDS, sender="no_start")
            self._ready = True
        self.documents += 1
        names = {"source": f"{self.documents}{suffix}", "target": f"{self.documents}{target}"}
        try:
            self._write(names["source"], source)
            self._ask({**names, "filter": FILTERS[suffix], "save": FILTERS[target]})
            self.megabytes = int(self._answer(seconds, sender="crashed").get("megabytes", 0))
            return self._read(names["target"])
        finally:
            # A process that refused a file lives on; what people wrote must not.
            for name in names.values():
                with contextlib.suppress(OSError):
                    os.unlink(name, dir_fd=self._folder)

    def _ask(self, request: dict[str, str]) -> None:
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(json.dumps(request).encode() + b"\n")
            self._child.stdin.flush()
        except OSError as error:
            raise OfficeFailure("crashed") from error

    def interrupt(self) -> None:
        """Ends the whole group at once; may be called by any thread."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)

    def kill(self) -> None:
        """Ends the whole group and removes every trace."""
        # The end of its input makes the worker kill its group from inside, so that bubblewrap can
        # bury its dead: killed from outside first, it would leave them to the machine's init.
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        with contextlib.suppress(OSError):
            self._child.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(GENTLE_SECONDS)
        self.interrupt()
        self._child.wait()
        self._child.stdout.close()
        with contextlib.suppress(OSError):
            os.close(self._folder)
        shutil.rmtree(self.job, ignore_errors=True)
        remove_sockets(self.job)

    def _answer(self, seconds: float, *, sender: Why) -> dict[str, Any]:
        """One line of JSON within the time; `sender` is the reason where the line never ends."""
        assert self._child.stdout is not None
        stream = self._child.stdout.fileno()
        poll, end = select.poll(), time.monotonic() + seconds
        poll.register(stream, select.POLLIN)
        while b"\n" not in self._rest:
            left = end - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                raise OfficeFailure("timeout")
            more = os.read(stream, 4096)
            if not more or len(self._rest) > LONGEST_ANSWER:
                raise OfficeFailure(sender)
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\n")
        try:
            answer = json.loads(line)
        except ValueError as error:
            raise OfficeFailure(sender) from error
        if not isinstance(answer, dict) or "failed" in answer:
            why = answer.get("failed") if isinstance(answer, dict) else None
            raise OfficeFailure(why if why in {"refused", "no_uno", "no_start"} else sender)
        return answer

    def _write(self, name: str, data: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(name, flags, 0o600, dir_fd=self._folder), "wb") as file:
            file.write(data)

    def _read(self, name: str) -> bytes:
        """The file, if it is a plain file in our own folder: a broken office may plant a link."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            handle = os.open(name, flags, dir_fd=self._folder)
        except OSError as error:
            raise OfficeFailure("empty") from error
        with os.fdopen(handle, "rb") as file:
            state = os.fstat(file.fileno())
            if not stat.S_ISREG(state.st_mode) or state.st_size > FILE_SIZE:
                raise OfficeFailure("empty")
            return file.read()
