"""Letters of the mailing room itself: signing in and showing that an address is one's own."""

from django.utils.translation import gettext_lazy

from mailing.registry import LetterKind

LETTERS = {
    "mailing/login_link": LetterKind(
        gettext_lazy("A mentor, intern or evaluator who asked to sign in, at once."),
        placeholders={
            "link": "https://win4ua.example/logowanie/AbC123/",
            "code": "482913",
            "asked_at": "wtorek, 14 kwietnia 2026, 10:00 (czas warszawski)",
        },
        sealed=frozenset({"code"}),
    ),
    "mailing/code": LetterKind(
        gettext_lazy(
            "An official who wants to see what was typed behind a personal link, at once."
        ),
        placeholders={"code": "482913", "asked_at": "wtorek, 14 kwietnia 2026, 10:00"},
        sealed=frozenset({"code"}),
    ),
}
