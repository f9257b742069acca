"""Files that do not say their encoding: each reads letter by letter, short ones, too."""

import pytest

from nps_core.reading.encoding import decode, find_encoding

TEXTS = {
    "German": (["cp1252", "mac_roman", "cp850", "utf-16-le", "utf-16-be"], "Würden Sie uns weiterempfehlen?;Schöne Größe, läuft"),
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
    "Russian": (["cp1251", "koi8_r", "utf-16-be"], "Насколько вероятно, что вы порекомендуете нас?;Отличная поддержка"),
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
