"""Activities, people and documents for the tests of the desk; all real rows."""

from pathlib import Path

from service.core.people import COMMAND_LINE
from service.desk.documents.drafts import create_document, save_draft
from service.desk.documents.kept import open_paper
from service.desk.kinds import sample_answers
from service.desk.people.users import add_user, find_user
from service.errors import NotFoundError
from service.source import read_source
from service.store import documents as rows
from service.store.models import Activity, Version, new_id
from service.store.trail import every

ROOT = Path(__file__).parent.parent
NOTICE = "mobilization_notice"
EXAM = "self_examination"


def somebody(desk, name="wan", role="clerk", post="", branch=""):
    """A user, made where there is none yet."""
    try:
        return find_user(desk, name)
    except NotFoundError:
        add_user(desk, COMMAND_LINE, name=name, shown=name, role=role, post=post, branch=branch)
        return find_user(desk, name)


def keep_activity(desk, title="群众路线教育实践活动", **facts):
    """The sample activity as a row; `facts` change its Chinese profile."""
    profile = {
        lang: dict(read_source(ROOT / f"samples/activity.{lang}.yaml").data)
        for lang in ("zh", "en")
    }
    profile["zh"] |= facts
    activity = Activity(id=new_id(), title=title, profile=profile)
    with desk.store.write() as session:
        session.add(activity)
    return activity.id


def change_profile(desk, activity, **facts):
    with desk.store.write() as session:
        row = session.get(Activity, activity)
        row.profile = {**row.profile, "zh": {**row.profile["zh"], **facts}}
        row.revision += 1


def close_activity(desk, activity):
    with desk.store.write() as session:
        session.get(Activity, activity).closed = True


def begin(desk, person, activity, kind=NOTICE, **more):
    """A document with the sample's answers."""
    more = {"answers": sample_answers(desk, kind, "zh"), **more}
    return create_document(desk, person, activity, kind, "zh", **more)


def paper(desk, document):
    with desk.store.read() as session:
        return open_paper(desk, session, document)


def send_back(desk, person, document, docx, way="hand_edited"):
    """A version that came from outside, as its row stands after it was checked."""
    version = new_id()
    suffix = "pdf" if way == "scan" else "docx"
    blob = f"documents/{document}/{version}.{suffix}"
    desk.store.blobs.put(blob, docx)
    with desk.store.write() as session:
        no = rows.next_no(session, document)
        session.add(
            Version(
                id=version, document_id=document, no=no, way=way, answers=None, made_from="", blob=blob,
                file_name=f"传回.{suffix}", sha256="0" * 64, made_by=person.id,
            )
        )  # fmt: skip
    return no


def write(desk, person, document, **changes):
    """Types something more into a draft as it stands."""
    row = paper(desk, document).row
    return save_draft(desk, person, document, row.revision, {**row.answers, **changes})


def actions(desk, document):
    """What the audit trail tells of a document, the newest first."""
    with desk.store.read() as session:
        return [one.action for one in every(session, "document", document)]


def codes(caught):
    """Codes of the problems that `pytest.raises` has caught."""
    return [one.code for one in caught.value.problems]
