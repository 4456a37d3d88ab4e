"""No number of a scheme can be moved by one unit without a worked case that fails."""

import pytest
from tests.ratings.mutants import is_equivalent, lattices_of, moved, numbers, survives

from huoju.ratings.checking import read_cases
from huoju.ratings.shipped import SHIPPED, load_scheme, merged, scheme_files

pytestmark = pytest.mark.slow  # reads each scheme anew for each number


@pytest.mark.parametrize("name", list(scheme_files()))
def test_every_moved_number_fails_a_case(name: str) -> None:
    document, _ = merged(name, scheme_files(), ())
    cases = list(read_cases(SHIPPED / name / "cases.yaml", load_scheme(name).scheme))
    alive = []
    for version in document.children("versions"):
        lattices = lattices_of(version)
        for number in numbers(version):
            for other in moved(number, lattices):
                if not is_equivalent(number, other) and survives(document, number, other, cases):
                    alive.append(f"{version.text('id')}: {number.place}: {number.node.value} → {other}")
    assert not alive, f"{len(alive)} numbers of {name} can be moved without a case that fails:\n" + "\n".join(alive)
