"""The proof of kinds looks at the samples of the kind, and at no other's."""

import shutil

from service.bootstrap import assemble
from service.desk.kinds import check_kinds
from service.settings import Settings


def test_samples_of_a_kind_whose_name_begins_alike_are_not_its_own(tmp_path):
    samples = Settings().samples
    for name in ("activity.zh.yaml", "activity.en.yaml", "zh/mobilization_notice.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(samples / name, tmp_path / name)
    (tmp_path / "zh/mobilization_notice_short.yaml").write_text("other: 另一种\n", "utf-8")
    shutil.copy(
        tmp_path / "zh/mobilization_notice.yaml", tmp_path / "zh/mobilization_notice.b.yaml"
    )
    desk = assemble(Settings(data=tmp_path / "var", samples=tmp_path))
    [report] = check_kinds(desk, ("mobilization_notice",))
    assert report.problems == ()
    shown = [line for line in report.proved if line.startswith("samples/")]
    assert shown == [
        "samples/zh/mobilization_notice.b.yaml (Word)",
        "samples/zh/mobilization_notice.yaml (Word)",
    ]
