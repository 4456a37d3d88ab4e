"""One palette for pages and documents, readable in both themes."""

import doctest

import pytest

from huoju.reports import palette, shown
from huoju.reports.drawings import axis, svg


def brightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [palette.LIGHT, palette.DARK])
def test_text_has_the_contrast_of_wcag_aa(colours: palette.Palette) -> None:
    for token in ("ink", "mute", "tagk", "blue", "pos", "neg"):
        for ground in ("card", "soft", "page"):
            assert contrast(getattr(colours, token), getattr(colours, ground)) >= 4.5, (token, ground)
    assert contrast(colours.brand, colours.card) >= 4.5
    assert contrast(colours.button, colours.brand) >= 4.5


def test_style_sheets_and_drawings_name_the_same_tokens() -> None:
    declared = palette.css_variables(palette.LIGHT)
    for token in palette.TOKENS:
        assert f"--{token}:{getattr(palette.LIGHT, token)};" in declared
        assert getattr(palette.STYLED, token) == f"var(--{token})"


@pytest.mark.parametrize("module", [palette, shown, axis, svg])
def test_examples_in_the_words_of_a_module_run(module: object) -> None:
    found = doctest.testmod(module)  # type: ignore[arg-type]
    assert found.attempted > 0
    assert found.failed == 0
