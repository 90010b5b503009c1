"""Doctor: lines about the database, the file store and the workers."""

from __future__ import annotations

from collections.abc import Callable

from service.engines.protocols import DoctorLine
from service.errors import Problem, Text
from service.store.health import Health


def store_lines(examine: Callable[[], Health]) -> list[DoctorLine]:
    """What is kept, and who works: each line with its mend."""
    found = examine()
    return [_database(found), _blobs(found), _workers(found)]


def _database(found: Health) -> DoctorLine:
    if found.problem is not None:
        return _bad("database", found.problem)
    words = f"{found.engine}, {found.version}"
    if not found.made:
        text = Text(f"{found.engine}：还没有数据", f"{found.engine}: nothing kept yet")
    elif found.newest:
        text = Text(f"{words}，完好", f"{words}, sound")
    else:
        zh, en = f"{words}，下次启动时更新", f"{words}, brought up to date at the next start"
        text = Text(zh, en)
    return DoctorLine(name="database", ok=True, needed=True, found=text)


def _blobs(found: Health) -> DoctorLine:
    if found.blobs_problem is not None:
        return _bad("file store", found.blobs_problem)
    text = Text(f"{found.blobs} 可写", f"{found.blobs} can be written")
    return DoctorLine(name="file store", ok=True, needed=True, found=text)


def _workers(found: Health) -> DoctorLine:
    if found.workers:
        count = found.workers
        text = Text(f"{count} 个在运行", f"{count} running")
        return DoctorLine(name="workers", ok=True, needed=False, found=text)
    return DoctorLine(
        name="workers",
        ok=False,
        needed=False,
        found=Text("没有在运行，批量不会生成", "none is running: batches will not be made"),
        mend=Text("运行 gongwen serve 或 gongwen worker", "run gongwen serve or gongwen worker"),
    )


def _bad(name: str, why: Problem) -> DoctorLine:
    return DoctorLine(
        name=name,
        ok=False,
        needed=True,
        found=why.text,
        mend=Text("见上", "see above"),
    )
