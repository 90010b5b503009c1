"""What the tests of workers look at."""

import re

from service.desk.batch.batches import tally_of, view_batch
from service.store import batches as rows
from service.store import workers
from service.store.models import Worker
from tests.batch_tools import files_of


def made_once(desk, batch, count):
    """Exactly so many results, none twice, each with its file; the tally is right."""
    view = view_batch(desk, batch)
    assert view.counts == {"made": count}
    assert files_of(desk, batch) == sorted(
        f"batches/{batch}/items/{one.id}.docx" for one in view.items
    )
    with desk.store.read() as session:
        for one in rows.items(session, batch):
            data = desk.store.blobs.get(f"batches/{batch}/items/{one.id}.docx")
            assert data[-22:-18] == b"PK\x05\x06", "a whole zip"
    tally = tally_of(desk, batch).to_json()["tally"]
    assert (tally["read"], tally["made"]) == (count, count)


def done(desk, batch):
    return view_batch(desk, batch, items=False).done


def living(desk):
    with desk.store.read() as session:
        return workers.known(session)


def under_way(desk, batch, worker):
    """Numbers of the chunks that a worker has in hand."""
    with desk.store.read() as session:
        ids = [one.id for one in session.query(Worker).filter_by(pid=worker.pid)]
    found = desk.line.client.list_workflows(executor_id=ids, status="PENDING") if ids else []
    names = (re.match(rf"{batch}-chunk-\d+-(\d+)-", one.workflow_id) for one in found)
    return [int(name[1]) for name in names if name]


def chunks_left(desk, batch):
    with desk.store.read() as session:
        return rows.chunks_left(session, batch)


def times(desk, batch):
    folder = desk.store.blobs.folder
    return {name: (folder / name).stat().st_mtime_ns for name in files_of(desk, batch)}
