"""`gongwen file`: what it leaves in the folder, what it says, and its exit codes."""

import json
import shutil

import pytest

from service.settings import Settings
from tests.desk.filing.test_submit import branch

SAMPLES = Settings().samples


@pytest.mark.office
def test_filed_verified_sent_back_and_filed_again(run, tmp_path):
    file, out = branch(tmp_path, "第一党支部书记"), tmp_path / "out"
    first = json.loads(run("file", file, "-o", out, "--json").stdout)
    assert (first["ok"], first["edition"], first["again"]) == (True, 1, False)
    pdf, package = (next(f["file"] for f in first["files"] if f["role"] == role)
                    for role in ("pdf", "package"))  # fmt: skip
    for target in (pdf, package):
        assert run("verify", target, "--expect", first["sha256"]).exit_code == 0
        assert run("verify", target, "--expect", "0" * 64).exit_code == 1
    branch(tmp_path, "第一党支部书记", day="2014-05-22")
    refused = run("file", file, "-o", tmp_path / "other")
    assert refused.exit_code == 6
    assert "--sent-back" in refused.output
    assert not (tmp_path / "other").exists()
    second = run("file", file, "-o", tmp_path / "second", "--sent-back", "a wrong day")
    assert second.exit_code == 0
    assert "edition 2" in second.output


def test_everything_missing_is_told_and_nothing_written(run, tmp_path):
    samples = shutil.copytree(SAMPLES, tmp_path / "samples")
    file = samples / "bundle.en.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("exceptions:\n", "other_exceptions:\n"), "utf-8")
    assert run("file", file, "-o", tmp_path / "out").exit_code == 4
    file.write_text(text.replace("  one_each:", "  nonsense:"), "utf-8")
    told = run("file", file, "-o", tmp_path / "out", "--json")
    assert told.exit_code == 4
    found = json.loads(told.stdout)["problems"]
    assert {one["code"] for one in found} == {"one_each", "unknown_exception"}
    assert len([one for one in found if one["code"] == "one_each"]) == 3
    assert not (tmp_path / "out").exists()


@pytest.mark.office
def test_a_folder_that_cannot_be_written_is_named(run, tmp_path):
    file = branch(tmp_path, "第一党支部书记")
    (tmp_path / "out").write_text("a file", "utf-8")
    refused = run("file", file, "-o", tmp_path / "out")
    assert refused.exit_code in {2, 7}
    assert "out" in refused.output
