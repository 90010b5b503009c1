"""Names in a package: unique, short, readable everywhere, and in order."""

import re

from hypothesis import given
from hypothesis import strategies as st

from service.core.filing.manifest import FileSaid, MadeWith, Manifest
from service.core.filing.places import Places, metadata_places, package_name

TITLE = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def manifest(**more):
    said = {
        "profile": "submission",
        "title": "材料",
        "date": "2014-07-21",
        "lang": "zh",
        "pdf": FileSaid(path="submission.pdf", sha256="a" * 64, size=1),
        "pages": 1,
        "parts": (),
        "made_with": MadeWith(gongwen="1", office="7"),
    }
    return Manifest(**said | more)


@given(
    titles=st.lists(TITLE, min_size=1, max_size=12),
    top=TITLE,
    edition=st.sampled_from([1, 2, 12]),
    lang=st.sampled_from(["zh", "en"]),
)
def test_any_titles_give_unique_short_plain_names(titles, top, edition, lang):
    places = Places("submission", len(titles))
    paths = [places.sheet(title, ".docx") for title in titles]
    paths += [places.apart(title, ".PDF") for title in titles]
    for at, title in enumerate(titles):
        paths += [places.part(at + 1, title), places.original(at + 1, title, ".docx")]
    assert len({path.casefold() for path in paths}) == len(paths)
    name = package_name(manifest(title=top, edition=edition, lang=lang))
    for path in paths:
        whole = f"{name}/data/{path}"
        assert len(whole) < 200 and not re.search(r'[\\:*?"<>|\x00-\x1f%]', whole), whole
        assert all(step and step[-1] not in " ." for step in whole.split("/")), whole
        assert len(path.rpartition("/")[2].encode()) <= 255


def test_parts_stand_in_their_order_in_any_file_manager():
    many = Places("submission", 120)
    paths = [many.part(no, "题") for no in range(1, 121)]
    assert paths == sorted(paths) and paths[0] == "parts/001_题.pdf"
    assert Places("archive", 3).part(1, "题") == "items/0001_题.pdf"
    assert Places("archive", 3).joined == "catalogue.pdf"


def test_the_same_title_twice_is_told_apart():
    places = Places("submission", 2)
    given = [places.apart("照片", ".jpg"), places.apart("照片", ".JPG")]
    assert given == ["apart/照片.jpg", "apart/照片_2.jpg"]


def test_editions_have_a_folder_each():
    assert package_name(manifest(edition=2)) == "材料_第2版"
    assert package_name(manifest(edition=2, lang="en")) == "材料_edition 2"
    assert metadata_places(manifest(), 3) == ("metadata/03.json", "metadata/03.xml")
