"""Register files made for tests: whole in shape and size, invented in content."""

from pathlib import Path

SHARED = Path(__file__).resolve().parents[3] / "shared" / "registers"
FILES = Path(__file__).parent / "files"
TERC_HEADER = "WOJ;POW;GMI;RODZ;NAZWA;NAZWA_DOD;STAN_NA"


def terc_lines(count: int = 2_400, day: str = "2026-01-01") -> list[str]:
    """Lines of a TERC csv with so many rural gminas, 90 to a powiat, 30 powiats at most."""
    lines = [TERC_HEADER, f"10;;;;ŁÓDZKIE;województwo;{day}"]
    for number in range(count):
        powiat, gmina = divmod(number, 90)
        if not gmina:
            lines.append(f"10;{powiat + 1:02};;;powiat {powiat + 1};powiat;{day}")
        lines.append(f"10;{powiat + 1:02};{gmina + 1:02};2;Gmina {number};gmina wiejska;{day}")
    return lines


def terc(lines: list[str]) -> bytes:
    """The csv as it is downloaded: byte order mark, CRLF, an empty last line."""
    return ("\ufeff" + "\r\n".join(lines) + "\r\n\r\n").encode()


def bdl(count: int = 2_400, value: int = 15_000, skip: int = 0) -> bytes:
    """A wide BDL table for the gminas of `terc_lines`; the first `skip` are left out."""
    lines = ['"Kod";"Nazwa";"ogółem";"0-4";', '1000000;"ŁÓDZKIE";36000000;1;']
    for number in range(skip, count):
        powiat, gmina = divmod(number, 90)
        lines.append(f'10{powiat + 1:02}{gmina + 1:02}2;"Gmina {number} (2)";{value};1;')
    return ("\r\n".join(lines) + "\r\n").encode()


def katottg(count: int = 1_400) -> bytes:
    """A codifier as csv with so many hromadas, 90 to a raion, each with one village."""
    header = (
        "Перший рівень,Другий рівень,Третій рівень,Четвертий рівень,Додатковий рівень,"
        "Категорія об’єкта,Назва об’єкта"
    )
    oblast = "UA46000000000026241"
    lines = [header, f"{oblast},,,,,O,Львівська"]
    for number in range(count):
        raion_number, place = divmod(number, 90)
        raion = f"UA46{raion_number + 1:02}{'0' * 8}{raion_number + 1:05}"
        if not place:
            lines.append(f"{oblast},{raion},,,,P,Район {raion_number + 1}")
        hromada = f"UA46{raion_number + 1:02}{place + 1:03}00000{number + 10_000:05}"
        village = f"{hromada[:9]}00100{number + 20_000:05}"
        lines.append(f"{oblast},{raion},{hromada},,,H,Громада {number} ")
        lines.append(f"{oblast},{raion},{hromada},{village},,C,Село {number}")
    return "\n".join(lines).encode()
