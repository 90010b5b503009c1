"""The register: a number is given once, whoever asks at the same moment and whatever is killed."""

import multiprocessing
import os
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from service.core.people import COMMAND_LINE, Person
from service.desk.filing import register as desk_register
from service.desk.filing.register import (
    Gap,
    Wanted,
    explain_gap,
    give_number,
    void_by_number,
    void_number,
)
from service.desk.filing.register_list import find_line, known_words, list_register, series_of
from service.desk.once import Once, only_once
from service.desk.people.trail import verify_trail
from service.errors import ConflictError, GongwenError, InputError, NotFoundError
from service.store.trail import every
from tests.batch_tools import desk_at
from tests.document_tools import keep_activity

DAY = date(2014, 3, 3)
WHO = Person(id="a" * 32, shown="万䶮")
WORD = "洪八馆党发"


@pytest.fixture
def desk(tmp_path, database_url):
    with desk_at(tmp_path / "data", database_url=database_url) as desk:
        yield desk


def give(desk, word=WORD, who=WHO, **wanted):
    return give_number(desk, who, Wanted(word=word, **wanted), DAY)


def numbers(desk, **which):
    return [one.number for one in list_register(desk, **which)]


def code_of(call, error=ConflictError):
    with pytest.raises(error) as told:
        call()
    assert all(one.text.zh and one.text.en for one in told.value.problems)
    return [one.code for one in told.value.problems]


def test_the_next_one_by_word_and_year(desk):
    give(desk, title="关于召开动员会的通知", genre="通知")
    give(desk, title="第二份")
    give(desk, year=2015)
    give(desk, word="洪八馆办发")
    lines = list_register(desk)
    assert [one.number for one in lines] == [
        "洪八馆党发〔2015〕1号", "洪八馆党发〔2014〕1号", "洪八馆党发〔2014〕2号", "洪八馆办发〔2014〕1号",
    ]  # fmt: skip
    first = lines[1]
    assert (first.title, first.genre, first.handled_by, first.given_on, first.standing) == (
        "关于召开动员会的通知", "通知", "万䶮", DAY, "given",
    )  # fmt: skip
    assert series_of(desk) == [(WORD, 2015), (WORD, 2014), ("洪八馆办发", 2014)]
    assert numbers(desk, text="动员会") == ["洪八馆党发〔2014〕1号"]
    assert numbers(desk, word=WORD, year=2015) == ["洪八馆党发〔2015〕1号"]


def test_the_year_of_the_paper_comes_before_todays(desk):
    entry = give(desk, dated=date(2013, 12, 30))
    assert find_line(desk, entry).number == "洪八馆党发〔2013〕1号"


def test_a_stated_number_asks_for_a_reason_and_leaves_a_gap(desk):
    assert code_of(lambda: give(desk, no=5), InputError) == ["no_reason"]
    assert numbers(desk) == []
    give(desk, no=5, reason="纸质登记簿已编", given_on=date(2014, 2, 1))
    give(desk)
    assert [(one.first, one.last, one.standing) for one in list_register(desk)] == [
        (1, 4, "missing"), (5, 5, "given"), (6, 6, "given"),
    ]  # fmt: skip
    give(desk, no=2, reason="补登")
    assert code_of(lambda: give(desk, no=2, reason="再来")) == ["number_taken"]
    assert [(one.first, one.last) for one in list_register(desk)][:3] == [(1, 1), (2, 2), (3, 4)]


def test_a_void_number_is_never_given_again(desk):
    entry = give(desk, title="作废的")
    assert code_of(lambda: void_number(desk, WHO, entry, "  "), InputError) == ["no_reason"]
    void_number(desk, WHO, entry, "重复\n编号")
    line = find_line(desk, entry)
    assert (line.standing, line.reason, line.title) == ("void", "重复 编号", "作废的")
    assert code_of(lambda: void_number(desk, WHO, entry, "再作废")) == ["number_void"]
    assert code_of(lambda: give(desk, no=1, reason="补")) == ["number_void"]
    assert find_line(desk, give(desk)).first == 2
    assert code_of(lambda: void_number(desk, WHO, "0" * 32, "x"), NotFoundError) == ["no_entry"]


def test_gaps_are_explained_and_may_be_filled(desk):
    give(desk, no=10, reason="纸质登记簿已编到 9 号")
    gap = Gap(word=WORD, year=2014, first=1, last=9)
    explain_gap(desk, WHO, gap, "见纸质登记簿", DAY)
    [first, last] = list_register(desk)
    assert (first.first, first.last, first.standing, first.reason) == (1, 9, "gap", "见纸质登记簿")
    assert first.number == "洪八馆党发〔2014〕1至9号"
    # One of them turns up, another is told of once more.
    give(desk, no=4, reason="补登", title="找到了")
    void_by_number(desk, WHO, "洪八馆党发〔2014〕6号", "空号", DAY)
    assert [(one.first, one.last, one.standing) for one in list_register(desk)] == [
        (1, 3, "gap"), (4, 4, "given"), (5, 5, "gap"), (6, 6, "gap"), (7, 9, "gap"), (10, 10, "given"),
    ]  # fmt: skip
    assert code_of(lambda: explain_gap(desk, WHO, gap, "x", DAY)) == ["number_taken"]
    beyond = Gap(word=WORD, year=2014, first=10, last=11)
    assert code_of(lambda: explain_gap(desk, WHO, beyond, "x", DAY), InputError) == ["no_gap"]
    assert last.standing == "given"


def test_void_by_its_number(desk):
    give(desk)
    voided = find_line(desk, void_by_number(desk, WHO, " 洪八馆党发〔2014〕1号 ", "编错", DAY))
    assert (voided.first, voided.standing) == (1, "void")
    again = lambda: void_by_number(desk, WHO, "洪八馆党发〔2014〕1号", "编错", DAY)  # noqa: E731
    assert code_of(again) == ["number_void"]
    beyond = lambda: void_by_number(desk, WHO, "洪八馆党发〔2014〕2号", "x", DAY)  # noqa: E731
    assert code_of(beyond, NotFoundError) == ["number_not_given"]
    none = lambda: void_by_number(desk, WHO, "洪八馆党发[2014]2号", "x", DAY)  # noqa: E731
    assert code_of(none, InputError) == ["bad_number"]


WRONG = [
    ({"word": ""}, "no_word"),
    ({"word": "洪〔〕"}, "bad_word"),
    ({"year": 1900}, "bad_year"),
    ({"title": "题" * 201}, "bad_text"),
    ({"title": "a\0b"}, "bad_text"),
    ({"signer": "\ud800"}, "bad_text"),
    ({"no": 2014, "reason": "年份填错了"}, "number_leaps"),
    ({"no": 100_000, "reason": "x"}, "bad_no"),
    ({"no": -1, "reason": "x"}, "bad_no"),
    ({"copies": 10_000}, "bad_copies"),
    ({"no": 1, "reason": "x", "given_on": date(2014, 3, 4)}, "not_yet"),
]


def test_what_is_wrong_is_told_and_nothing_is_written(desk):
    for wanted, code in WRONG:
        assert code in code_of(lambda wanted=wanted: give(desk, **wanted), InputError)
    assert numbers(desk) == []


def test_sixteen_at_once_get_sixteen_numbers(desk):
    desk.store  # noqa: B018  (opened once, as at a start)
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda n: give(desk, title=str(n)), range(48)))
    assert len(set(made)) == 48
    assert [one.first for one in list_register(desk)] == list(range(1, 49))
    assert {one.title for one in list_register(desk)} == {str(n) for n in range(48)}
    assert verify_trail(desk).broken == 0


def test_sixteen_at_once_want_the_same_number(desk):
    def ask(n):
        try:
            give(desk, no=7, reason=str(n))
        except ConflictError as error:
            return error.problems[0].code
        return "given"

    with ThreadPoolExecutor(16) as pool:
        assert Counter(pool.map(ask, range(16))) == {"given": 1, "number_taken": 15}


def test_sixteen_of_one_key_get_one_number(desk):
    once = Once.of(WHO, "k", "/register", b"{}")

    def ask(_):
        return only_once(
            desk,
            once,
            lambda keep: give_number(desk, WHO, Wanted(word=WORD), DAY, keep=keep),
        )

    with ThreadPoolExecutor(16) as pool:
        made = set(pool.map(ask, range(16)))
    assert len(made) == 1
    assert [one.id for one in list_register(desk)] == list(made)


def in_process(data, url, work):
    """A process that opens the store itself, as another server does."""
    forks = multiprocessing.get_context("fork")

    def run():
        with desk_at(data, database_url=url) as desk:
            work(desk)

    started = forks.Process(target=run)
    started.start()
    return started


def test_two_processes_at_once_give_no_number_twice(tmp_path, database_url):
    data = tmp_path / "data"
    with desk_at(data, database_url=database_url) as desk:
        desk.store  # noqa: B018  (the tables are there)

    def work(desk):
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: give(desk, title=f"{os.getpid()} {n}"), range(24)))

    started = [in_process(data, database_url, work) for _ in range(2)]
    for one in started:
        one.join(120)
    assert [one.exitcode for one in started] == [0, 0]
    with desk_at(data, database_url=database_url) as desk:
        lines = list_register(desk)
        assert [one.first for one in lines] == list(range(1, 49))
        assert len({one.title for one in lines}) == 48
        assert len({one.title.split()[0] for one in lines}) == 2
        assert verify_trail(desk).broken == 0


def test_killed_between_giving_and_the_commit_leaves_no_hole(tmp_path, database_url, monkeypatch):
    data = tmp_path / "data"
    with desk_at(data, database_url=database_url) as desk:
        give(desk, title="先有的")

    def work(desk):
        def killed(*_):
            os.kill(os.getpid(), signal.SIGKILL)

        # The entry is written, the transaction is not at its end.
        give_number(desk, WHO, Wanted(word=WORD, title="没有办成"), DAY, keep=killed)

    started = in_process(data, database_url, work)
    started.join(60)
    assert started.exitcode == -signal.SIGKILL
    with desk_at(data, database_url=database_url) as desk:
        give(desk, title="再来")
        assert [(one.first, one.title) for one in list_register(desk)] == [
            (1, "先有的"),
            (2, "再来"),
        ]
        assert verify_trail(desk).broken == 0


def test_who_did_what_is_in_the_trail(desk):
    entry = give(desk, no=2, reason="x")
    void_number(desk, WHO, entry, "x")
    explain_gap(desk, WHO, Gap(word=WORD, year=2014, first=1, last=1), "x", DAY)
    with desk.store.read() as session:
        told = [(one.action, one.object_kind) for one in every(session)]
    assert told == [(one, "register") for one in ("gap_explained", "number_void", "number_given")]


def test_words_to_choose_from(desk):
    keep_activity(desk)
    give(desk, word="洪八馆函")
    assert known_words(desk) == ["赣八一馆党发", "洪八馆函"]


def test_the_command_line_has_no_name(desk):
    assert find_line(desk, give(desk, who=COMMAND_LINE)).handled_by == ""


class Register(RuleBasedStateMachine):
    """Numbers given, stated, made void and explained in any order, against a plain dictionary."""

    desk = None
    runs = 0

    def __init__(self):
        super().__init__()
        Register.runs += 1
        self.word = f"第{Register.runs}字"  # a series of its own for each run
        self.known = {}
        self.ever = []

    def lines(self):
        return list_register(self.desk, word=self.word)

    def given(self, entry):
        no = find_line(self.desk, entry).first
        assert self.known.get(no) in {None, "gap"}
        self.known[no] = "given"
        assert no not in self.ever
        self.ever.append(no)

    @rule()
    def next_one(self):
        last = max(self.known, default=0)
        self.given(give(self.desk, word=self.word))
        assert self.ever[-1] == last + 1

    @rule(no=st.integers(1, 12))
    def stated(self, no):
        try:
            self.given(give(self.desk, word=self.word, no=no, reason="x"))
        except ConflictError:
            assert self.known[no] in {"given", "void"}
        else:
            assert self.ever[-1] == no

    @rule(no=st.integers(1, 12))
    def void(self, no):
        last = max(self.known, default=0)
        number = f"{self.word}〔2014〕{no}号"
        try:
            void_by_number(self.desk, WHO, number, "x", DAY)
        except GongwenError:
            assert self.known.get(no) == "void" or no > last
        else:
            self.known[no] = "void" if self.known.get(no) == "given" else "gap"

    @rule(first=st.integers(1, 12), count=st.integers(0, 3))
    def explain(self, first, count):
        stretch = range(first, first + count + 1)
        gap = Gap(word=self.word, year=2014, first=first, last=first + count)
        try:
            explain_gap(self.desk, WHO, gap, "x", DAY)
        except GongwenError:
            own = any(self.known.get(no) in {"given", "void"} for no in stretch)
            assert own or first + count >= max(self.known, default=0)
        else:
            assert all(self.known.get(no) in {None, "gap"} for no in stretch)
            self.known |= dict.fromkeys(stretch, "gap")

    @invariant()
    def all_stand_there_once(self):
        found = {}
        for one in self.lines():
            for no in range(one.first, one.last + 1):
                assert no not in found
                found[no] = None if one.standing == "missing" else one.standing
        last = max(self.known, default=0)
        assert found == {no: self.known.get(no) for no in range(1, last + 1)}


def test_any_order_of_giving_and_voiding(tmp_path):
    with desk_at(tmp_path / "data") as desk:
        Register.desk = desk
        run_state_machine_as_test(
            Register,
            settings=settings(
                max_examples=15,
                stateful_step_count=20,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )


def test_the_field_is_the_one_that_forms_share(desk):
    assert desk_register.NUMBER_FIELD in desk.catalog.kind("mobilization_notice").form.fields
