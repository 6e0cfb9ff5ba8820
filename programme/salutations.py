"""How a letter begins. Titles and forms of address are stored; names are never inflected.

Source: the act on gmina self-government, art. 26 (who is wójt, burmistrz, prezydent) and the usage
of official letters in Polish and Ukrainian.
"""

from mailing.salutations import plain_salutation
from programme.enums import Gender, GminaKind, HeadTitle

F, M = Gender.FEMININE, Gender.MASCULINE

SALUTATIONS: dict[str, dict[tuple[str, str], str]] = {
    "pl": {
        (HeadTitle.PREZYDENT, M): "Szanowny Panie Prezydencie",
        (HeadTitle.PREZYDENT, F): "Szanowna Pani Prezydent",
        (HeadTitle.BURMISTRZ, M): "Szanowny Panie Burmistrzu",
        (HeadTitle.BURMISTRZ, F): "Szanowna Pani Burmistrz",
        (HeadTitle.WOJT, M): "Szanowny Panie Wójcie",
        (HeadTitle.WOJT, F): "Szanowna Pani Wójt",
        (HeadTitle.HOLOVA, M): "Szanowny Panie Przewodniczący",
        (HeadTitle.HOLOVA, F): "Szanowna Pani Przewodnicząca",
        (HeadTitle.NACHALNYK, M): "Szanowny Panie Naczelniku",
        (HeadTitle.NACHALNYK, F): "Szanowna Pani Naczelnik",
    },
    "uk": {
        (HeadTitle.PREZYDENT, M): "Шановний пане президенте",
        (HeadTitle.PREZYDENT, F): "Шановна пані президенте",
        (HeadTitle.BURMISTRZ, M): "Шановний пане бурмістре",
        (HeadTitle.BURMISTRZ, F): "Шановна пані бурмістре",
        (HeadTitle.WOJT, M): "Шановний пане війте",
        (HeadTitle.WOJT, F): "Шановна пані війте",
        (HeadTitle.HOLOVA, M): "Шановний пане голово",
        (HeadTitle.HOLOVA, F): "Шановна пані голово",
        (HeadTitle.NACHALNYK, M): "Шановний пане начальнику",
        (HeadTitle.NACHALNYK, F): "Шановна пані начальнице",
    },
    "en": {
        (HeadTitle.PREZYDENT, M): "Dear Mayor",
        (HeadTitle.PREZYDENT, F): "Dear Mayor",
        (HeadTitle.BURMISTRZ, M): "Dear Mayor",
        (HeadTitle.BURMISTRZ, F): "Dear Mayor",
        (HeadTitle.WOJT, M): "Dear Mayor",
        (HeadTitle.WOJT, F): "Dear Mayor",
        (HeadTitle.HOLOVA, M): "Dear Head of the Hromada",
        (HeadTitle.HOLOVA, F): "Dear Head of the Hromada",
        (HeadTitle.NACHALNYK, M): "Dear Head of the Military Administration",
        (HeadTitle.NACHALNYK, F): "Dear Head of the Military Administration",
    },
}


def salutation(*, language: str, title: str = "", gender: str = "") -> str:
    """The first line of a letter without its comma; the collective form when the gender is open."""
    lines = SALUTATIONS.get(language[:2], SALUTATIONS["en"])
    return lines.get((title, gender)) or plain_salutation(
        language=language[:2], form_of_address=gender
    )


def suggest_title(kind: str) -> str:
    """The title of a head by kind of gmina; empty for an urban one, which may have a prezydent."""
    return {
        GminaKind.RURAL: HeadTitle.WOJT,
        GminaKind.URBAN_RURAL: HeadTitle.BURMISTRZ,
    }.get(GminaKind(kind), "")
