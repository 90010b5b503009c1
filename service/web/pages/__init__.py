"""The pages, a few routes a file; each only translates."""

from __future__ import annotations

from service.web.pages import bundle, form, kinds, made

ALL = (kinds.BLUEPRINT, form.BLUEPRINT, made.BLUEPRINT, bundle.BLUEPRINT)
