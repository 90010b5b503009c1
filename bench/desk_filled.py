"""A desk as an office has it after years: 50 activities with 100 documents each, on SQLite."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sqlalchemy import insert

from service.bootstrap import assemble
from service.core.papers import STATES
from service.core.people import COMMAND_LINE
from service.desk.activity.profiles import create_activity, sample_profile
from service.desk.kinds import sample_answers
from service.desk.people.users import add_user
from service.settings import Settings
from service.store.models import Document, Version, new_id

ACTIVITIES, EACH = 50, 100


def fill_desk(data: Path, clerks: int) -> list[str]:
    """Makes it, by the tables where the desk would take minutes.

    Args:
        data: the data folder.
        clerks: how many users; the documents are shared out among them.

    Returns:
        The links by which the clerks sign in.
    """
    desk = assemble(Settings(data=data))
    made = [
        add_user(desk, COMMAND_LINE, name=f"clerk{number}", shown=f"经办人{number}", role="clerk")
        for number in range(clerks)
    ]
    people = [person for person, _ in made]
    profile = sample_profile(desk)
    kinds = [name for name in desk.catalog.kinds() if sample_answers(desk, name, "zh")]
    answers = {name: sample_answers(desk, name, "zh") for name in kinds}
    for number in range(ACTIVITIES):
        activity = create_activity(desk, people[number % clerks], profile)
        documents = [
            {
                "id": new_id(),
                "activity_id": activity,
                "kind": kinds[index % len(kinds)],
                "lang": "zh",
                "person": f"某人{index}" if index % 3 else "",
                "handler_id": people[index % clerks].id,
                "changed_by": people[index % clerks].id,
                "confidential": bool(index % 3),
                "state": STATES[1 + (index // clerks + number) % (len(STATES) - 1)],
                "due": dt.date(2014, 6, 1 + index % 28),
                "answers": answers[kinds[index % len(kinds)]],
                "revision": 1,
                "part": "",
                "branch": "",
                "reopened": 0,
            }
            for index in range(EACH)
        ]
        versions = [
            {
                "id": new_id(),
                "document_id": one["id"],
                "no": 1,
                "way": "generated",
                "made_from": "0" * 64,
                "blob": f"documents/{one['id']}/none.docx",
                "file_name": "文书.docx",
                "sha256": "0" * 64,
                "made_by": one["handler_id"],
                "answers": {},
            }
            for one in documents
        ]
        with desk.store.write() as session:
            session.execute(insert(Document), documents)
            session.execute(insert(Version), versions)
    desk.close()
    return [f"/link/{secret}" for _, secret in made]
