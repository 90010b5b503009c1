"""A desk on SQLite and one on PostgreSQL; passwords cost nothing, and their work is counted."""

from dataclasses import replace

import pytest

from service.bootstrap import assemble
from service.core.people import COMMAND_LINE
from service.desk.people.passwords import set_password
from service.desk.people.users import add_user
from service.desk.tools import Desk
from service.settings import Settings
from service.store.models import Attempt, Audit, Link, SignIn, Token, User

PASSWORD = "春风又绿江南岸-1972"
OTHER = "红旗渠边那棵老槐树下"


class Counted:
    """The same contract as argon2's; `during` happens while a password is looked at."""

    def __init__(self):
        self.looked, self.made, self.during = [], [], None

    def hashed(self, password):
        self.made.append(password)
        return f"kept: {password}"

    def fits(self, kept, password):
        self.looked.append(kept)
        if self.during:
            work, self.during = self.during, None
            work()
        return kept == f"kept: {password}"


@pytest.fixture(scope="module")
def whole_desk(modules_database_url, tmp_path_factory):
    data = tmp_path_factory.mktemp("people")
    desk = assemble(Settings(data=data, database_url=modules_database_url))
    desk = Desk(
        catalog=desk.catalog, samples=desk.samples, makers=replace(desk._makers, passwords=Counted)
    )
    yield desk
    desk.close()


@pytest.fixture
def desk(whole_desk):
    """Its rows of people are gone at the end; the trail stays, as it must."""
    whole_desk.passwords.__init__()
    yield whole_desk
    with whole_desk.store.write() as session:
        session.query(User).delete()
        session.query(Link).delete()
        session.query(Attempt).delete()


def someone(desk, name="wan", role="clerk", password=PASSWORD, **more):
    """A user with a password."""
    person, _ = add_user(desk, COMMAND_LINE, name=name, shown=name, role=role, **more)
    if password:
        set_password(desk, COMMAND_LINE, person.id, password)
    return person


def rows_of(desk, table, **values):
    with desk.store.read() as session:
        return session.query(table).filter_by(**values).all()


def change_rows(desk, table, **values):
    with desk.store.write() as session:
        session.query(table).update(values, synchronize_session=False)


def actions(desk):
    """Names of the actions in the trail, in order, with who and to whom."""
    with desk.store.read() as session:
        return [(one.action, one.user_id, one.object_id) for one in session.query(Audit).order_by(Audit.seq)]  # fmt: skip


__all__ = ["OTHER", "PASSWORD", "SignIn", "Token", "actions", "change_rows", "rows_of", "someone"]
