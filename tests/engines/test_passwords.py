"""Passwords at rest: argon2id, the same work for nobody's, the same password on every keyboard."""

import threading

import pytest

from service.engines.passwords import Argon2Passwords

PASSWORD = "春风又绿江南岸-1972"


PASSWORDS = Argon2Passwords()


@pytest.fixture(scope="module")
def kept():
    return PASSWORDS.hashed(PASSWORD)


def test_it_is_argon2id_with_salt(kept):
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORDS.hashed(PASSWORD) != kept


@pytest.mark.parametrize("typed", [PASSWORD, "春风又绿江南岸－１９７２"])
def test_the_right_one_fits_in_any_letter_width(kept, typed):
    assert PASSWORDS.fits(kept, typed)


def test_composed_and_decomposed_are_the_same():
    assert PASSWORDS.fits(PASSWORDS.hashed("Caf\u00e9 au lait"), "Cafe\u0301 au lait")


@pytest.mark.parametrize(
    "typed", ["", PASSWORD[:-1], PASSWORD + " ", "\ud800", "\x00", "x" * 10_000]
)
def test_another_does_not_fit(kept, typed):
    assert not PASSWORDS.fits(kept, typed)


@pytest.mark.parametrize("kept", ["", "rubbish", "$argon2id$v=19$m=65536"])
def test_nothing_fits_what_is_no_password(kept):
    assert not PASSWORDS.fits(kept, PASSWORD)
    assert not PASSWORDS.fits(kept, "nobody's password, never accepted")


def test_the_work_is_done_for_nobody_too(kept, monkeypatch):
    worked = []

    class Spy:
        def verify(self, kept, password):
            worked.append(kept)
            return True

    monkeypatch.setattr(PASSWORDS, "_hasher", Spy())
    assert PASSWORDS.fits(kept, PASSWORD)
    assert not PASSWORDS.fits("", PASSWORD)
    assert worked == [kept, PASSWORDS._nobody]
    costs = {one.rsplit("$", 2)[0] for one in worked}
    assert len(costs) == 1


def test_no_more_than_two_at_once(monkeypatch):
    now, most, lock = [0], [0], threading.Lock()

    class Slow:
        def hash(self, password):
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            threading.Event().wait(0.02)
            with lock:
                now[0] -= 1
            return ""

    monkeypatch.setattr(PASSWORDS, "_hasher", Slow())
    threads = [threading.Thread(target=PASSWORDS.hashed, args=("x",)) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert most == [2]
