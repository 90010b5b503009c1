"""Copies the third-party web files out of their wheels at build time (recipes.md section 2)."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import shutil
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FILES = {
    "htmx.min.js": ("django-htmx", "django_htmx/static/django_htmx/htmx-2.min.js"),
    "bootstrap.min.css": (
        "bootstrap-flask",
        "flask_bootstrap/static/bootstrap5/css/bootstrap.min.css",
    ),
}


class VendorHook(BuildHookInterface):
    """Fills service/web/static/vendor/, which git ignores, and writes what came from where."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Copies each file and its package's licence text; the manifest bears the hashes."""
        target = Path(self.root) / "service/web/static/vendor"
        target.mkdir(parents=True, exist_ok=True)
        manifest = {}
        for name, (package, path) in FILES.items():
            distribution = importlib.metadata.distribution(package)
            source = Path(str(distribution.locate_file(path)))
            shutil.copyfile(source, target / name)
            for file in distribution.files or []:
                if "licen" in file.name.lower():
                    licence = str(distribution.locate_file(file))
                    shutil.copyfile(licence, target / f"LICENSE.{package}.txt")
            manifest[name] = {
                "package": package,
                "version": distribution.version,
                "sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
            }
        (target / "manifest.json").write_text(json.dumps(manifest, indent=2, sort_keys=True))
