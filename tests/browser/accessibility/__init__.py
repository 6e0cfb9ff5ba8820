"""Pages that everybody can use: axe, and W01-W27 of security.md 5.2.

| id | where | what only a person can judge |
|---|---|---|
| W01, W02 | `checks.keyboard` | whether the order makes sense |
| W03 | `checks.targets`, axe target-size | |
| W04, W05, W06 | `checks.reflow`, `checks.stretched` | |
| W07 | `use.hover`: nothing is shown by pointer or focus alone | |
| W08 | `use.presses`; the rank list by buttons is in `test_survey_parts.py` | |
| W09 | `checks.letters` | |
| W10 | `use.time`: no page ends by itself; FT-20 | nothing warns before a session ends |
| W11 | `checks.motion` | |
| W12 | `Visitor._furniture` | |
| W13 | `checks.errors` | whether the sentence helps |
| W14 | `use.final` | whether the summary is understood |
| W15 | `use.prefilled` | whether two questions ask the same in other words |
| W16, W18, W22 | `checks.fields` | |
| W17 | `use.live`, `use.says_what_is_saved` | whether it is heard at the right moment |
| W19 | `checks.language` | whether it is good Polish and good Ukrainian |
| W20 | `use.ways` | |
| W21 | `tests/browser/test_survey.py` and others, without JavaScript | |
| W23 | `use.combobox` | how a real screen reader reads it |
| W24 | snapshots, `checks.fields` | the same |
| W25 | `test_letters.py` | |
| W26 | tests of the PDF documents: tagged, with title and language | |
| W27 | `checks.topic` | |

NVDA, VoiceOver, speech control and a reader who grew up with Ukrainian: people, before a release.
"""
