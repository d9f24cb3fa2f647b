"""Text in the encodings of old is recognised, and its repair offered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.legacy_text import suggestion


@pytest.mark.parametrize(
    ("noise", "encoding", "meant"),
    [
        ("Keá hoaïch", "VNI", "Kế hoạch"),
        ("Sôû Noâng nghieäp vaø Moâi tröôøng", "VNI", "Sở Nông nghiệp và Môi trường"),
        ("Vaên phoøng Ñaêng kyù ñaát ñai", "VNI", "Văn phòng Đăng ký đất đai"),
        ("ÑÖÔØNG", "VNI", "ĐƯỜNG"),
        ("KÕ ho¹ch", "TCVN3", "Kế hoạch"),
        ("Së N«ng nghiÖp vµ M«i tr\u00adêng", "TCVN3", "Sở Nông nghiệp và Môi trường"),
        ("V¨n phßng §¨ng ký ®Êt ®ai", "TCVN3", "Văn phòng Đăng ký đất đai"),
        ("Káº¿ hoáº¡ch", "UTF-8", "Kế hoạch"),
        ("Kế hoạch".encode().decode("latin-1"), "UTF-8", "Kế hoạch"),
        ("Há»“ sÆ¡ Ä‘áº¥t Ä‘ai", "UTF-8", "Hồ sơ đất đai"),
    ],
)
def test_noise_is_recognised_and_its_repair_offered(noise, encoding, meant):
    assert suggestion(noise) == (encoding, meant)


@pytest.mark.parametrize(
    "right",
    [
        "",
        "Ke hoach 2026",
        "Kế hoạch",
        "Hà Nam",
        "báo cáo",
        "hoà bình, khoá, toán, xoè, loãng",  # o before à, á, è, ã is Vietnamese too
        "Hoà tan",
        "Trà Vinh, Cà Mau, Hà Giang",
        "quá trình tái chế",
        "ngày 10 – 15",
        "Quý I: 50 % «đạt» – Sở Nội vụ ©",
        "Đường ĐT.767",
    ],
)
def test_right_text_is_left_alone(right):
    assert suggestion(right) is None


@given(
    st.text(
        alphabet="aáàảãạăắằẳẵặâấầẩẫậbcdđeéèẻẽẹêếềểễệghiíìỉĩịklmnoóòỏõọôốồổỗộơớờởỡợpqrstuúùủũụưứừửữựvxyýỳỷỹỵ "
    )
)
def test_every_letter_survives_the_way_through_utf8(text):
    noise = text.encode().decode("latin-1")
    assert suggestion(noise) == (("UTF-8", text) if not text.isascii() else None)
