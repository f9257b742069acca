"""Names: words as people write them."""

import numpy as np
import pytest

from nps_core.themes.names import _alike, _joined, distinct, name_themes
from nps_core.themes.phrases import listen


def named(themes, language="en", remainder=None):
    """Names of themes given as lists of comments."""
    texts = [text for said in themes for text in said]
    labels = np.repeat(np.arange(len(themes)), [len(said) for said in themes]).astype(np.int32)
    return name_themes(texts, labels, np.full(len(texts), language), len(themes), remainder, language)


OTHERS = ["the price is too high", "a high price for the plan", "the plan is dear"] * 8


def test_a_phrase_that_people_write_names_the_theme():
    said = [
        "waiting on hold for ages",
        "an hour on hold",
        "put me on hold again",
        "customer service kept me waiting",
        "the customer service is slow",
        "customer service never calls",
    ] * 4
    assert named([said, OTHERS]).names[0] == "Customer service"


def test_linking_words_stay_inside_a_phrase():
    said = [
        "great value for money",
        "poor value for money",
        "value for money is fine",
        "the money was well spent",
    ] * 6
    assert named([said, OTHERS]).names[0] == "Value for money"


def test_words_that_come_together_in_any_order_count_for_their_phrase():
    said = [
        "the staff was friendly",
        "staff were always friendly",
        "such friendly staff",
        "friendly staff there",
    ] * 6
    assert named([said, OTHERS]).names[0] == "Friendly staff"


def test_an_opinion_that_the_scores_do_not_share_is_no_name():
    friendly = [
        "the staff was friendly",
        "staff were always friendly",
        "such friendly staff",
        "friendly staff there",
    ] * 4
    others = [
        "the staff ignored us",
        "staff never came",
        "no staff at the desk",
        "we asked the staff in vain",
    ] * 4
    texts = [*friendly, *others, *OTHERS]
    labels = np.repeat([0, 1], [len(friendly) + len(others), len(OTHERS)]).astype(np.int32)

    def name(scores):
        return name_themes(texts, labels, np.full(len(texts), "en"), 2, None, "en", scores).names[0]

    of_one_mind = np.full(len(texts), 9.0)
    torn = np.repeat([10.0, 2.0, 5.0], [len(friendly), len(others), len(OTHERS)])
    assert name(None) == name(of_one_mind) == "Friendly staff"
    assert name(torn) == "Staff in general"
    # Who gave no score has no side.
    assert name(np.full(len(texts), np.nan)) == "Friendly staff"


def test_two_nouns_where_no_phrase_covers_enough():
    rooms = [f"the room was {word}" for word in ("smelly", "cold", "cramped", "dark")]
    baths = [f"the bathroom is {word}" for word in ("leaking", "dirty", "mouldy", "tiny")]
    said = (rooms + baths) * 3
    assert named([said, OTHERS]).names[0] in {"Room and bathroom", "Bathroom and room"}


ADJECTIVES = (
    "thin",
    "old",
    "odd",
    "vast",
    "fine",
    "poor",
    "cosy",
    "loud",
    "plain",
    "small",
    "grand",
    "stale",
)


def test_a_subject_that_no_second_word_goes_with_is_said_to_be_general():
    said = [f"the food was {word}" for word in ADJECTIVES] * 4 + ["Thai food again", "the Thai food there"]
    assert named([said, OTHERS]).names[0] == "Food in general"
    spanish = [f"la comida estaba {word}" for word in ("fría", "rica", "sosa", "cara", "buena", "mala")] * 4
    other = ["el precio es alto", "un precio muy alto", "el plan sale caro"] * 8
    assert named([spanish, other], "es").names[0] == "Comida en general"


def test_a_detail_that_other_themes_speak_of_as_well_is_no_second_word():
    boards = [f"the dashboard is {word}" for word in ADJECTIVES] * 6
    boards += [
        "the dashboard for the meeting",
        "my dashboard in the meeting",
        "the meeting was long",
        "the meeting was short",
    ]
    others = OTHERS * 4
    assert named([boards, others]).names[0] == "Dashboard and meeting"  # nobody else speaks of it
    others += ["the price came up in the meeting", "the price and the meeting"]
    assert named([boards, others]).names[0] == "Dashboard in general"


def test_words_that_name_a_theme_already_name_no_other():
    mobile = ["the mobile app", "our mobile app", "a mobile app"] * 4
    app = [f"the app is {word}" for word in ADJECTIVES] + ["the mobile app"] * 4
    assert named([mobile, app, OTHERS * 4]).names[:2] == ("Mobile app", "App in general")


def test_short_forms_that_people_type_name_nothing():
    said = ["vc precisa pagar pra entrar", "pra sair tbm", "é longe pra vc", "tbm pra estacionar"] * 5
    other = ["o preço é alto", "um preço muito alto", "o plano é caro"] * 6
    assert not {"pra", "vc", "tbm"} & set(" ".join(named([said, other], "pt").terms[0]).split())


def test_an_adverb_names_nothing():
    said = [
        "definitely coming back",
        "would definitely return",
        "definitely recommend it",
        "return definitely",
    ] * 6
    name = named([said, OTHERS]).names[0]
    assert "efinitely" not in name.split(" and ")


def test_a_noun_is_known_by_what_stands_before_it():
    said = [
        "responsive support",
        "the support is good",
        "their support was slow",
        "very responsive",
        "is responsive",
        "we recommend it",
        "to recommend",
        "too many clicks",
        "so many clicks",
    ] * 3
    nouns = listen(said, ["en"] * len(said)).nouns
    assert min(nouns["support"], nouns["click"]) > 0.5
    assert max(nouns["respons"], nouns["recommend"]) < 0.3


def test_capitals_as_in_mid_sentence():
    said = ["The API is slow", "our API calls fail", "the API times out", "API documentation is thin"] * 6
    assert "API" in named([said, OTHERS]).names[0]
    shout = ["THE DELIVERY WAS LATE", "Delivery is late", "Delivery came late", "the delivery was late"] * 6
    assert named([shout, OTHERS]).names[0] in {
        "Late delivery",
        "Delivery late",
        "Delivery was late",
        "Delivery in general",
    }


def test_the_firm_is_not_a_theme():
    # "Acme" is capitalised and all over the survey: no name may hold it.
    about = [
        ["the app of Acme crashes", "with Acme the app freezes"] * 15,
        ["the price of Acme rose", "for Acme the price is high"] * 15,
    ]
    assert not any("acme" in name.lower() for name in named(about).names)


def test_a_product_name_that_is_all_in_one_theme_may_name_it():
    said = ["export to Excel fails", "the Excel export is broken", "my Excel export is empty"] * 8
    assert "Excel" in named([said, OTHERS]).names[0]


@pytest.mark.parametrize(
    ("language", "name"),
    [("en", "Other comments"), ("es", "Otros comentarios"), ("de", "Sonstige Kommentare")],
)
def test_the_remainder_is_called_what_it_is(language, name):
    assert named([["abc def", "def ghi"] * 5, ["jkl mno"] * 5], language, remainder=1).names[1] == name


def test_terms_are_written_forms_not_stems():
    said = ["deliveries are late", "the deliveries were late", "late deliveries again"] * 8
    assert "deliveries" in named([said, OTHERS]).terms[0]


def test_names_are_distinct():
    assert distinct(["Price", "Price", "Price", "App"]) == ("Price", "Price (2)", "Price (3)", "App")


def test_joining_words():
    assert _joined(["dificultad", "interfaz"], "es") == "dificultad e interfaz"
    assert _joined(["precio", "hierro"], "es") == "precio y hierro"
    assert _joined(["Preis", "Leistung"], "de") == "Preis und Leistung"
    assert _joined(["物流", "客服"], "zh") == "物流和客服"


def test_a_typo_is_no_second_word():
    assert _alike("interfac", "intefac")
    assert _alike("bag", "baggag")
    assert not _alike("room", "bathroom")


def test_nouns_are_told_by_their_neighbours():
    said = listen(["the screen is dark", "a dark screen", "my screen froze", "it froze"] * 3, ["en"] * 12)
    assert said.nouns["screen"] > 0.5 > said.nouns["froze"]
    assert said.about(["dark", "screen"]).tolist() == [0, 1, 4, 5, 8, 9]


def test_names_in_scripts_without_spaces_are_whole_words_that_share_no_character():
    value = ["性价比高", "性价比很低", "没有性价比", "觉得性价比不错", "价格和性价比都好", "性价比一般"] * 3
    parcels = ["快递太慢", "物流太慢", "快递丢了", "物流很快", "快递员不好", "物流信息少"] * 3
    names = named([value, parcels], "zh").names
    assert "性价比" in names[0]
    assert "快递" in names[1] or "物流" in names[1]
    for name in names:
        assert " " not in name
        assert len(set(name)) == len(name)
    japanese = ["配送が遅い", "配送の箱が壊れた", "箱が潰れた配送", "箱と配送"] * 4
    prices = ["価格が高い", "料金が高い", "価格と料金", "料金の価格"] * 4
    assert set(named([japanese, prices], "ja").names[0]) <= set("配送と箱")
