import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping.cartons import carton_number
from clarus_bluecherry.sku.codes._barcode import check_digit

digits = st.text("0123456789", min_size=1, max_size=9)
prefixes = st.text("0123456789", min_size=7, max_size=10)


def is_valid(number):
    """GS1's own way round: the weighted sum over all digits, check digit included, ends in zero."""
    weighted = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(reversed(number)))
    return weighted % 10 == 0


@pytest.mark.parametrize("sscc", ["106141412345678908", "095201234567891235"])
def test_published_ssccs_have_the_digit_we_compute(sscc):
    assert is_valid(sscc)
    assert check_digit(sscc[:-1]) == sscc[-1]


@given(st.text("0123456789", min_size=17, max_size=17))
def test_a_check_digit_makes_a_number_valid_and_no_other_digit_does(body):
    right = check_digit(body)
    assert [digit for digit in "0123456789" if is_valid(body + digit)] == [right]


@given(serial=digits, prefix=prefixes)
@example(serial="999999", prefix="9999999999")
def test_a_carton_number_is_always_twenty_digits_and_valid(serial, prefix):
    if len(serial) > 16 - len(prefix):
        with pytest.raises(InvalidRecord, match="carton number"):
            carton_number(serial, company_prefix=prefix)
        return
    number = carton_number(serial, company_prefix=prefix)
    assert len(number) == 20
    assert number.isdigit()
    assert number.startswith(f"000{prefix}")
    assert is_valid(number[2:])
    assert number == carton_number(serial, company_prefix=prefix)


@given(one=st.integers(0, 999_999), other=st.integers(0, 999_999), prefix=prefixes)
def test_two_serials_never_share_a_carton_number(one, other, prefix):
    numbers = {carton_number(str(serial), company_prefix=prefix) for serial in (one, other)}
    assert len(numbers) == len({one, other})


@given(st.text("0123456789", min_size=17, max_size=17))
def test_a_number_that_is_an_sscc_already_is_kept(body):
    sscc = body + check_digit(body)
    assert carton_number(sscc, company_prefix="0812345") == f"00{sscc}"
    assert carton_number(f"00{sscc}", company_prefix="0812345") == f"00{sscc}"


def test_the_warehouses_letters_are_left_out():
    assert carton_number("SU-0004711", company_prefix="0312345") == "00003123450000047115"
    assert carton_number("4711", company_prefix="0312345") == "00003123450000047115"


@pytest.mark.parametrize(
    "number",
    ["", "box", "１２３", "1234567890", "106141412345678907", "00106141412345678907", "99106141412345678908"],
)
def test_what_gives_no_carton_number_is_refused(number):
    with pytest.raises(InvalidRecord, match="carton number") as caught:
        carton_number(number, company_prefix="0312345")
    assert caught.value.field == "carton number"
