"""Fresh desks, each with people in it: in this process, or as `gongwen serve` runs one."""

import logging
import re
import shutil
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from werkzeug.serving import make_server

from service.bootstrap import assemble
from service.core.people import COMMAND_LINE
from service.desk.activity.profiles import create_activity, sample_profile
from service.desk.activity.sample import add_sample_papers
from service.desk.documents.drafts import create_document
from service.desk.people.passwords import use_link
from service.desk.people.users import add_user
from service.settings import Settings
from service.source import read_source
from service.web.app import create_app
from tests.batch_tools import Process, wait_for, with_proofs
from tests.servers import answers, free_port

PASSWORD = "春风又绿江南岸-1972"


@dataclass
class Fresh:
    """A desk that answers, with nothing on it.

    Attributes:
        base: its address.
        desk: the same desk, to make people and to look at what came of it.
    """

    base: str
    desk: object

    def link(self, name, shown, role="clerk"):
        """The path of the link that the administrator hands to a new user."""
        _, secret = add_user(self.desk, COMMAND_LINE, name=name, shown=shown, role=role)
        return f"/link/{secret}"

    def person(self, name, shown, role="clerk"):
        """A user who has chosen PASSWORD."""
        person, secret = add_user(self.desk, COMMAND_LINE, name=name, shown=shown, role=role)
        use_link(self.desk, secret, password=PASSWORD)
        return person

    def sample_activity(self, person):
        """An activity with the sample's profile; its id."""
        return create_activity(self.desk, person, sample_profile(self.desk))

    def sample_papers(self, person, lang, undone):
        """The sample's activity with its bundle's papers, all made but one: that is a draft."""
        activity, desk = self.sample_activity(person), self.desk
        answers = read_source(desk.samples / lang / f"{undone}.yaml").data
        with tempfile.TemporaryDirectory() as folder:
            desk.samples = _without(desk.samples, Path(folder) / "samples", lang, undone)
            add_sample_papers(desk, person, activity, lang)
            desk.samples = Settings().samples
        create_document(desk, person, activity, undone, lang, answers=answers)
        return activity


def _without(samples, folder, lang, undone):
    """The samples, the bundle's instance without one of its papers."""
    shutil.copytree(samples, folder)
    instance = folder / f"bundle.{lang}.yaml"
    kept = [one for one in instance.read_text("utf-8").splitlines() if f"{undone}.yaml" not in one]
    instance.write_text("\n".join(kept), "utf-8")
    return folder


@contextmanager
def fresh_here(folder):
    """In this process: fast to come, makes single papers and PDFs, has no workers."""
    settings = Settings(data=with_proofs(folder / "data"), converters=1)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    desk = assemble(settings)
    served = make_server("127.0.0.1", 0, create_app(desk, settings), threaded=True)
    thread = threading.Thread(target=served.serve_forever)
    thread.start()
    try:
        yield Fresh(base=f"http://127.0.0.1:{served.server_port}", desk=desk)
    finally:
        served.shutdown()
        thread.join()
        served.server_close()
        desk.close()


@contextmanager
def fresh_office(folder):
    """`gongwen serve`: converter, a worker and a web process."""
    data, port = with_proofs(folder / "data"), free_port()
    process = Process(
        "serve", data=data, log=folder / "log", PORT=str(port), GONGWEN_CONVERTERS="1",
        GONGWEN_WORKERS="1",
    )  # fmt: skip
    base = f"http://127.0.0.1:{port}"
    desk = assemble(Settings(data=data))
    try:
        wait_for(lambda: answers(base))
        assert re.search(r"/link/\S+", (folder / "log").read_text("utf-8"))
        yield Fresh(base=base, desk=desk)
    finally:
        process.end()
        desk.close()
