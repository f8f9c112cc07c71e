"""The contrast of two colours is the one that WCAG 2.2 defines."""

import pytest

from outreach.rendering.contrast import blend, contrast, is_colour


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#FFFFFF", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),  # the grey that famously just fails
        ("#767676", "#ffffff", 4.54),  # and the one that just does not
        ("#0000ff", "#ffffff", 8.59),
    ],
)
def test_a_contrast_is_the_ratio_of_wcag_whichever_colour_comes_first(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("wrong", ["red", "#fff", "#12345g", "123456", "#1234567", "# 12345", ""])
def test_what_is_no_colour_is_refused(wrong: str) -> None:
    assert not is_colour(wrong)
    with pytest.raises(ValueError, match="#rrggbb"):
        contrast(wrong, "#ffffff")


def test_two_colours_mix_by_a_share_of_the_second() -> None:
    assert [blend("#000000", "#ff8000", share) for share in (0.0, 0.5, 1.0)] == ["#000000", "#804000", "#ff8000"]
