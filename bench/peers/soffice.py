"""LibreOffice as people call it: a process per file, one call for all files, one kept warm.

All have the fonts that ours has, so that they draw the same glyphs. Nothing is put around them
(no sandbox, no time limit), and they take Word files that are filled already.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from pypdf import PdfReader, PdfWriter

from service.engines.fonts.config import prepare_fonts
from service.engines.office.worker import EXPORT
from service.settings import Settings

SCRIPT = Path(__file__).with_name("warm_worker.py")


class Soffice:
    """LibreOffice called from a command line, with a profile that has been used before.

    Args:
        folder: for the profile and the files.
        settings: whose fonts and programs are taken.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self._settings = settings
        self._profile = (folder / "profile").as_uri()
        self._environment = {
            **os.environ,
            "FONTCONFIG_FILE": str(prepare_fonts(settings).conf),
        }
        self.out = folder / "out"

    def fresh(self) -> None:
        """Empties the folder of results."""
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir(parents=True)

    def convert(self, sources: Sequence[Path]) -> list[Path]:
        """One call for these files; the PDFs."""
        self._run(["--convert-to", "pdf", "--outdir", str(self.out), *map(str, sources)])
        made = [self.out / f"{source.stem}.pdf" for source in sources]
        return _there(made)

    def convert_each(self, sources: Sequence[Path]) -> list[Path]:
        """One process for each file; the PDFs."""
        return [self.convert([source])[0] for source in sources]

    def warm(self) -> Warm:
        """One that stays."""
        return Warm(self.folder, self._settings.office_python, self._environment)

    def _run(self, arguments: Sequence[str]) -> None:
        command = ["soffice", "--headless", f"-env:UserInstallation={self._profile}", *arguments]
        subprocess.run(command, env=self._environment, capture_output=True, check=True)


class Warm:
    """One LibreOffice spoken to over UNO, through a pipe, one file after another."""

    def __init__(self, folder: Path, python: Path, environment: dict[str, str]) -> None:
        self._out = folder / "warm"
        self._out.mkdir(exist_ok=True)
        self._process = subprocess.Popen(
            [python, SCRIPT, folder / "warm-profile", json.dumps(EXPORT)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        self._process.stdout.readline()

    def convert_each(self, sources: Iterable[Path]) -> list[Path]:
        """The PDFs, as PDF/A-2b like ours."""
        assert self._process.stdin and self._process.stdout
        made = []
        for source in sources:
            target = self._out / f"{source.stem}.pdf"
            self._process.stdin.write(f"{source.as_uri()}\t{target.as_uri()}\n")
            self._process.stdin.flush()
            self._process.stdout.readline()
            made.append(target)
        return _there(made)

    def close(self) -> None:
        """Ends it."""
        self._process.communicate("", timeout=60)


def append(pdfs: Sequence[Path], target: Path) -> int:
    """Joins by pypdf as its documentation shows it; bytes of the file."""
    with PdfWriter() as writer:
        for pdf in pdfs:
            writer.append(pdf)
        writer.write(target)
    return target.stat().st_size


def pages(pdf: Path) -> int:
    """Pages of a file."""
    return len(PdfReader(pdf).pages)


def _there(made: list[Path]) -> list[Path]:
    missing = [path.name for path in made if not path.is_file() or path.stat().st_size < 1000]
    if missing:
        raise RuntimeError(f"not converted: {', '.join(missing)}")
    return made
