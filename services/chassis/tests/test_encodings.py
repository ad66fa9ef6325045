"""A file's letters are read as they were written, whatever program wrote them; what can not be is told."""

from io import BytesIO

import pytest
from chassis.reading import tables

WORDS = {
    "de": "Müsli;Größe;Äpfel;Öl;Süßkartoffel;Weiß;Übermut;Käse;Brötchen;fünf",
    "fr": "Crème brûlée;pâté;façon;noël;goûter;thé;bœuf;jus d’orange;maïs;île",
    "es": "Jamón;piñón;azúcar;plátano;maíz;café;pingüino;niño;leche;limón",
}


CENTRAL = {
    "pl": "Łyżka;źródło;kubełek;żółty ser;pączek;śliwka;mąka;gęś",
    "cs": "Sýr žlutý;řepa;čočka;šunka;ťuhýk;půlka;měď;těstoviny",
    "hu": "Tükörfúrógép;fűszer;őszibarack;szőlő;gyümölcsös lé;bő ing;tűzálló edény",
    "hu without u": "Őrölt kávé;zöldség;víz;cipő;nyári eső;sütő",
}

# Letters that a code page of Central Europe has at the places of others.
WEST = {
    "pt": "Limões;pão;camarões;água;maçã;Crème brûlée",
    "pt in few letters": "Limões;água;Brûlé;camarões;café",
    "et": "Õli;või;sõstar;jäätis;öö;küpsis;õun",
    "fr": "Goûter;mûre;brûlé;flûte;thé",
    "fr of m²": "Tissu 2 m²;voûte;õsz;flûte",
}


def read(content: bytes) -> tuple[list[str], tables.Layout]:
    layout = tables.layout(BytesIO(content))
    return [row["name"] for _, row in tables.rows(BytesIO(content), layout)], layout


def names_of(words: str) -> list[str]:
    return words.split(";")


def file_of(words: str) -> str:
    return "sku;name\n" + "".join(f"A{number};{word}\n" for number, word in enumerate(names_of(words)))


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850", "cp437", "mac_roman"])
def test_words_are_what_they_were_in_every_encoding(language: str, encoding: str) -> None:
    words = WORDS[language]
    if encoding in ("cp850", "cp437"):
        words = words.replace("œ", "oe").replace("’", "'")  # they have neither
    names, layout = read(file_of(words).encode(encoding))
    assert names == names_of(words)
    assert not layout.told()


@pytest.mark.parametrize("language", WORDS)
def test_a_stray_byte_spoils_no_other_letter_and_is_told(language: str) -> None:
    content = file_of(WORDS[language]).encode() + "B1;Soufflé\n".encode("cp1252")
    names, layout = read(content)
    assert names == [*names_of(WORDS[language]), "Soufflé"]
    assert layout.told() == [
        "Bytes that are not UTF-8, as the rest of the file is, are read as Windows-1252: 1. Check its names."
    ]


@pytest.mark.parametrize("language", CENTRAL)
def test_words_of_central_europe_are_what_they_were(language: str) -> None:
    names, layout = read(file_of(CENTRAL[language]).encode("cp1250"))
    assert names == names_of(CENTRAL[language]) and layout.encoding == "cp1250"


@pytest.mark.parametrize("language", WEST)
def test_letters_of_the_west_are_not_taken_for_those_of_central_europe(language: str) -> None:
    names, layout = read(file_of(WEST[language]).encode("cp1252"))
    assert names == names_of(WEST[language]) and layout.encoding == "cp1252"
