"""Files that do not say their encoding: each reads letter by letter, short ones, too."""

import io
import random

import pandas as pd
import pytest

from nps_core.errors import MappingError
from nps_core.reading import read_survey
from nps_core.reading.encoding import ENCODINGS, decode, encoding_named, find_encoding

TEXTS = {
    "German": (["cp1252", "mac_roman", "cp850", "utf-16-le", "utf-16-be"],
               "Würden Sie uns weiterempfehlen?;Schöne Größe, läuft"),
    "French": (["cp1252", "mac_roman"], "Recommanderiez-vous notre société ?;L’équipe est à l’écoute, ça marche"),
    "Spanish": (["cp1252"], "¿Qué tan probable es que nos recomiende?;Atención rápida, diseño genial"),
    "Portuguese": (["cp1252"], "Qual a probabilidade de você nos recomendar?;Não funciona no avião, é lento"),
    "Swedish": (["cp1252"], "Hur troligt är det att du rekommenderar oss?;Snabb hjälp"),
    "several Western": (["cp1252"], "Recommend us?;Größe stimmt\n9;Très bien\n8;Atención rápida, señor\n7;Così così"),
    "Polish": (["cp1250", "iso8859_2"], "Jak prawdopodobne jest, że polecisz nas?;Świetna obsługa, źle działa"),
    "Czech": (["cp1250", "iso8859_2"], "Jak pravděpodobné je, že nás doporučíte?;Příliš drahé řešení"),
    "Hungarian": (["cp1250"], "Mennyire valószínű, hogy ajánlana minket?;Gyors segítség, túl drága előfizetés"),
    "Turkish": (["cp1254"], "Bizi tavsiye etme olasılığınız nedir?;Çok hızlı destek, teşekkürler"),
    "Lithuanian": (["cp1257"], "Ar rekomenduotumėte mus?;Labai greitas aptarnavimas, ačiū, žinoma"),
    "Russian": (["cp1251", "koi8_r", "cp866", "iso8859_5", "utf-16-be"],
                "Насколько вероятно, что вы порекомендуете нас?;Отличная поддержка"),
    "Ukrainian": (["cp1251", "koi8_u"],
                  "Наскільки ймовірно, що ви порекомендуєте нас?;Дуже гарний сервіс, занадто дорого"),
    "Greek": (["cp1253", "iso8859_7"], "Πόσο πιθανό είναι να μας συστήσετε;Πολύ καλή εξυπηρέτηση, πολύ ακριβό"),
    "Hebrew": (["cp1255"], "באיזו מידה תמליץ עלינו לחבר?;שירות טוב מאוד, יקר מדי"),
    "Arabic": (["cp1256"], "ما مدى احتمال أن توصي بنا؟;خدمة جيدة جدا، غالي"),
    "Thai": (["cp874"], "คุณมีแนวโน้มที่จะแนะนำเรามากน้อยเพียงใด;บริการดีมาก แพงเกินไป"),
    "Japanese": (["cp932", "euc_jp", "utf-16-le"], "当社を薦める可能性は？;サポートが早い、高すぎる"),
    "Chinese": (["gb18030"], "您有多大可能推荐我们？;客服响应很快，报表非常好用，价格太高了"),
    "Taiwanese": (["big5"], "您有多大可能推薦我們？;客服回應很快，報表非常好用，價格太高了"),
    "Korean": (["cp949"], "저희를 추천할 가능성은 얼마나 됩니까?;지원이 빠르고 친절합니다"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "codec"), [(language, codec) for language, (codecs, _) in TEXTS.items() for codec in codecs]
)
@pytest.mark.parametrize("rows", [1, 30])
def test_each_code_page_is_told_by_what_it_says(language, codec, rows):
    head, _, rest = TEXTS[language][1].partition(";")
    text = f"Score;{head};x\n" + "".join(f"{row % 11};{rest};{row}\n" for row in range(rows))
    assert decode(text.encode(codec)) == text


def test_a_reading_that_was_guessed_is_said():
    assert find_encoding("Größe".encode("cp1252")).name == "Windows-1252"
    assert "does not say its encoding" in find_encoding("że źle działa".encode("cp1250")).note
    assert not find_encoding("Größe".encode("cp1252")).note


SPARSE = {
    "French": (
        "cp1252",
        ["ÉNORME DÉCEPTION", "L’équipe est à l’écoute", "œuvre d’art", "ça va", "déçu par la qualité"],
    ),
    "Polish": ("cp1250", ["świetnie działa", "źle", "za drogo, niestety źle", "łatwo się połączyć"]),
    "Greek": ("cp1253", ["πολύ ακριβό", "όλα άψογα", "δεν απαντά κανείς"]),
    "Russian": ("cp1251", ["слишком дорого", "всё отлично", "поддержка не отвечает"]),
}


@pytest.mark.parametrize("language", SPARSE)
@pytest.mark.parametrize("rows", [200, 400, 6000])
def test_the_whole_column_judges_and_not_its_beginning(language, rows):
    """Special letters are rare, or stand only far down."""
    codec, comments = SPARSE[language]
    draw = random.Random(rows)  # noqa: S311 - not for secrets
    texts = ["a plain line of words"] * rows
    for place in (*(draw.randrange(rows) for _ in range(rows // 100)), *range(rows - 20, rows)):
        texts[place] = draw.choice(comments)
    data = "\n".join(["NPS,Comment", *(f'{place % 11},"{text}"' for place, text in enumerate(texts))]).encode(
        codec
    )
    assert read_survey(data, name="x.csv").responses["comment"].tolist() == texts


def test_a_person_may_choose_the_encoding():
    data = "NPS,Comment\n9,zażółć\n3,ok\n".encode("cp1250")
    for name in ("Windows-1250", "cp1250", " windows-1250 "):
        survey = read_survey(data, name="x.csv", encoding=name)
        assert survey.responses["comment"].tolist() == ["zażółć", "ok"]
        assert survey.encoding == "Windows-1250"
    survey = read_survey(data, name="x.csv", encoding="UTF-8")
    assert any("are no letters in UTF-8" in doubt for doubt in survey.doubt_texts)
    assert survey.digest != read_survey(data, name="x.csv").digest


@pytest.mark.parametrize("marked", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_chosen_encoding_may_be_that_of_the_mark(marked):
    text = "NPS,Comment\n9,zażółć\n"
    survey = read_survey(text.encode(marked), name="x.csv", encoding=marked.removesuffix("-sig"))
    assert survey.columns == ("NPS", "Comment")
    assert survey.responses["comment"].tolist() == ["zażółć"]


@pytest.mark.parametrize("name", ENCODINGS)
def test_each_encoding_that_is_offered_can_be_chosen(name):
    found = encoding_named(name)
    assert found.name == name
    assert decode("NPS,Plan\n9,Pro\n".encode("utf-16" if name == "UTF-16" else "ascii"), found).endswith(
        "Pro\n"
    )


@pytest.mark.parametrize("name", ["", "klingon", "rot13", "punycode", "unicode_escape", "idna", "hex"])
def test_what_is_no_encoding_of_files_is_refused_in_words(name):
    with pytest.raises(MappingError, match="There is no encoding"):
        read_survey(b"NPS\n9\n", name="x.csv", encoding=name)


def test_a_workbook_says_its_encoding_itself():
    out = io.BytesIO()
    pd.DataFrame({"NPS": [9, 3], "Comment": ["fine", "slow"]}).to_excel(out, index=False)
    data = out.getvalue()
    assert read_survey(data, name="x.xlsx").encoding == ""
    with pytest.raises(MappingError, match="says its encoding itself"):
        read_survey(data, name="x.xlsx", encoding="UTF-8")


def test_a_few_names_of_other_languages_make_no_other_code_page():
    texts = ["soutien à l’équipe, très bien", "déjà là, près de chez nous"] * 99 + [
        "Müller",
        "Peña",
        "São Paulo",
    ]
    data = "\n".join(["NPS;Comment", *(f"{place % 11};{text}" for place, text in enumerate(texts))]).encode(
        "cp1252"
    )
    survey = read_survey(data, name="x.csv")
    assert survey.encoding == "Windows-1252"
    assert survey.responses["comment"].tolist() == texts
