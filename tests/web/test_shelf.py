"""The shelf: an hour is an hour, also where nothing new is laid down."""

import os
import time

from service.web.shelf import Shelf


def test_what_is_older_than_an_hour_is_handed_out_no_more_and_goes(tmp_path):
    shelf = Shelf(tmp_path / "made")
    token = shelf.put("me", "对照检查", {"paper.docx": b"x"})
    assert shelf.get("me", token, "paper.docx")
    old = time.time() - 3601
    os.utime(tmp_path / "made" / token, (old, old))
    assert shelf.get("me", token, "paper.docx") is None
    assert list((tmp_path / "made").iterdir()) == []
