"""Kinds, shared fragments and bundles on disk, as definitions with content hashes.

A unit's own folder is searched before the built-in one, so that an upgrade never overwrites its
templates. A folder that changes is read again; nothing needs a restart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from service.core.bundle import BundleDefinition, Slot, parse_bundle
from service.core.definition import FormDefinition, Fragment
from service.core.layout.blocks import Layout, parse_layout
from service.core.layout.check import check_layout
from service.core.paper_list import Kinds, PaperList, parse_papers, unsound_papers
from service.core.parsing import parse_form, parse_fragment
from service.core.soundness import unsound
from service.errors import (
    DefinitionError,
    GongwenError,
    Lang,
    NotFoundError,
    Problem,
    problem,
)
from service.source import Source, read_source
from service.watched import Parsed


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One folder of `templates/docx/`.

    Attributes:
        name: the folder's name.
        folder: where it is.
        form: what is asked.
    """

    name: str
    folder: Path
    form: FormDefinition

    def template(self, lang: Lang, part: str = "") -> Path:
        """The Word template; `part` names one that is produced alone (`ledger`)."""
        return self.folder / f"template.{f'{part}.' if part else ''}{lang}.docx"

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the annexes that can be produced as files of their own."""
        names = {path.name.split(".")[1] for path in self.folder.glob("template.*.*.docx")}
        return tuple(sorted(names))


class Catalog:
    """All definitions under one or more template folders, the first found winning."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = [folder for folder in folders if folder]
        self._watched = Parsed()

    @property
    def own(self) -> Path:
        """The folder that is searched first: a unit's own."""
        return self._folders[0]

    def kinds(self) -> list[str]:
        """Names of all kinds, the built-in ones in the order of `templates/docx/order.txt`."""
        return list(self._watched.keep(self._kinds))

    def _kinds(self) -> tuple[str, ...]:
        names: dict[str, None] = {}
        for folder in reversed(self._folders):
            for place in (folder / "docx", folder / "docx/order.txt", *folder.glob("docx/*/")):
                self._watched.look(place)
            order = folder / "docx" / "order.txt"
            listed = order.read_text(encoding="utf-8").split() if order.is_file() else []
            found = {path.parent.name for path in folder.glob("docx/*/form.yaml")}
            for name in [*[n for n in listed if n in found], *sorted(found - set(listed))]:
                names.setdefault(name)
        return tuple(names)

    def kind(self, name: str) -> Kind:
        """One kind. Raises NotFoundError, or DefinitionError with file, line and key."""
        return self._watched.keep(self._kind, name)

    def _kind(self, name: str) -> Kind:
        folder = self._find(f"docx/{name}/form.yaml", name, "kind").parent
        return Kind(name=name, folder=folder, form=self._form(folder / "form.yaml", name))

    def front(self, name: str) -> Kind:
        """A front-matter sheet of bundles (`cover`, `contents`, `separator`)."""
        return self._watched.keep(self._front, name)

    def _front(self, name: str) -> Kind:
        folder = self._find(f"front/{name}/form.yaml", name, "front sheet").parent
        return Kind(name=name, folder=folder, form=self._form(folder / "form.yaml", name))

    def fronts(self) -> list[str]:
        """Names of all front-matter sheets."""
        return sorted({p.parent.name for f in self._folders for p in f.glob("front/*/form.yaml")})

    def read_form(self, file: Path, name: str) -> FormDefinition:
        """A form definition that is not in a folder of ours yet, with the shared fragments."""
        if not file.is_file():
            zh, en = "没有这个文件。", "there is no such file."
            raise NotFoundError(problem("no_file", zh, en, file=str(file)))
        return self._form(file, name)

    def activity(self) -> FormDefinition:
        """The definition of the activity's profile."""
        return self._watched.keep(self._activity)

    def _activity(self) -> FormDefinition:
        return self._form(self._find("activity/form.yaml", "activity", "form"), "activity")

    def papers(self) -> PaperList:
        """What an activity owes; each field and kind that it names is there."""
        return self._watched.keep(self._papers)

    def _papers(self) -> PaperList:
        file = self._find("activity/papers.yaml", "activity/papers.yaml", "list of papers")
        activity, kinds = self.activity(), self._forms_and_parts()

        def parse(source: Source) -> PaperList:
            found = parse_papers(source.data, file=str(file))
            problems = unsound_papers(found, activity, kinds, file=str(file))
            if problems:
                raise DefinitionError(problems)
            return found

        forms = [one[0] for one in kinds.values() if one]
        papers: PaperList = self._watched.parsed("papers", file, parse, activity, *forms)
        return papers

    def _forms_and_parts(self) -> Kinds:
        found: dict[str, tuple[FormDefinition, tuple[str, ...]] | None] = {}
        for name in self.kinds():
            try:
                kind = self.kind(name)
                self._watched.look(kind.folder)
                found[name] = kind.form, kind.parts
            except GongwenError:
                found[name] = None
        return found

    def layout(self, kind: Kind) -> Layout:
        """How a kind's Word templates are built."""
        file = kind.folder / "layout.yaml"
        if not file.is_file():
            raise NotFoundError(
                problem(
                    "no_layout",
                    f"文书种类“{kind.name}”没有 layout.yaml。",
                    f"the kind {kind.name} has no layout.yaml.",
                    file=str(file),
                )
            )

        def parse(source: Source) -> Layout:
            layout = parse_layout(source.data, file=str(file))
            check_layout(layout, kind.form, file=str(file))
            return layout

        layout: Layout = self._watched.parsed("layout", file, parse, kind.form)
        return layout

    def bundles(self) -> list[str]:
        """Names of all bundle definitions."""
        return list(self._watched.keep(self._bundles))

    def _bundles(self) -> list[str]:
        for folder in self._folders:
            self._watched.look(folder / "bundles")
        found = {path.stem for folder in self._folders for path in folder.glob("bundles/*.yaml")}
        return sorted(found)

    def bundle(self, name: str) -> BundleDefinition:
        """A bundle definition; its slots name kinds that exist."""
        return self._watched.keep(self._bundle, name)

    def _bundle(self, name: str) -> BundleDefinition:
        file = self._find(f"bundles/{name}.yaml", name, "bundle")
        bundle: BundleDefinition = self._watched.parsed(
            "bundle", file, lambda source: parse_bundle(source.data, name=name, file=str(file))
        )
        if wrong := [
            one
            for number, slot in enumerate(bundle.slots)
            for one in self._unsound_slot(slot, f"slots.{number}", str(file))
        ]:
            raise DefinitionError(read_source(file).placed(wrong))
        return bundle

    def _unsound_slot(self, slot: Slot, path: str, file: str) -> Iterator[Problem]:
        """Kind, part and field must exist: else a slot could never be filled, or never bite."""
        if not slot.kind:
            return
        if slot.kind not in self.kinds():
            zh, en = f"没有文书种类“{slot.kind}”。", f"there is no kind {slot.kind}."
            yield problem("unknown_kind", zh, en, path=f"{path}.kind", file=file)
            return
        kind = self.kind(slot.kind)
        self._watched.look(kind.folder)
        if slot.part and slot.part not in kind.parts:
            zh, en = f"没有可单独生成的“{slot.part}”。", f"no part {slot.part} is produced alone."
            yield problem("no_part", zh, en, path=f"{path}.part", file=file)
        if slot.only and slot.only.field not in kind.form.fields:
            zh, en = "没有这个填写项，请检查名称。", "there is no such field; check the name."
            yield problem("unknown_field", zh, en, path=f"{path}.only.field", file=file)

    def _find(self, path: str, name: str, what: str) -> Path:
        plain = all(part not in {"", ".", ".."} and "\\" not in part for part in path.split("/"))
        for folder in self._folders if plain and "\0" not in path else ():
            # A name longer than the disk takes (255 bytes) is no name of ours.
            with suppress(OSError):
                if self._watched.look(folder / path) and (folder / path).is_file():
                    return folder / path
        listed = {"kind": self.kinds, "bundle": self.bundles}.get(what)
        known = ", ".join(listed()) if listed else ""
        raise NotFoundError(
            problem(
                "not_found",
                f"没有“{name}”。" + (f"现有：{known}。" if known else ""),
                f"there is no {what} {name}." + (f" There are: {known}." if known else ""),
            )
        )

    def _form(self, file: Path, name: str) -> FormDefinition:
        fragments = {one: self._fragment(one) for one in self._included(file)}
        activity = None if name == "activity" else self.activity()

        def parse(source: Source) -> FormDefinition:
            form = parse_form(source.data, name=name, file=str(file), fragments=fragments)
            own = parse_form(
                {**source.data, "include": []}, name=name, file=str(file), fragments={}
            )
            problems = unsound(form, own, file=str(file), activity=activity)
            problems += self._unsound_fragments(form, fragments, activity)
            if problems:
                raise DefinitionError(problems)
            return form

        form: FormDefinition = self._watched.parsed(
            "form", file, parse, activity, *fragments.values()
        )
        return form

    def _included(self, file: Path) -> list[str]:
        # Kept like the form itself: reading the YAML again costs a tenth of a second a page.
        names: list[str] = self._watched.parsed("include", file, _listed)
        return [
            name
            for name in names
            if "/" not in name
            and any(self._watched.look(one / "shared" / f"{name}.yaml") for one in self._folders)
        ]

    def _fragment(self, name: str) -> Fragment:
        file = self._find(f"shared/{name}.yaml", name, "fragment")
        fragment: Fragment = self._watched.parsed(
            "fragment", file, lambda source: parse_fragment(source.data, file=str(file))
        )
        return fragment

    def _unsound_fragments(
        self,
        form: FormDefinition,
        fragments: dict[str, Fragment],
        activity: FormDefinition | None,
    ) -> Iterator[Problem]:
        """Problems of included fragments, which depend on the form around them."""
        for name, part in fragments.items():
            file = self._find(f"shared/{name}.yaml", name, "fragment")
            found = unsound(form, part, file=str(file), activity=activity)
            yield from read_source(file).placed(found)


def _listed(source: Source) -> list[str]:
    """The names under `include`, as far as they are any."""
    listed = source.data.get("include", []) if isinstance(source.data, dict) else []
    return [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
