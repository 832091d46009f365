"""What the settings mean to the rule that decides who is called next (hall/rules/dispatcher.py).

One reading for the hall's book and for the twin, so that both ask in the same way.
"""

from collections.abc import Iterable, Mapping

from hall.config_model import BusinessGuarantee, ElderlyClaim, ElderlyWindows, Prefers, Rules
from hall.rules.dispatcher import Asker, Guarantee, Preference
from hall.rules.tickets import VisitorClass


def guarantee_of(rules: Rules, own: Iterable[tuple[int, BusinessGuarantee]]) -> Guarantee:
    """The hall's guarantee with those of its businesses (id, what it says itself); a business keeps the
    hall's where it says nothing.
    """
    usual = rules.guarantee
    by_business = {
        business_id: Guarantee(
            usual.elderly_share if one.elderly_share is None else one.elderly_share,
            60.0 * (usual.ordinary_minutes if one.ordinary_minutes is None else one.ordinary_minutes),
        )
        for business_id, one in own
        if one != BusinessGuarantee()
    }
    return Guarantee(usual.elderly_share, 60.0 * usual.ordinary_minutes, by_business)


def preference_of(prefers: Prefers | None, ids: Mapping[str, int]) -> Preference | None:
    """A window's preference with the ids of businesses; those that are no longer there are left out."""
    if prefers is None:
        return None
    businesses = frozenset(ids[code] for code in prefers.businesses if code in ids)
    return Preference(businesses, frozenset(VisitorClass(one) for one in prefers.classes), prefers.within)


def claim_of(rules: Rules, kinds: Iterable[str]) -> ElderlyClaim:
    """How the elderly's promise counts in a hall with windows of these kinds: everywhere alike, where no
    special and no elderly-priority window could take them sooner.
    """
    if {"special", "elderly"}.isdisjoint(kinds):
        return rules.elderly_claim.model_copy(update={"elsewhere": "promised"})
    return rules.elderly_claim


def asker_of(
    kind: str,
    own: frozenset[int],
    preference: Preference | None,
    elderly: ElderlyWindows,
    claim: ElderlyClaim,
) -> Asker:
    """A window of this kind as the dispatcher sees it; only a special window has work of its own."""
    own = own if kind == "special" else frozenset()
    return Asker(
        kind == "elderly",
        own,
        preference,
        frozenset(VisitorClass(one) for one in elderly.first),
        elderly.others == "never",
        elderly.first_from,
        claim.special_share if own else 1.0,
        claim.elsewhere == "ordinary" and not own,
    )
