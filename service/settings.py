"""Settings: GONGWEN_* variables, typed, in one documented class."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.errors import EngineError, Problem, problem

_ROOT = Path(__file__).resolve().parent.parent


def _builtin(name: str) -> Path:
    """A folder of the checkout, or its copy inside an installed wheel."""
    installed = Path(__file__).resolve().parent / f"_{name}"
    return installed if installed.is_dir() else _ROOT / name


class Settings(BaseSettings):
    """What an operator can set; each is read from the variable GONGWEN_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="GONGWEN_", extra="ignore", frozen=True)

    data: Path = Path("var")
    """Folder of everything the service writes: converter socket, caches, secret key."""

    templates: Path | None = None
    """A unit's own template folder, searched before the built-in one; `data/templates` when not
    given. An administrator's new kinds go there."""

    builtin_templates: Path = _builtin("templates")
    """The templates that come with the program."""

    samples: Path = _ROOT / "samples"
    """The sample activity."""

    lang: Literal["zh", "en"] = "zh"
    """Language of messages where none is asked for."""

    soffice: Path | None = None
    """LibreOffice's soffice.bin; found in the usual places when not given."""

    office_python: Path = Path("/usr/bin/python3")
    """The Python that has the `uno` module (Debian's python3-uno)."""

    converters: int = Field(default=0, ge=0)
    """Warm LibreOffice processes; 0 means one per core."""

    convert_seconds: int = Field(default=120, ge=1)
    """Time limit for converting one document, seconds."""

    recycle_documents: int = Field(default=300, ge=1)
    """A LibreOffice process is replaced after so many documents."""

    recycle_megabytes: int = Field(default=700, ge=1)
    """A LibreOffice process is replaced when its resident memory passes this, MB."""

    sandbox: Literal["auto", "required", "off"] = "auto"
    """bubblewrap around LibreOffice: when present, always (else refuse), or never."""

    fonts: Path | None = None
    """Folder with a unit's own licensed fonts; they win over the open stand-ins."""

    upload_megabytes: int = Field(default=100, ge=1)
    """Largest upload, MB."""

    database_url: str = ""
    """SQLAlchemy address, e.g. `postgresql+psycopg://user@host/gongwen`; SQLite in `data` when
    not given."""

    blobs_url: str = ""
    """Where made files lie: `file:///shared/folder` or `s3://bucket/prefix`; `data/blobs` when not
    given."""

    workers: int = Field(default=0, ge=0)
    """Worker processes that `serve` runs for batches; 0 means one per core."""

    https: bool = False
    """A proxy in front speaks HTTPS: cookies go over HTTPS only, and what the proxy says in
    X-Forwarded-For, -Proto and -Host is believed."""

    @property
    def own_templates(self) -> Path:
        """The unit's own template folder; it need not be there."""
        return self.templates or self.data / "templates"

    @property
    def socket(self) -> Path:
        """The converter's Unix socket."""
        return self.data / "converter.sock"


def read_settings() -> Settings:
    """The settings of this environment.

    Raises:
        EngineError: `bad_setting`, for each variable that has a wrong value.
    """
    try:
        return Settings()
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        raise EngineError(_bad_setting(str(one["loc"][0]), one["msg"]) for one in found) from None


def _bad_setting(name: str, why: str) -> Problem:
    variable = f"GONGWEN_{name.upper()}"
    return problem(
        "bad_setting",
        f"环境变量 {variable} 的值不对（{why}）；请改正或去掉它。",
        f"the variable {variable} has a wrong value ({why}); mend it or take it away.",
    )
