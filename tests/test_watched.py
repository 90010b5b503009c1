"""What is made of files is kept, and made again where one of them looks different."""

import pytest

from service import watched
from service.watched import Watched


class Reader:
    """Reads a file, or another where the first is missing; counts."""

    def __init__(self, folder):
        self.watched, self.folder, self.times = Watched(), folder, 0

    def text(self):
        return self.watched.keep(self._text, "first", "second")

    def whole(self):
        return self.watched.keep(self._whole)

    def _whole(self):
        return f"<{self.text()}>"

    def _text(self, *names):
        self.times += 1
        for name in names:
            if self.watched.look(self.folder / name):
                return (self.folder / name).read_text("utf-8")
        raise LookupError


@pytest.fixture
def reader(tmp_path, monkeypatch):
    monkeypatch.setattr(watched, "_YOUNG", 0)
    (tmp_path / "second").write_text("2", "utf-8")
    return Reader(tmp_path)


def test_nothing_is_made_twice_of_the_same(reader):
    assert [reader.text(), reader.text(), reader.whole(), reader.whole()] == [
        "2",
        "2",
        "<2>",
        "<2>",
    ]
    assert reader.times == 1


def test_a_file_that_changes_is_read_again_by_all_that_hangs_on_it(reader):
    assert reader.whole() == "<2>"
    (reader.folder / "second").write_text("3", "utf-8")
    assert (reader.whole(), reader.text()) == ("<3>", "3")


def test_a_file_that_was_missing_is_seen_when_it_comes_and_when_it_goes(reader):
    assert reader.whole() == "<2>"
    (reader.folder / "first").write_text("1", "utf-8")
    assert reader.whole() == "<1>"
    (reader.folder / "first").unlink()
    assert reader.whole() == "<2>"


def test_a_failure_is_never_kept(reader):
    (reader.folder / "second").unlink()
    with pytest.raises(LookupError):
        reader.whole()
    (reader.folder / "second").write_text("4", "utf-8")
    assert reader.whole() == "<4>"


def test_a_file_changed_just_now_is_not_trusted_to_look_different_next_time(reader, monkeypatch):
    monkeypatch.setattr(watched, "_YOUNG", 3600 * 10**9)
    reader.whole()
    reader.whole()
    assert reader.times == 2


def test_names_that_no_disk_takes_are_missing_files(reader):
    assert not reader.watched.look(reader.folder / ("x" * 300))
    assert not reader.watched.look("a\0b")
