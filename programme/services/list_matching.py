"""Which gmina a row of a list is about."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Prefetch

from programme.enums import ContactRole
from programme.folding import fold
from programme.list_columns import bare_name
from programme.models import Contact, Gmina, Membership

POWIAT_END = "000"


@dataclass
class Found:
    """The gmina of a row; or several that fit, among which a person chooses; or none."""

    gmina: Gmina | None = None
    fits: list[Gmina] = field(default_factory=list)
    is_other_unit: bool = False


class Gminas:
    """All gminas in the register by code and by name, with office, heads and memberships."""

    def __init__(self) -> None:
        heads = Contact.objects.filter(role=ContactRole.HEAD, is_active=True).order_by("pk")
        open_ones = Membership.objects.filter(ended_on=None).order_by("pk")
        self.all = list(
            Gmina.objects.valid()
            .select_related("organisation")
            .prefetch_related(
                Prefetch("organisation__contacts", queryset=heads, to_attr="heads"),
                Prefetch("organisation__memberships", queryset=open_ones, to_attr="open_ones"),
            )
            .order_by("sort_key", "pk")
        )
        self.by_pk = {gmina.pk: gmina for gmina in self.all}
        self.by_code = {gmina.teryt[:6]: gmina for gmina in self.all}
        self.by_name: dict[str, list[Gmina]] = defaultdict(list)
        for gmina in self.all:
            self.by_name[gmina.search_text].append(gmina)

    def find(self, told: Mapping[str, str]) -> Found:
        """By TERYT of 6 or 7 digits, also without the zero that spreadsheets drop; else by name.

        A code whose gmina has quite another name is not believed: a person chooses.
        """
        by_name = self._named(told)
        code = "".join(told.get("teryt", "").split())
        if code and not (code.isascii() and code.isdigit() and len(code) <= 7):
            return Found(fits=by_name)
        if code:
            if code.zfill(7).endswith(POWIAT_END) or len(code) <= 4:
                return Found(is_other_unit=True)
            coded = self._coded(code)
            name = bare_name(told.get("name", ""))
            agreeing = [gmina for gmina in coded if not name or _alike(gmina.search_text, name)]
            if len(agreeing) == 1:
                return Found(agreeing[0])
            return Found(fits=_without_twins(coded + by_name))
        if len(by_name) == 1:
            return Found(by_name[0])
        return Found(fits=by_name)

    def _coded(self, code: str) -> list[Gmina]:
        """Seven digits are read by their first six; six may be seven without the first zero."""
        keys = {7: [code[:6]], 6: [code, "0" + code[:5]], 5: ["0" + code]}.get(len(code), [])
        return [self.by_code[key] for key in keys if key in self.by_code]

    def _named(self, told: Mapping[str, str]) -> list[Gmina]:
        found = self.by_name.get(bare_name(told.get("name", "")), [])
        found = found or self.by_name.get(fold(told.get("name", "")), [])
        for column, area in (("powiat", "powiat"), ("voivodeship", "voivodeship")):
            wanted = _bare_area(told.get(column, ""))
            if wanted:
                found = [each for each in found if _bare_area(getattr(each, area)) == wanted]
        return found


def _bare_area(text: str) -> str:
    return fold(text).removeprefix("powiat ").removeprefix("wojewodztwo ")


def _alike(one: str, other: str) -> bool:
    return one in other or other in one


def _without_twins(gminas: list[Gmina]) -> list[Gmina]:
    return list({gmina.pk: gmina for gmina in gminas}.values())
