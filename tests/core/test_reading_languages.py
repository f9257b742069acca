"""The question and its companions in many languages: each is read, and no word of one is a false friend in another."""

import csv
import io

import pytest

from nps_core.reading import read_survey
from nps_core.reading.cells import plain
from nps_core.reading.vocabulary import pattern

# The question, the reason, the date of the answer; for some languages in two wordings.
WORDINGS = {
    "ar": ("ما مدى احتمال أن توصي بنا لصديق أو زميل؟", "ما السبب الرئيسي لتقييمك؟", "تاريخ الإرسال"),
    "ar, advise": ("ما مدى احتمالية أن تنصح أصدقاءك بخدماتنا؟", "لماذا؟", "التاريخ"),
    "he": ("באיזו מידה תמליץ עלינו לחבר או לעמית?", "מהי הסיבה העיקרית לציון שנתת?", "תאריך"),
    "he, plural": ("מה הסיכוי שתמליצו על השירות שלנו לחברים?", "מדוע?", "חותמת זמן"),
    "fa": ("چقدر احتمال دارد ما را به دوستان یا همکاران خود توصیه کنید؟", "دلیل اصلی امتیاز شما چیست؟", "تاریخ"),
    "fa, propose": ("احتمال اینکه ما را به دیگران پیشنهاد دهید چقدر است؟", "چرا؟", "تاریخ ثبت"),
    "hi": ("आप हमें किसी मित्र या सहकर्मी को सुझाने की कितनी संभावना रखते हैं?",
           "आपके स्कोर का मुख्य कारण क्या है?", "दिनांक"),
    "hi, noun": ("इस बात की कितनी संभावना है कि आप हमारी सिफारिश अपने दोस्तों से करेंगे?", "क्यों?", "तारीख"),
    "bn": ("আপনি আমাদের বন্ধু বা সহকর্মীর কাছে সুপারিশ করার সম্ভাবনা কতটুকু?",
           "আপনার স্কোরের প্রধান কারণ কী?", "তারিখ"),
    "id": ("Seberapa besar kemungkinan Anda merekomendasikan kami kepada teman atau kolega?",
           "Apa alasan utama Anda memberikan skor tersebut?", "Tanggal"),
    "id, advise": ("Seberapa mungkin Anda akan menyarankan layanan ini kepada teman?", "Mengapa?", "Stempel waktu"),
    "ms": ("Sejauh manakah kemungkinan anda akan mengesyorkan kami kepada rakan atau keluarga?",
           "Apakah sebab utama skor anda?", "Tarikh"),
    "ms, propose": ("Berapa besar kemungkinan anda mencadangkan perkhidmatan kami kepada rakan?", "Kenapa?",
                    "Cap masa"),
    "vi": ("Khả năng bạn giới thiệu chúng tôi cho bạn bè hoặc đồng nghiệp là bao nhiêu?",
           "Lý do chính cho điểm số của bạn là gì?", "Ngày"),
    "vi, advise": ("Bạn có sẵn sàng khuyên bạn bè sử dụng dịch vụ của chúng tôi không?", "Tại sao?", "Dấu thời gian"),
    "th": ("คุณมีแนวโน้มที่จะแนะนำเราให้กับเพื่อนหรือเพื่อนร่วมงานมากน้อยเพียงใด",
           "เหตุผลหลักที่ให้คะแนนนี้คืออะไร", "วันที่"),
    "th, others": ("ท่านจะแนะนำบริการของเราให้ผู้อื่นหรือไม่", "ทำไม", "ประทับเวลา"),
    "el": ("Πόσο πιθανό είναι να μας συστήσετε σε έναν φίλο ή συνάδελφο;",
           "Ποιος είναι ο κύριος λόγος για τη βαθμολογία σας;", "Ημερομηνία"),
    "el, would": ("Θα μας συνιστούσατε σε φίλους σας;", "Γιατί;", "Χρονική σήμανση"),
    "hu": ("Mennyire valószínű, hogy ajánlana minket egy barátjának vagy kollégájának?",
           "Mi a fő oka az értékelésének?", "Dátum"),
    "hu, how": ("Mekkora valószínűséggel ajánlaná szolgáltatásunkat ismerőseinek?", "Miért?", "Időbélyeg"),
    "bg": ("Каква е вероятността да ни препоръчате на приятел или колега?",
           "Каква е основната причина за Вашата оценка?", "Дата"),
    "hr": ("Kolika je vjerojatnost da ćete nas preporučiti prijatelju ili kolegi?",
           "Koji je glavni razlog Vaše ocjene?", "Datum"),
    "sr": ("Колика је вероватноћа да ћете нас препоручити пријатељу или колеги?",
           "Који је главни разлог за Вашу оцену?", "Датум"),
    "sr, Latin": ("Kolika je verovatnoća da ćete nas preporučiti prijatelju ili kolegi?", "Zašto?", "Vremenska oznaka"),
    "sk": ("Aká je pravdepodobnosť, že nás odporučíte priateľovi alebo kolegovi?",
           "Aký je hlavný dôvod Vášho hodnotenia?", "Dátum"),
    "sl": ("Kako verjetno je, da bi nas priporočili prijatelju ali sodelavcu?",
           "Kateri je glavni razlog za vašo oceno?", "Datum"),
    "lt": ("Kokia tikimybė, kad rekomenduotumėte mus draugui ar kolegai?",
           "Kokia pagrindinė jūsų vertinimo priežastis?", "Data"),
    "lt, advise": ("Kiek tikėtina, kad patartumėte mūsų paslaugas draugams?", "Kodėl?", "Laiko žyma"),
    "et": ("Kui tõenäoliselt soovitaksite meid sõbrale või kolleegile?",
           "Mis on teie hinnangu peamine põhjus?", "Kuupäev"),
    "ca": ("Quina probabilitat hi ha que ens recomaneu a un amic o company?",
           "Quin és el motiu principal de la vostra puntuació?", "Data"),
    "sw": ("Kuna uwezekano gani wa wewe kutupendekeza kwa rafiki au mwenzako?",
           "Sababu kuu ya alama uliyotoa ni nini?", "Tarehe"),
    "tl": ("Gaano kalamang na irerekomenda mo kami sa isang kaibigan o kasamahan?",
           "Ano ang pangunahing dahilan ng iyong marka?", "Petsa"),
    "de": ("Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?",
           "Was ist der Grund für Ihre Bewertung?", "Antwortdatum"),
    "fr": ("Quelle est la probabilité que vous nous recommandiez ?", "Pourquoi cette note ?", "Date de réponse"),
    "es": ("¿Qué tan probable es que nos recomiende a un amigo?", "¿Por qué?", "Fecha de respuesta"),
    "pt": ("Qual a probabilidade de nos recomendar a um amigo?", "Qual o motivo da sua nota?", "Data da resposta"),
    "it": ("Con quale probabilità ci consiglierebbe a un amico?", "Qual è il motivo del voto?", "Data di risposta"),
    "nl": ("Hoe waarschijnlijk is het dat u ons zou aanbevelen?", "Waarom geeft u dit cijfer?", "Ingediend op"),
    "pl": ("Jak prawdopodobne jest, że polecisz nas znajomemu?", "Dlaczego wybrałaś tę ocenę?", "Sygnatura czasowa"),
    "cs": ("Jak pravděpodobné je, že nás doporučíte příteli?", "Proč jste zvolili toto hodnocení?", "Datum"),
    "ru": ("Насколько вероятно, что вы порекомендуете нас другу?", "Почему вы поставили эту оценку?", "Дата"),
    "tr": ("Bizi bir arkadaşınıza tavsiye etme olasılığınız nedir?", "Puanınızın nedeni nedir?", "Tarih"),
    "ja": ("当社を友人に薦める可能性はどのくらいですか？", "その理由を教えてください", "回答日"),
}  # fmt: skip

# Headers that speak of no recommendation, though their words come near to one.
NEAR = {
    "en": ["Recommended products", "Subject"],
    "ar": ["رسوم التوصيل", "موعد التوصيل"],  # delivery
    "fa": ["انتقادات و پیشنهادات", "نظرسنجی"],  # complaints and suggestions; survey
    "hi": ["आपके सुझाव"],  # your suggestions
    "id": ["Saran dan masukan"],
    "ms": ["Cadangan penambahbaikan"],
    "vi": ["Chương trình khuyến mãi", "Góp ý"],  # promotions
    "th": ["คำแนะนำเพิ่มเติม", "ข้อเสนอแนะ"],
    "hu": ["Ajánlat száma"],  # the number of an offer
    "et": ["Soovid"],  # wishes
    "sw": ["Mapendekezo yako"],
    "tl": ["Mga mungkahi"],
}

SCORES = [place * 7 % 11 for place in range(44)]


@pytest.mark.parametrize("language", WORDINGS)
def test_the_question_its_reason_and_its_date_are_read(language):
    question, reason, date = WORDINGS[language]
    out = io.StringIO()
    rows = [
        [f"2026-03-{1 + place % 28:02}", score, f"number {place} was quick and kind"]
        for place, score in enumerate(SCORES)
    ]
    csv.writer(out).writerows([[date, question, reason], *rows])
    survey = read_survey(out.getvalue().encode(), name="x.csv")
    mapping = survey.mapping
    assert (mapping.score, mapping.reason, mapping.date) == (question, reason, date)
    assert list(survey.responses["score"]) == SCORES


@pytest.mark.parametrize("language", WORDINGS)
def test_words_of_one_language_are_no_false_friends_in_another(language):
    """Each header is found by its own concept, and by no other one of all languages."""
    question, reason, date = map(plain, WORDINGS[language])
    dated = pattern("date", "answer_date")
    found = {
        "question": (
            bool(pattern("recommend").search(question)),
            bool(dated.search(question)),
            bool(pattern("reason").search(question)),
        ),
        "reason": (
            bool(pattern("recommend").search(reason)),
            bool(dated.search(reason)),
            bool(pattern("reason").search(reason)),
        ),
        "date": (
            bool(pattern("recommend").search(date)),
            bool(dated.search(date)),
            bool(pattern("reason").search(date)),
        ),
    }
    assert found == {
        "question": (True, False, False),
        "reason": (False, False, True),
        "date": (False, True, False),
    }
    for text in (question, reason, date):
        assert not pattern("machine_date", "competitor", "earlier", "not_the_answer", "metadata").search(text)
    assert not pattern("employer", "csat", "ces", "other_date", "not_a_comment").search(question)


@pytest.mark.parametrize(
    ("language", "header"), [(code, text) for code, texts in NEAR.items() for text in texts]
)
def test_what_comes_near_to_a_recommendation_asks_for_none(language, header):
    asks = pattern("recommend").search(plain(header))
    assert not asks or pattern("not_the_answer").search(plain(header)), language


DIGITS = ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "๐๑๒๓๔๕๖๗๘๙", "０１２３４５６７８９"]


@pytest.mark.parametrize("digits", DIGITS)
@pytest.mark.parametrize("spelling", ["{}", "{}/10", "{}.0"])
def test_digits_of_other_scripts_are_digits(digits, spelling):
    as_written = str.maketrans("0123456789", digits)
    out = io.StringIO()
    days = [f"2026-03-{1 + place % 28:02}" for place in range(len(SCORES))]
    rows = [
        (day.translate(as_written), spelling.format(score).translate(as_written))
        for day, score in zip(days, SCORES, strict=True)
    ]
    csv.writer(out).writerows([["Date", f"Recommend us? ({'0-10'.translate(as_written)})"], *rows])
    survey = read_survey(out.getvalue().encode(), name="x.csv")
    assert list(survey.responses["score"]) == SCORES
    assert list(survey.responses["date"].dt.strftime("%Y-%m-%d")) == days


def test_keycaps_are_digits():
    caps = ["".join(f"{digit}\ufe0f\u20e3" for digit in str(score)) for score in SCORES]
    survey = read_survey("\n".join(["NPS", *caps]).encode(), name="x.csv")
    assert list(survey.responses["score"]) == SCORES
