"""What a new edition begins with. Every row may be changed in the panel.

Vocabulary of themes, sheets and criteria: the forms of the domain notes (sections 3.3, 5.2, 6.4
and 8.1). Each row: code, Polish, Ukrainian, English, and what the kind of row needs besides.
"""

from decimal import Decimal

from programme.enums import AnswerKind, ConsentKind, ReportKind, Side

Names = tuple[str, str, str, str]

THEMES: tuple[Names, ...] = (
    (
        "management",
        "zarządzanie i strategia",
        "управління і стратегія",
        "management and strategy",
    ),
    (
        "eu_funds",
        "fundusze UE i projekty",
        "фонди ЄС і проєкти",
        "EU funds and projects",
    ),
    ("finance", "finanse i podatki", "фінанси і податки", "finance and taxes"),
    ("procurement", "zamówienia publiczne", "публічні закупівлі", "public procurement"),
    ("education", "edukacja", "освіта", "education"),
    (
        "social_health",
        "usługi społeczne i zdrowie",
        "соціальні послуги та здоров’я",
        "social services and health",
    ),
    (
        "veterans",
        "wsparcie weteranów i rodzin",
        "підтримка ветеранів та їхніх родин",
        "support for veterans and families",
    ),
    (
        "displaced",
        "osoby wewnętrznie przesiedlone",
        "внутрішньо переміщені особи",
        "internally displaced people",
    ),
    ("youth_seniors", "młodzież i seniorzy", "молодь і люди старшого віку", "youth and seniors"),
    (
        "civil_protection",
        "ochrona ludności i OSP",
        "цивільний захист і добровільна пожежна охорона",
        "civil protection and voluntary fire brigades",
    ),
    (
        "water",
        "gospodarka wodno-ściekowa",
        "водопостачання і водовідведення",
        "water and sewage",
    ),
    ("waste", "odpady", "поводження з відходами", "waste"),
    ("energy_climate", "energia i klimat", "енергетика і клімат", "energy and climate"),
    ("transport", "transport i drogi", "транспорт і дороги", "transport and roads"),
    (
        "planning",
        "planowanie przestrzenne i odbudowa",
        "просторове планування і відбудова",
        "spatial planning and reconstruction",
    ),
    (
        "economy",
        "gospodarka i przedsiębiorczość",
        "економіка і підприємництво",
        "economy and enterprise",
    ),
    (
        "culture",
        "kultura, sport, turystyka",
        "культура, спорт, туризм",
        "culture, sport, tourism",
    ),
    (
        "digital",
        "cyfryzacja i obsługa mieszkańców",
        "цифровізація й обслуговування мешканців",
        "digital services for residents",
    ),
    (
        "participation",
        "partycypacja i NGO",
        "участь громадян і громадські організації",
        "participation and NGOs",
    ),
    (
        "communication",
        "komunikacja i promocja",
        "комунікація і промоція",
        "communication and promotion",
    ),
    (
        "international",
        "współpraca międzynarodowa",
        "міжнародна співпраця",
        "international cooperation",
    ),
    ("accessibility", "dostępność", "доступність", "accessibility"),
)

MERIT_CRITERIA: tuple[tuple[Names, int], ...] = (
    (
        (
            "motivation",
            "motywacja i jasność celu nauki",
            "мотивація та чіткість навчальної мети",
            "motivation and clarity of the learning goal",
        ),
        20,
    ),
    (
        (
            "problem",
            "znaczenie problemu dla hromady",
            "важливість проблеми для громади",
            "importance of the problem for the hromada",
        ),
        20,
    ),
    (
        (
            "project",
            "pomysł na projekt i jego wykonalność",
            "ідея проєкту та її здійсненність",
            "project idea and its feasibility",
        ),
        20,
    ),
    (
        (
            "change",
            "możliwość wprowadzenia zmian (stanowisko, zespół, umocowanie)",
            "здатність упроваджувати зміни (посада, команда, повноваження)",
            "ability to bring change (post, team, mandate)",
        ),
        15,
    ),
    (
        (
            "support",
            "wsparcie kierownictwa",
            "підтримка керівництва",
            "support of the leadership",
        ),
        10,
    ),
    (
        (
            "partnership",
            "perspektywy partnerstwa z polskim samorządem",
            "перспективи партнерства з польським муніципалітетом",
            "prospects of partnership with a Polish municipality",
        ),
        10,
    ),
    (
        (
            "experience",
            "doświadczenie międzynarodowe i języki",
            "міжнародний досвід і мови",
            "experience abroad and languages",
        ),
        5,
    ),
)

GRANT_CRITERIA: tuple[tuple[Names, int], ...] = (
    (
        (
            "need",
            "potrzeba i zgodność ze strategią hromady",
            "потреба й відповідність стратегії громади",
            "need and fit with the hromada's strategy",
        ),
        20,
    ),
    (
        (
            "learning",
            "związek z tym, czego nauczono się podczas stażu",
            "зв’язок із тим, чого навчилися під час стажування",
            "link with what was learned in the internship",
        ),
        15,
    ),
    (
        (
            "logic",
            "cele, logika, rezultaty i wskaźniki",
            "цілі, логіка, результати й показники",
            "goals, logic, results and indicators",
        ),
        20,
    ),
    (
        (
            "partner",
            "udział polskiego partnera i perspektywy partnerstwa",
            "участь польського партнера й перспективи партнерства",
            "part of the Polish partner and prospects of partnership",
        ),
        15,
    ),
    (
        (
            "feasibility",
            "wykonalność, harmonogram, ryzyko i bezpieczeństwo",
            "здійсненність, графік, ризики й безпека",
            "feasibility, schedule, risk and security",
        ),
        10,
    ),
    (
        (
            "budget",
            "budżet: oszczędność i kwalifikowalność",
            "бюджет: ощадливість і прийнятність витрат",
            "budget: economy and eligibility",
        ),
        15,
    ),
    (
        (
            "durability",
            "trwałość i upowszechnianie",
            "сталість і поширення результатів",
            "durability and dissemination",
        ),
        5,
    ),
)

BUDGET_CATEGORIES: tuple[tuple[Names, Decimal | None], ...] = (
    (
        (
            "personnel",
            "personel i eksperci",
            "персонал та експерти",
            "personnel and experts",
        ),
        None,
    ),
    (
        (
            "equipment",
            "sprzęt i materiały",
            "обладнання та матеріали",
            "equipment and materials",
        ),
        None,
    ),
    (
        (
            "services",
            "usługi (szkolenia, druk, IT, tłumaczenia)",
            "послуги (навчання, друк, ІТ, переклад)",
            "services (training, printing, IT, translation)",
        ),
        None,
    ),
    (
        (
            "travel",
            "podróże i pobyt",
            "проїзд і проживання",
            "travel and stay",
        ),
        None,
    ),
    (
        (
            "promotion",
            "promocja i oznakowanie",
            "промоція та маркування",
            "promotion and visibility",
        ),
        None,
    ),
    (
        (
            "administration",
            "koszty administracyjne",
            "адміністративні витрати",
            "administrative costs",
        ),
        Decimal(15),
    ),
)

FORMAL_CRITERIA: tuple[tuple[str, Names], ...] = (
    (
        Side.INTERN,
        (
            "population",
            "Liczba mieszkańców hromady nie przekracza limitu edycji.",
            "Кількість мешканців громади не перевищує ліміту хвилі програми.",
            "The population of the hromada is within the limit of the edition.",
        ),
    ),
    (
        Side.INTERN,
        (
            "territory",
            "Hromada leży na terytorium kontrolowanym albo jej organ został przeniesiony.",
            "Громада розташована на контрольованій території або її орган переміщено.",
            "The hromada lies on controlled territory, or its body has been relocated.",
        ),
    ),
    (
        Side.INTERN,
        (
            "position",
            "Kandydat lub kandydatka pracuje co najmniej na średnim szczeblu kierowniczym.",
            "Кандидат або кандидатка обіймає щонайменше середню керівну посаду.",
            "The candidate holds at least a middle management post.",
        ),
    ),
    (
        Side.INTERN,
        (
            "nomination",
            "List polecający podpisał kierownik organu.",
            "Лист-направлення підписав керівник органу.",
            "The letter of nomination is signed by the head.",
        ),
    ),
    (
        Side.INTERN,
        (
            "complete",
            "Zgłoszenie jest kompletne.",
            "Заявка повна.",
            "The application is complete.",
        ),
    ),
    (
        Side.INTERN,
        (
            "in_time",
            "Zgłoszenie wpłynęło w terminie.",
            "Заявку подано вчасно.",
            "The application came in time.",
        ),
    ),
    (
        Side.INTERN,
        (
            "first_time",
            "Osoba nie była wcześniej na stażu w programie.",
            "Особа раніше не проходила стажування в програмі.",
            "The person has not been an intern of the programme before.",
        ),
    ),
    (
        Side.INTERN,
        (
            "regulations",
            "Regulamin programu został zaakceptowany.",
            "Положення про програму прийнято.",
            "The regulations of the programme are accepted.",
        ),
    ),
    (
        Side.INTERN,
        (
            "availability",
            "Osoba jest dostępna we wszystkich terminach.",
            "Особа доступна в усі дати.",
            "The person is available on all dates.",
        ),
    ),
)

REQUIRED_DOCUMENTS: tuple[tuple[str, Names], ...] = (
    (
        Side.INTERN,
        (
            "nomination_letter",
            "list polecający podpisany przez kierownika",
            "лист-направлення за підписом керівника",
            "letter of nomination signed by the head",
        ),
    ),
    (
        Side.INTERN,
        (
            "business_trip_order",
            "rozporządzenie o delegacji służbowej",
            "розпорядження про службове відрядження",
            "order for the official business trip",
        ),
    ),
    (
        Side.HOST,
        (
            "declaration",
            "deklaracja udziału",
            "декларація про участь",
            "declaration of participation",
        ),
    ),
    (
        Side.GRANT,
        (
            "signature_page",
            "karta podpisów kierownika",
            "сторінка з підписом керівника",
            "signature page of the head",
        ),
    ),
    (
        Side.GRANT,
        (
            "partner_declaration",
            "deklaracja partnera",
            "декларація партнера",
            "declaration of the partner",
        ),
    ),
    (
        Side.GRANT,
        (
            "bank_details",
            "dane rachunku bankowego",
            "реквізити банківського рахунку",
            "bank details",
        ),
    ),
)

REPORT_QUESTIONS: tuple[tuple[str, str, Names], ...] = tuple(
    (report, answer, names)
    for report, names_of_report in {
        ReportKind.INTERN: (
            (
                AnswerKind.SCALE,
                (
                    "satisfaction",
                    "Jak oceniają Państwo cały staż?",
                    "Як Ви оцінюєте стажування загалом?",
                    "How do you rate the internship as a whole?",
                ),
            ),
            (
                AnswerKind.SCALE,
                (
                    "mentor",
                    "Jak oceniają Państwo opiekę mentora?",
                    "Як Ви оцінюєте підтримку ментора?",
                    "How do you rate the support of the mentor?",
                ),
            ),
            (
                AnswerKind.TEXT,
                (
                    "learned",
                    "Czego się Państwo nauczyli?",
                    "Чого Ви навчилися?",
                    "What have you learned?",
                ),
            ),
            (
                AnswerKind.TEXT,
                (
                    "use",
                    "Jak wykorzystają Państwo to doświadczenie w hromadzie?",
                    "Як Ви використаєте цей досвід у громаді?",
                    "How will you use this experience in your hromada?",
                ),
            ),
        ),
        ReportKind.MENTOR: (
            (
                AnswerKind.SCALE,
                (
                    "satisfaction",
                    "Jak oceniają Państwo przebieg stażu?",
                    "Як Ви оцінюєте перебіг стажування?",
                    "How do you rate the course of the internship?",
                ),
            ),
            (
                AnswerKind.TEXT,
                (
                    "opinion",
                    "Opinia mentora o stażu",
                    "Відгук ментора про стажування",
                    "Mentor's opinion on the internship",
                ),
            ),
        ),
        ReportKind.HOST: (
            (
                AnswerKind.SCALE,
                (
                    "satisfaction",
                    "Jak oceniają Państwo udział w programie?",
                    "Як Ви оцінюєте участь у програмі?",
                    "How do you rate taking part in the programme?",
                ),
            ),
            (
                AnswerKind.TEXT,
                (
                    "partnership",
                    "Jakie są perspektywy dalszej współpracy z hromadą?",
                    "Які перспективи подальшої співпраці з громадою?",
                    "What are the prospects of further cooperation with the hromada?",
                ),
            ),
        ),
    }.items()
    for answer, names in names_of_report
)

PRIVACY_TICK = (
    "Zapoznałam/em się z informacją o przetwarzaniu danych osobowych.",
    "Я ознайомився/лася з інформацією про обробку персональних даних.",
    "I have read the information on the processing of personal data.",
)

CONSENTS: tuple[tuple[str, bool, tuple[str, str, str]], ...] = (
    (ConsentKind.PRIVACY_HOST, True, PRIVACY_TICK),
    (ConsentKind.PRIVACY_MENTOR, True, PRIVACY_TICK),
    (ConsentKind.PRIVACY_INTERN, True, PRIVACY_TICK),
    (ConsentKind.PRIVACY_EVALUATOR, True, PRIVACY_TICK),
    (ConsentKind.PRIVACY_GRANT, True, PRIVACY_TICK),
    (
        ConsentKind.TRUTH,
        True,
        (
            "Oświadczam, że podane dane są prawdziwe i że działam za wiedzą kierownika jednostki.",
            "Заявляю, що подані дані правдиві й що дію з відома керівника установи.",
            "I declare that the answers are true and that the head of the office knows of them.",
        ),
    ),
    (
        ConsentKind.ROLES,
        True,
        (
            "Zapoznałam/em się z opisem ról samorządu goszczącego, mentora i organizatora.",
            "Я ознайомився/лася з описом ролей приймаючого муніципалітету, ментора й організатора.",
            "I have read the description of the roles of host municipality, mentor and organiser.",
        ),
    ),
    (
        ConsentKind.REGULATIONS,
        True,
        (
            "Zapoznałam/em się z regulaminem programu i go akceptuję.",
            "Я ознайомився/лася з Положенням про програму і приймаю його.",
            "I have read the regulations of the programme and accept them.",
        ),
    ),
    (
        ConsentKind.PARTICIPATION,
        True,
        (
            "Zobowiązuję się wziąć udział we wszystkich etapach i złożyć sprawozdanie.",
            "Зобов’язуюся взяти участь у всіх етапах і подати звіт.",
            "I commit myself to take part in all stages and to hand in a report.",
        ),
    ),
    (
        ConsentKind.NEWS,
        False,
        (
            "Chcę otrzymywać informacje o programie.",
            "Хочу отримувати новини програми.",
            "I would like to receive news of the programme.",
        ),
    ),
    (
        ConsentKind.LISTING,
        False,
        (
            "Zgadzam się na podanie nazwy jednostki na liście zainteresowanych samorządów.",
            "Погоджуюся на зазначення назви установи у списку зацікавлених муніципалітетів.",
            "I agree that the municipality is named on the list of those interested.",
        ),
    ),
    (
        ConsentKind.IMAGE,
        False,
        (
            "Zgadzam się na wykorzystanie mojego wizerunku w informacjach o programie.",
            "Погоджуюся на використання мого зображення в матеріалах про програму.",
            "I agree to the use of my image in information on the programme.",
        ),
    ),
    (
        ConsentKind.RESERVE,
        False,
        (
            "Zgadzam się na umieszczenie na liście rezerwowej.",
            "Погоджуюся бути в резервному списку.",
            "I agree to stand on the reserve list.",
        ),
    ),
    (
        ConsentKind.SPECIAL_NEEDS,
        False,
        (
            "Zgadzam się na przetwarzanie podanych dobrowolnie informacji o szczególnych "
            "potrzebach w celu ich uwzględnienia.",
            "Погоджуюся на обробку добровільно поданої інформації про особливі потреби, щоб їх "
            "було враховано.",
            "I agree to the processing of what I have told of my own will about special needs, so "
            "that they can be met.",
        ),
    ),
)
