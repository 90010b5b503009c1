"""The days of documents follow the profile: whoever moves the meeting moves what hangs on it."""

from __future__ import annotations

from service.desk.activity.lines import forget, line_of, lines_of, rules_of
from service.desk.tools import Desk
from service.errors import GongwenError
from service.store import documents as rows
from service.store.database import Session
from service.store.models import Activity


def set_days(desk: Desk, session: Session, activity: Activity) -> None:
    """Gives every document of the list the day that the profile means now."""
    try:
        lines = lines_of(rules_of(desk), activity, "zh")
    except GongwenError:  # a broken papers.yaml stops no profile; the activity's page tells of it
        return
    finally:
        forget(activity)
    for document in rows.of_activity(session, activity.id, answers=False):
        line = line_of(lines, document)
        if line is not None and document.state != "submitted":
            document.due = line.day
