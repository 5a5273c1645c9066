"""What people read: gettext, and the sentences for everything that rooms below the faces report by id."""

from __future__ import annotations

import gettext

from qwendesk.api.problem import Problem
from qwendesk.system.paths import resources


def _translations() -> gettext.NullTranslations:
    try:
        folder = resources() / "translations"
    except Problem:
        return gettext.NullTranslations()
    if not folder.is_dir():
        return gettext.NullTranslations()  # looking for a language imports all that is known of locales
    return gettext.translation("qwendesk", folder, fallback=True)


_catalogue = _translations()
_ = _catalogue.gettext
ngettext = _catalogue.ngettext
