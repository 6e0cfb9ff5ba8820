"""Words that a new edition begins with, as drafts: nobody sees them before staff publish them.

Introduction, preparation and questions say what public pages and the letter of the programme say
(domain notes, sections 1 to 3). Roles, privacy and the rules on leaving Ukraine are proposals of
ours: the organiser, its lawyer and its data protection officer have to confirm or change them.
"""

from programme.enums import EditionTextKey

Words = tuple[str, str, str]

PRIVACY_KEYS = tuple(key.value for key in EditionTextKey if key.value.startswith("privacy"))
FACTS = frozenset({EditionTextKey.INTRODUCTION, EditionTextKey.PREPARATION})

TEXTS: dict[str, Words] = {
    EditionTextKey.INTRODUCTION: (
        "Staże odbywają się od 2022 roku. Osoby, które na co dzień kierują pracą ukraińskich "
        "hromad, rozwijają w polskich gminach umiejętności potrzebne do modernizacji samorządu i "
        "współpracy międzynarodowej, w czasie reformy decentralizacyjnej i przystępowania "
        "Ukrainy do Unii Europejskiej.",
        "Стажування відбуваються з 2022 року. Люди, які щодня керують роботою українських громад, "
        "здобувають у польських ґмінах уміння, потрібні для модернізації місцевого самоврядування "
        "та міжнародної співпраці, у час реформи децентралізації і вступу України до "
        "Європейського Союзу.",
        "Internships have taken place since 2022. People who lead the daily work of Ukrainian "
        "hromadas gain in Polish municipalities the skills that are needed to modernise local "
        "government and to cooperate internationally, in the time of the decentralisation reform "
        "and of Ukraine's accession to the European Union.",
    ),
    EditionTextKey.PREPARATION: (
        "Program ma cztery części:\n\n"
        "- nabór: najpierw polskie i ukraińskie samorządy, potem kandydatki i kandydaci;\n"
        "- przygotowanie: kurs języka polskiego oraz webinaria o polskim modelu samorządu, o "
        "przystąpieniu do Unii Europejskiej i o zarządzaniu projektami;\n"
        "- spotkanie inauguracyjne na początku stażu;\n"
        "- spotkanie podsumowujące na jego końcu.",
        "Програма має чотири частини:\n\n"
        "- набір: спершу польські та українські органи самоврядування, потім кандидатки й "
        "кандидати;\n"
        "- підготовка: курс польської мови та вебінари про польську модель самоврядування, про "
        "вступ до Європейського Союзу і про управління проєктами;\n"
        "- інавгураційна зустріч на початку стажування;\n"
        "- підсумкова зустріч наприкінці.",
        "The programme has four parts:\n\n"
        "- recruitment: first Polish and Ukrainian local governments, then candidates;\n"
        "- preparation: a course of Polish, and webinars on the Polish model of local government, "
        "on accession to the European Union and on project management;\n"
        "- the inaugural meeting at the beginning of the internship;\n"
        "- the closing meeting at its end.",
    ),
    EditionTextKey.HOST_ROLE: (
        "Gmina:\n\n"
        "- wyznacza mentora lub mentorkę oraz osobę na zastępstwo;\n"
        "- zapewnia miejsce pracy: biurko, komputer i dostęp do internetu;\n"
        "- szkoli z bezpieczeństwa i higieny pracy oraz z ochrony danych;\n"
        "- układa z organizatorem plan stażu i umożliwia wizyty w swoich jednostkach;\n"
        "- pomaga znaleźć nocleg;\n"
        "- po stażu składa krótkie sprawozdanie i jest gotowa do dalszej współpracy z hromadą.",
        "Ґміна:\n\n"
        "- призначає ментора або менторку та особу, яка за потреби замінить їх;\n"
        "- надає робоче місце: стіл, комп’ютер і доступ до інтернету;\n"
        "- проводить інструктаж з охорони праці та захисту даних;\n"
        "- разом з організатором складає план стажування і забезпечує візити до своїх установ;\n"
        "- допомагає знайти житло;\n"
        "- після стажування подає короткий звіт і готова до подальшої співпраці з громадою.",
        "The municipality:\n\n"
        "- names a mentor, and somebody who can stand in;\n"
        "- gives a place to work: a desk, a computer and access to the internet;\n"
        "- instructs in safety at work and in data protection;\n"
        "- makes the plan of the internship with the organiser, and arranges visits to its units;\n"
        "- helps to find lodging;\n"
        "- hands in a short report afterwards, and is ready to go on working with the hromada.",
    ),
    EditionTextKey.MENTOR_ROLE: (
        "Mentor lub mentorka pomaga poznać samorząd i zadomowić się w miejscowości: bierze udział "
        "w spotkaniu inauguracyjnym i podsumowującym, układa ze stażystką lub stażystą plan, "
        "rozmawia o nim co tydzień, potwierdza obecność i dziennik, wspiera pomysł na projekt i "
        "pisze opinię na koniec.",
        "Ментор або менторка допомагає пізнати самоврядування й освоїтися в місті: бере участь в "
        "інавгураційній і підсумковій зустрічах, складає зі стажисткою чи стажистом план, щотижня "
        "обговорює його, підтверджує присутність і щоденник, підтримує ідею проєкту та пише "
        "відгук наприкінці.",
        "The mentor helps to get to know local government and to settle in the town: takes part "
        "in the inaugural and the closing meeting, makes the plan with the intern, talks about it "
        "every week, confirms attendance and diary, supports the idea of a project, and writes an "
        "opinion at the end.",
    ),
    EditionTextKey.HROMADA_ROLE: (
        "Kierownictwo hromady wskazuje kandydatkę lub kandydata i potwierdza kandydaturę. Osoba "
        "wskazana sama wypełnia zgłoszenie i bierze udział w rozmowie. Po stażu hromada może "
        "ubiegać się o mały projekt z polskim partnerem.",
        "Керівництво громади визначає кандидатку чи кандидата і підтверджує кандидатуру. Визначена "
        "особа сама заповнює заявку і бере участь у співбесіді. Після стажування громада може "
        "подати заявку на малий проєкт із польським партнером.",
        "The leadership of the hromada designates the candidate and confirms the candidacy. The "
        "person fills in the application and takes part in the interview. After the internship "
        "the hromada may apply for a small project with a Polish partner.",
    ),
    EditionTextKey.ORGANISER_ROLE: (
        "Fundacja Solidarności Międzynarodowej prowadzi nabór i przygotowanie, dobiera pary, "
        "zawiera umowy, organizuje spotkania, jest w kontakcie z obiema stronami przez cały staż "
        "i wydaje zaświadczenia. Związek Miast Polskich i Związek Gmin Wiejskich RP zapraszają "
        "gminy do udziału.",
        "Фонд міжнародної солідарності проводить набір і підготовку, добирає пари, укладає угоди, "
        "організовує зустрічі, підтримує зв’язок з обома сторонами протягом усього стажування і "
        "видає сертифікати. Союз польських міст і Союз сільських ґмін Республіки Польща "
        "запрошують ґміни до участі.",
        "Fundacja Solidarności Międzynarodowej recruits and prepares, makes the pairs, concludes "
        "the agreements, organises the meetings, stays in touch with both sides through the whole "
        "internship, and issues the certificates. Związek Miast Polskich and Związek Gmin "
        "Wiejskich RP invite the municipalities.",
    ),
    EditionTextKey.LEAVING_UKRAINE: (
        "Osoby, które zajmują stanowiska w samorządzie, wyjeżdżają za granicę na podstawie "
        "delegacji służbowej. Przed spotkaniem inauguracyjnym hromada wydaje rozporządzenie o "
        "delegacji. Zasady się zmieniają; rozstrzygają przepisy obowiązujące w dniu wyjazdu. "
        "Nie prosimy o żadne dokumenty wojskowe.",
        "Посадові особи місцевого самоврядування виїжджають за кордон у службове відрядження. До "
        "інавгураційної зустрічі громада видає розпорядження про службове відрядження. Правила "
        "змінюються; вирішальними є норми, чинні на день виїзду. Жодних військових документів ми "
        "не просимо.",
        "Officials of local government leave the country on an official business trip. The "
        "hromada issues the order for the trip before the inaugural meeting. The rules change; "
        "what counts is the law on the day of departure. We ask for no military documents.",
    ),
    EditionTextKey.PRIVACY: (
        "Fundacja Solidarności Międzynarodowej, ul. Wołodyjowskiego 69a, 02-724 Warszawa, "
        "KRS 0000024453.",
        "Fundacja Solidarności Międzynarodowej, ul. Wołodyjowskiego 69a, 02-724 Warszawa, "
        "KRS 0000024453.",
        "Fundacja Solidarności Międzynarodowej, ul. Wołodyjowskiego 69a, 02-724 Warszawa, Poland, "
        "KRS 0000024453.",
    ),
    EditionTextKey.PRIVACY_BASES: (
        "- **Osoby kontaktowe gmin**: imię, nazwisko, stanowisko, służbowy e-mail i telefon, "
        "odpowiedzi w ankiecie. Cel: nabór gmin. Podstawa: prawnie uzasadniony interes, "
        "art. 6 ust. 1 lit. f RODO.\n"
        "- **Mentorki i mentorzy**: dane podaje pracodawca. Cel: opieka nad stażem. Podstawa: "
        "art. 6 ust. 1 lit. f RODO; informujemy zgodnie z art. 14.\n"
        "- **Kandydatki, kandydaci, stażystki i stażyści**: zgłoszenie, oceny, harmonogram, "
        "dziennik, sprawozdania. Cel: wybór i przebieg stażu. Podstawa: działania przed zawarciem "
        "umowy i jej wykonanie, art. 6 ust. 1 lit. b.\n"
        "- **Zdrowie, dieta, szczególne potrzeby**: tylko po wyborze i za odrębną zgodą, "
        "art. 9 ust. 2 lit. a.\n"
        "- **Wizerunek**: tylko za odrębną zgodą, którą można wycofać, art. 6 ust. 1 lit. a.\n"
        "- **Ekspertki i eksperci**: wykonanie umowy, art. 6 ust. 1 lit. b.\n"
        "- **Małe projekty**: wykonanie umowy oraz obowiązki księgowe, art. 6 ust. 1 lit. b i c.",
        "- **Контактні особи ґмін**: ім’я, прізвище, посада, службова пошта й телефон, відповіді "
        "анкети. Мета: набір ґмін. Підстава: законний інтерес, ст. 6 п. 1 літ. f GDPR.\n"
        "- **Менторки й ментори**: дані надає роботодавець. Мета: супровід стажування. Підстава: "
        "ст. 6 п. 1 літ. f GDPR; ми інформуємо відповідно до ст. 14.\n"
        "- **Кандидатки, кандидати, стажистки і стажисти**: заявка, оцінки, графік, щоденник, "
        "звіти. Мета: відбір і перебіг стажування. Підстава: дії до укладення договору і його "
        "виконання, ст. 6 п. 1 літ. b.\n"
        "- **Здоров’я, дієта, особливі потреби**: лише після відбору і за окремою згодою, "
        "ст. 9 п. 2 літ. a.\n"
        "- **Зображення**: лише за окремою згодою, яку можна відкликати, ст. 6 п. 1 літ. a.\n"
        "- **Експертки й експерти**: виконання договору, ст. 6 п. 1 літ. b.\n"
        "- **Малі проєкти**: виконання договору та бухгалтерські обов’язки, ст. 6 п. 1 літ. b і c.",
        "- **Contact persons of municipalities**: name, position, office e-mail and telephone, "
        "answers of the survey. Purpose: recruitment of hosts. Basis: legitimate interest, "
        "Article 6(1)(f) GDPR.\n"
        "- **Mentors**: the data come from the employer. Purpose: care for the internship. Basis: "
        "Article 6(1)(f) GDPR; we inform as Article 14 asks.\n"
        "- **Candidates and interns**: application, evaluation, schedule, diary, reports. Purpose: "
        "selection and course of the internship. Basis: steps before a contract and its "
        "performance, Article 6(1)(b).\n"
        "- **Health, diet, special needs**: only after selection and with a separate consent, "
        "Article 9(2)(a).\n"
        "- **Image**: only with a separate consent that can be withdrawn, Article 6(1)(a).\n"
        "- **Evaluators**: performance of a contract, Article 6(1)(b).\n"
        "- **Small projects**: performance of a contract and accounting duties, "
        "Article 6(1)(b) and (c).",
    ),
    EditionTextKey.PRIVACY_RECIPIENTS: (
        "Dane widzą osoby pracujące przy programie oraz eksperci, każdy tylko to, czego wymaga "
        "jego praca. Gmina goszcząca i mentor widzą dane osoby, którą im proponujemy. "
        "Ministerstwo Spraw Zagranicznych, które finansuje program i jest odrębnym "
        "administratorem, może widzieć dane w ramach monitorowania i kontroli. Korzystamy z "
        "dostawców serwera i poczty, z którymi mamy umowy powierzenia.",
        "Дані бачать особи, які працюють над програмою, та експерти, кожен лише те, чого потребує "
        "його робота. Ґміна, яка приймає, і ментор бачать дані особи, яку ми їм пропонуємо. "
        "Міністерство закордонних справ Польщі, яке фінансує програму і є окремим контролером, "
        "може бачити дані під час моніторингу й контролю. Ми користуємося послугами постачальників "
        "сервера та пошти, з якими укладено договори про обробку даних.",
        "Staff of the programme and evaluators see the data, each only what their work needs. The "
        "host municipality and its mentor see the data of the person whom we propose to them. The "
        "Ministry of Foreign Affairs, which funds the programme and is a controller of its own, "
        "may see data for monitoring and control. Providers of our server and mail work for us "
        "under contracts on processing.",
    ),
    EditionTextKey.PRIVACY_TRANSFER: (
        "Ukraina nie jest objęta decyzją Komisji Europejskiej o odpowiednim stopniu ochrony. Dane "
        "przekazujemy hromadom tylko wtedy, gdy jest to potrzebne do zawarcia lub wykonania umowy "
        "z osobą, której dotyczą, lub w jej interesie (art. 49 ust. 1 lit. b i c RODO).",
        "Щодо України немає рішення Європейської комісії про належний рівень захисту. Дані "
        "передаються громадам лише тоді, коли це потрібно для укладення чи виконання договору з "
        "особою, якої вони стосуються, або в її інтересах (ст. 49 п. 1 літ. b і c GDPR).",
        "There is no adequacy decision of the European Commission for Ukraine. Data go to hromadas "
        "only when that is needed to conclude or perform a contract with the person concerned, or "
        "in that person's interest (Article 49(1)(b) and (c) GDPR).",
    ),
}

# code, questions, answers; each in Polish, Ukrainian, English
QUESTIONS: tuple[tuple[str, Words, Words], ...] = (
    (
        "who_hosts",
        (
            "Która gmina może przyjąć stażystkę lub stażystę?",
            "Яка ґміна може прийняти стажистку чи стажиста?",
            "Which municipality may host an intern?",
        ),
        (
            "Gmina, której liczba mieszkańców nie przekracza limitu edycji i która jest otwarta na "
            "współpracę partnerską z samorządem z Ukrainy. Limit podajemy na stronie programu, a "
            "liczbę mieszkańców sprawdzamy w rejestrze urzędowym na początku ankiety.",
            "Ґміна, кількість мешканців якої не перевищує ліміту хвилі програми і яка відкрита до "
            "партнерської співпраці з українською громадою. Ліміт вказано на сторінці програми, а "
            "кількість мешканців ми перевіряємо за офіційним реєстром на початку анкети.",
            "A gmina that is not larger than the limit of the edition and that is open to "
            "partnership with a Ukrainian hromada. The limit stands on the programme page; the "
            "number of inhabitants is checked in the official register when the survey begins.",
        ),
    ),
    (
        "survey_saved",
        (
            "Czy ankietę można przerwać i dokończyć później?",
            "Чи можна перервати анкету і завершити її пізніше?",
            "Can the survey be put aside and finished later?",
        ),
        (
            "Tak. Odpowiedzi zapisują się na każdej stronie. Osobisty odnośnik z listu otwiera "
            "przegląd ankiety, a przycisk „Kontynuuj ankietę” prowadzi do pierwszej strony, na "
            "której czegoś brakuje. W innej przeglądarce lub na innym komputerze strona najpierw "
            "poprosi o kod, który wyślemy e-mailem. Konto nie jest potrzebne. Przed wysłaniem "
            "widać wszystkie odpowiedzi na jednej stronie.",
            "Так. Відповіді зберігаються на кожній сторінці. Особисте посилання з листа відкриває "
            "огляд анкети, а кнопка „Продовжити анкету” веде до першої сторінки, на якій чогось "
            "бракує. В іншому браузері або на іншому комп’ютері сторінка спершу попросить код, "
            "який ми надішлемо електронною поштою. Обліковий запис не потрібен. Перед надсиланням "
            "усі відповіді видно на одній сторінці.",
            "Yes. Answers are saved on every page. The personal link from the letter opens an "
            "overview of the survey, and the button “Go on with the survey” leads to the first "
            "page on which something is missing. In another browser or on another computer the "
            "page first asks for a code, which we send by e-mail. No account is needed. Before "
            "sending, all answers stand on one page.",
        ),
    ),
    (
        "after_survey",
        (
            "Co dzieje się po wysłaniu ankiety?",
            "Що відбувається після надсилання анкети?",
            "What happens after the survey is sent?",
        ),
        (
            "Od razu przychodzi potwierdzenie z numerem i kopią odpowiedzi. Potem zapraszamy na "
            "spotkanie informacyjne online: w liście podajemy dwa terminy i gmina wybiera jeden "
            "z nich.",
            "Одразу надходить підтвердження з номером і копією відповідей. Потім ми запрошуємо на "
            "інформаційну онлайн-зустріч: у листі вказано дві дати, з яких ґміна обирає одну.",
            "A receipt with the number and a copy of the answers comes at once. Then we invite to "
            "an online information session: the letter offers two dates, and the municipality "
            "chooses one.",
        ),
    ),
    (
        "mentor",
        (
            "Kto opiekuje się osobą na stażu?",
            "Хто супроводжує особу на стажуванні?",
            "Who looks after the intern?",
        ),
        (
            "Każda osoba ma jednego mentora lub mentorkę, czyli kogoś z urzędu, kto pomaga poznać "
            "samorząd i zadomowić się w miejscowości.",
            "Кожна особа має одного ментора чи менторку, тобто людину з установи, яка допомагає "
            "пізнати самоврядування й освоїтися в місті.",
            "Each intern has one mentor: somebody from the office who helps to get to know local "
            "government and to settle in the town.",
        ),
    ),
    (
        "language",
        (
            "W jakim języku odbywa się staż?",
            "Якою мовою відбувається стажування?",
            "In which language does the internship take place?",
        ),
        (
            "Przed wyjazdem stażystki i stażyści uczą się języka polskiego; kurs jest częścią "
            "przygotowania.",
            "Перед виїздом стажистки і стажисти вивчають польську мову; курс є частиною "
            "підготовки.",
            "Before they leave, interns learn Polish; the course is part of the preparation.",
        ),
    ),
    (
        "who_applies",
        (
            "Kto w hromadzie może się zgłosić?",
            "Хто в громаді може подати заявку?",
            "Who in a hromada may apply?",
        ),
        (
            "Osoba, która pracuje w organie hromady lub w administracji wojskowej miejscowości co "
            "najmniej na średnim stanowisku kierowniczym. Kandydaturę wskazuje kierownictwo, a "
            "zgłoszenie wypełnia sama kandydatka lub kandydat.",
            "Особа, яка працює в органі місцевого самоврядування громади або у військовій "
            "адміністрації населеного пункту щонайменше на середній керівній посаді. Кандидатуру "
            "визначає керівництво, а заявку кандидатка чи кандидат заповнює самостійно.",
            "Somebody who works in the body of a hromada, or in the military administration of a "
            "town, at least at the level of middle management. The leadership designates the "
            "candidate, who fills in the application.",
        ),
    ),
    (
        "selection",
        (
            "Jak wybierani są kandydaci?",
            "Як відбирають кандидатів?",
            "How are candidates selected?",
        ),
        (
            "W dwóch krokach: najpierw zgłoszenie przez internet, potem rozmowa z ekspertami.",
            "У два кроки: спершу онлайн-заявка, потім співбесіда з експертами.",
            "In two steps: first the application online, then an interview with experts.",
        ),
    ),
    (
        "results",
        (
            "Co zostaje po stażu?",
            "Що залишається після стажування?",
            "What remains after the internship?",
        ),
        (
            "Każda osoba przygotowuje projekt dla swojej hromady. Po stażach hromady mogą ubiegać "
            "się z polskimi partnerami o małe projekty.",
            "Кожна особа готує проєкт для своєї громади. Після стажувань громади разом із "
            "польськими "
            "партнерами можуть подавати заявки на малі проєкти.",
            "Each intern works out a project for the home hromada. After the internships, hromadas "
            "may apply with their Polish partners for small projects.",
        ),
    ),
    (
        "funding",
        (
            "Kto finansuje program?",
            "Хто фінансує програму?",
            "Who funds the programme?",
        ),
        (
            "Program jest finansowany ze środków Ministerstwa Spraw Zagranicznych. Prowadzi go "
            "Fundacja Solidarności Międzynarodowej razem ze Związkiem Miast Polskich i Związkiem "
            "Gmin Wiejskich RP.",
            "Програму фінансує Міністерство закордонних справ Польщі. Її проводить Фонд "
            "міжнародної "
            "солідарності разом із Союзом польських міст і Союзом сільських ґмін Республіки "
            "Польща.",
            "The programme is funded by the Polish Ministry of Foreign Affairs. Fundacja "
            "Solidarności Międzynarodowej runs it together with Związek Miast Polskich and Związek "
            "Gmin Wiejskich RP.",
        ),
    ),
)
