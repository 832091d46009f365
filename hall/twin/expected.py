"""How long a service takes where nobody has said so yet: handbook 12's figures by the kind of window whose
own work the business is. Used when a configuration becomes the twin's hall (hall/twin/halls.py); a live hall
learns from its journal instead.
"""

from hall.config_model import HallConfig

MINUTES_AND_CV = {
    "enquiry": (3.0, 0.8),
    "cannot_do": (25.0, 0.8),
    "one_matter": (26.0, 0.4),
    "comprehensive": (11.0, 0.9),
}
"""The more particular kind first; at all others the configuration's own defaults hold."""


def expected_services(hall: HallConfig) -> dict[str, tuple[float, float]]:
    """Business id → mean seconds and spread (standard deviation ÷ mean) of a service.

    What the file gives is taken; what it leaves out comes from the windows' kind. A business that special
    windows have as their own, too, is none of the comprehensive windows' kind.
    """
    kinds: dict[str, set[str]] = {}
    for window in hall.windows:
        for code, own in hall.window_serves(window):
            if own:
                kinds.setdefault(code, set()).add(window.kind)
    found = {}
    for business, _ in hall.businesses():
        own_kinds, given = kinds.get(business.id, set()), business.model_fields_set
        kind = next((one for one in MINUTES_AND_CV if one in own_kinds and "special" not in own_kinds), "")
        minutes, cv = MINUTES_AND_CV.get(kind, (business.service_minutes, business.service_cv))
        found[business.id] = (
            60.0 * (business.service_minutes if "service_minutes" in given else minutes),
            business.service_cv if "service_cv" in given else cv,
        )
    return found
