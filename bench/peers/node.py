"""docxtemplater and carbone under node, installed by name into build/ when npm is there."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PACKAGES = ("docxtemplater@3", "pizzip@3", "carbone@3")
SCRIPT = Path(__file__).with_name("node_render.js")
ENGINES = ("docxtemplater", "carbone")


def install(folder: Path) -> str:
    """Puts the packages into a folder; "" when they are there, else why not."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "node and npm are not on this machine"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n')
    if all((folder / "node_modules" / name / "package.json").is_file() for name in ENGINES):
        return ""
    quiet = ("--no-audit", "--no-fund", "--no-package-lock", "--no-save", "--loglevel=error")
    command = ["npm", "install", *quiet, *PACKAGES]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"npm install failed: {done.stderr.strip()[-200:]}"


def version_of(folder: Path, package: str) -> str:
    """The version that was installed."""
    about = json.loads((folder / "node_modules" / package / "package.json").read_text())
    return str(about["version"])


class NodeEngine:
    """One engine in a node process of its own, warm between the rounds.

    Args:
        engine: `docxtemplater` or `carbone`.
        folder: where `install` put the packages.
        template: the template in the engine's own tags.
        data: values of the documents, taken in turn.
    """

    def __init__(
        self, engine: str, folder: Path, template: bytes, data: Sequence[dict[str, Any]]
    ) -> None:
        source, values = folder / f"{engine}.docx", folder / f"{engine}.json"
        source.write_bytes(template)
        values.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        self._made = folder / f"{engine}.made.docx"
        self._process = subprocess.Popen(
            ["node", SCRIPT, engine, source, values],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def first(self) -> bytes:
        """The first document."""
        self._ask(save=str(self._made))
        return self._made.read_bytes()

    def cpu_each(self, times: int) -> float:
        """CPU seconds for one document, over so many."""
        return float(self._ask(times=times)["cpu"]) / times

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate("", timeout=30)

    def _ask(self, **request: Any) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        said: dict[str, Any] = json.loads(self._process.stdout.readline())
        if "error" in said:
            raise RuntimeError(said["error"])
        return said
