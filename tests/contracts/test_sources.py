"""Every source, found by itself, gives what is on record for its samples."""

import pytest

from huoju.sources import find_sources
from huoju.testing import check_source

SOURCES = find_sources()


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_gives_its_records(name: str) -> None:
    check_source(SOURCES[name])


def test_every_kind_of_provider_is_there() -> None:
    assert {source.provider for source in SOURCES.values()} == {"government", "enterprise", "bank", "third_party"}
