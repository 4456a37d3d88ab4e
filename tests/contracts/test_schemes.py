"""Every scheme, shipped today or added tomorrow, keeps what a scheme promises."""

import pytest

from huoju.ratings.shipped import scheme_files
from huoju.testing import check_scheme


@pytest.mark.parametrize("name", list(scheme_files()))
def test_a_scheme_keeps_its_promises(name: str) -> None:
    check_scheme(name)
