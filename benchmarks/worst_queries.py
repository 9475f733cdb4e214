"""Queries made to be expensive: what somebody types who wants the search to stall, or pastes without looking.

Each takes another way to much work: many misspelt compounds (near spellings of each are looked for), phrases of the
most frequent words, alternatives and exclusions in numbers, short beginnings, filters, words with many synonyms.
"""

from __future__ import annotations

COMPOUNDS = (
    "Sicherheitskonferrenzprotokol", "Ordnungspartnerschaftsvereinbahrung",
    "Grundstücksverkehrsgenehmigungszuständigkeit", "Rechtschreibprüfungseinstelungen",
    "Straßenverkehrszulassungsordnungs", "Aufenthaltsbestimungsrecht",
    "Kommunalverfassungsbeschwerdeverfaren", "Verwaltungsvollstreckungsgesez", "Bebauungsplanverfarensrecht",
    "Datenschutzfolgenabschätsung", "Gefahrenabwehrverordnungsentwurv", "Jugendgerichtshilfevereinbarunk",
    "Versammlungsrechtsangelegenheitten", "Waffenbesitzkartenantragstelung", "Gewerbeuntersagungsverfaren",
    "Nutzungsänderungsgenemigung",
)  # fmt: skip
FREQUENT = (
    "der", "die", "und", "in", "den", "von", "zu", "das", "mit", "sich", "des", "auf", "für", "ist", "im", "dem",
    "nicht", "ein", "eine", "als",
)  # fmt: skip
SYNONYMOUS = (
    "Gesetz", "Antrag", "Behörde", "Datei", "Rechner", "Drucker", "Fehler", "Polizei", "Wohnung", "Frist", "Kosten",
    "Prüfung", "Genehmigung", "Einstellung", "Benutzer", "Passwort",
)  # fmt: skip

WORST = (
    " ".join(COMPOUNDS),
    " ".join(word.lower() for word in reversed(COMPOUNDS)),
    " ".join(f'"{FREQUENT[n]} {FREQUENT[n + 1]} {FREQUENT[n + 2]}"' for n in range(8)),
    " ".join(f'"{" ".join(FREQUENT)}"' for _ in range(8)),
    " ".join(f"{one} OR {other}" for one, other in zip(COMPOUNDS, SYNONYMOUS, strict=True)),
    " OR ".join(COMPOUNDS),
    " OR ".join(SYNONYMOUS),
    " ".join(SYNONYMOUS),
    " ".join((*SYNONYMOUS[:8], *(f"-{word}" for word in SYNONYMOUS[8:]))),
    " ".join(f'-"{FREQUENT[n]} {FREQUENT[n + 1]}"' for n in range(16)) + " Gesetz",
    " ".join((*SYNONYMOUS, *(f'"{word} {FREQUENT[n]}"' for n, word in enumerate(SYNONYMOUS[:8])))),
    " ".join(f"{word[:4]}x" for word in COMPOUNDS),
    "aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj kkkk llll mmmm nnnn oooo pppp",
    "sssssssssssssssssss " * 100,
    "ein einem eines Ein-und-Aus-und-Ein-und-Aus-und-Ein-und-Aus-und-Ein-und-Aus",
    " ".join(f"§ {n}" for n in range(1, 500)),
    "verwaltung jahr:2020,2021,2022,2023,2024,2025,2026 nach:2000 vor:2030 von:\"der die\"",
    "donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 12,
    "überprüfungsausschussüberwachungs " * 60,
    "Gestz Antrg Behrde Datie Rechnr Druckr Fehlr Polizie Wohnugn Frsit Ksoten Prüfugn Genehmigng Einstelung Benutzr",
)  # fmt: skip
"""Texts for the search field."""
