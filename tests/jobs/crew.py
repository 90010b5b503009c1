"""What the tests of workers look at."""

import re

from service.desk.batch.batches import cancel_batch, tally_of, view_batch
from service.store import batches as rows
from service.store import workers
from service.store.models import Worker
from tests.batch_tools import begin, files_of, wait_ended, wait_for


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


def takeover_beside_a_chunk(desk, start):
    """A worker is killed; the survivor is held up by a chunk that takes a minute.

    The dead one's chunk is made beside it, within thirty seconds, and every result is there once.
    """
    survivor = start()
    slow = begin(desk, 3, pdf="each")  # there is no converter, which it waits for
    wait_for(lambda: under_way(desk, slow, survivor))
    batch = begin(desk, 200)
    other = start()
    wait_for(lambda: done(desk, batch) > 0)
    [held] = under_way(desk, batch, other)
    other.kill()
    wait_for(lambda: held not in chunks_left(desk, batch), 30)
    assert under_way(desk, slow, survivor), "the chunk that holds it up"
    assert wait_ended(desk, batch).state == "done"
    made_once(desk, batch, 200)
    cancel_batch(desk, slow)
