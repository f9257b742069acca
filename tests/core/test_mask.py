"""Personal data in comments that are taken away: what is masked, and what is left alone."""

import time

import pytest

from nps_core.masking import mask


@pytest.mark.parametrize(
    "text",
    [
        "jo.doe@example.com",
        "Jo_Doe+nps@mail.example.co.uk",
        "o'neil@example.ie",
        "ünal@müller.example",
        "j%smith@sub-domain.example.org",
        "jo @ example.com",
        "jo (at) example (dot) com",
    ],
)
def test_e_mail_addresses_are_masked(text):
    assert mask(f"Write to {text}, please.") == "Write to [e-mail], please."


@pytest.mark.parametrize(
    "number",
    [
        "+1 415 555 2671",
        "+1-415-555-2671",
        "(415) 555-2671",
        "415-555-2671",
        "415.555.2671",
        "1-800-555-0199",
        "+44 20 7946 0958",
        "020 7946 0958",
        "07700 900123",
        "+44 (0)20 7946 0958",
        "+49 30 901820",
        "030/901820-44",
        "+49 (0)170 1234567",
        "0049 170 1234567",
        "+33 1 42 68 53 00",
        "01 42 68 53 00",
        "06.12.34.56.78",
        "+34 912 345 678",
        "+39 06 1234 5678",
        "+31 20 123 4567",
        "+55 11 91234-5678",
        "(11) 91234-5678",
        "+52 55 1234 5678",
        "+91 98765 43210",
        "+86 138 0013 8000",
        "+81 3-1234-5678",
        "03-1234-5678",
        "+7 495 123-45-67",
        "+971 4 123 4567",
        "+4915112345678",
        "+47 22 12 34 56",
        "0412 345 678",
    ],
)
def test_phone_numbers_of_many_countries_are_masked(number):
    assert mask(f"Reach me under {number} after five.") == "Reach me under [phone] after five."


def test_a_number_after_a_word_for_phoning_is_one():
    assert mask("call me: 5552671 or 98765432") == "call me: [phone] or 98765432"
    assert mask("WhatsApp 612345678") == "WhatsApp [phone]"


@pytest.mark.parametrize(
    "text",
    [
        "Order 4711-2233-88 is late",
        "order number 415-555-2671",
        "ticket #20261234567",
        "invoice no. 0123456789",
        "since 2024-03-15",
        "15.03.2024 to 31/12/2024",
        "2019-2024",
        "in 2024 2025 and 2026",
        "1,000,000 rows",
        "1 000 000 rows",
        "12.345.678 euros",
        "$1,234,567.89",
        "€ 1234567",
        "3.14159265",
        "10 of 10, 9/10, 24/7",
        "version 10.0.19045.3693",
        "192.168.100.200",
        "5 stars in 20 years",
        "0000123",
        "case 00123456789",
        "id: 123456789012",
    ],
)
def test_dates_sums_and_order_numbers_stay(text):
    assert mask(text) == text


def test_masking_takes_time_in_proportion():
    """Texts made to make patterns go back and forth take no longer than others; ten times the text, ten times it."""
    for piece in ("a" * 50, "1" * 50, "+1 (", "a@a.", "@", "1 2 3 4 5 6 7 8 9 0 ", "call 1", "a.b-c%d'e+"):
        took = []
        for times in (200, 2000):
            start = time.process_time()
            mask(piece * times)
            took.append(time.process_time() - start)
        assert took[1] < 40 * max(took[0], 0.002), piece
