"""Rosters, desks and workers for the tests of batches; all real."""

import atexit
import csv
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from service.bootstrap import assemble
from service.desk.activity.files import read_answers
from service.desk.batch.batches import start_batch, view_batch
from service.desk.roster.rosters import add_roster, share_answers
from service.settings import Settings

ROOT = Path(__file__).parent.parent
_PROVED = "TESTS_PROVED"
KIND = "self_examination"
HEAD = ["编号", "姓名", "性别", "出生年月", "部门", "职务", "入党时间", "所在支部"]
SURNAMES = "邹黎谌熊万章舒帅涂欧梅喻"


def person(number):
    """A row of the roster; the names are invented and all different."""
    name = f"{SURNAMES[number % len(SURNAMES)]}{chr(0x5000 + number // len(SURNAMES))}"
    return [f"D{number:05d}", name, "女" if number % 2 else "男", "1975-03", f"第{number % 7 + 1}科", "科员",
            "1999-07-01", "第一党支部"]  # fmt: skip


def roster_csv(count, *, change=None):
    """A roster of so many members; `change` mends rows: index to {column: cell}."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for number in range(count):
        row = person(number)
        for column, cell in (change or {}).get(number, {}).items():
            row[HEAD.index(column)] = cell
        writer.writerow(row)
    return out.getvalue().encode()


def shared():
    return dict(read_answers(ROOT / "samples/shared.zh.yaml").data)


def keep_roster(desk, count, *, change=None, kind=KIND, handler=""):
    roster = add_roster(
        desk,
        kind,
        lang="zh",
        name="名册.csv",
        data=roster_csv(count, change=change),
        handler=handler,
    )
    if kind == KIND:
        share_answers(desk, roster, shared())
    return roster


def begin(desk, count, *, pdf="none", odd_start=False, change=None, kind=KIND):
    roster = keep_roster(desk, count, change=change, kind=kind)
    return start_batch(desk, roster, pdf=pdf, odd_start=odd_start)


def proved():
    """Proofs of templates, shared by all processes of a run: each costs a child process."""
    if _PROVED not in os.environ:  # the first of them; conftest.py asks before there are others
        os.environ[_PROVED] = folder = tempfile.mkdtemp(prefix="gongwen-proved-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return os.environ[_PROVED]


def with_proofs(data):
    data.mkdir(parents=True, exist_ok=True)
    if not (data / "proved").exists():
        (data / "proved").symlink_to(proved())
    return data


@contextmanager
def desk_at(data, **settings):
    desk = assemble(Settings(data=with_proofs(data), **settings))
    try:
        yield desk
    finally:
        desk.close()


def environment(data, **more):
    env = {name: value for name, value in os.environ.items() if not name.startswith("GONGWEN_")}
    return env | {"GONGWEN_DATA": str(data), "GONGWEN_LANG": "en"} | more


class Process:
    """A `gongwen` command as a process; killed at the end, whatever happens."""

    def __init__(self, *words, data, log, **more):
        self.log = log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "service", *words], env=environment(data, **more), cwd=ROOT,
            stdout=self.log, stderr=self.log, start_new_session=True,
        )  # fmt: skip

    @property
    def pid(self):
        return self.process.pid

    def kill(self, how=signal.SIGKILL):
        """SIGKILL to this process alone, as the kernel's out-of-memory killer would."""
        self.process.send_signal(how)
        return self.process.wait(timeout=30)

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.log.close()


def wait_for(what, seconds=60, every=0.1):
    """The first true value of `what()`."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what}"
        time.sleep(every)
    return found


def wait_ended(desk, batch, seconds=60):
    wait_for(lambda: view_batch(desk, batch, items=False).ended, seconds)
    return view_batch(desk, batch)


def files_of(desk, batch, ending="docx"):
    """Names of the forms that lie in the store."""
    return sorted(
        one for one in desk.store.blobs.names(f"batches/{batch}/items") if one.endswith(ending)
    )
