"""Coefficients against published examples, and against ones worked out by hand beside them."""

from __future__ import annotations

import pytest

from themis.agreement import figure
from themis.agreement.sample import Sample

# Fleiss (1971), Psychological Bulletin 76: 30 patients, six diagnoses each, kappa .430.
DIAGNOSES = """
    444444 222555 233335 555555 222444 113333 333355 113334 114444 555555
    144444 124444 222333 144444 224445 333335 111455 111112 224444 133555
    555555 244444 224555 114444 144445 222224 111155 224444 133333 555555
"""

# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability: four observers, 12 units,
# "." where an observer said nothing; nominal alpha .743.
OBSERVERS = ("123321412...", "1233224125.3", ".333234225 1.", "1233244125 1.")

# Cohen (1960), Educational and Psychological Measurement 20: two judges, 200 patients; the cells
# are .44 .07 .09 / .05 .20 .05 / .01 .03 .06 of them. po = .70, pe = .60 x .50 + .30 x .30
# + .10 x .20 = .41, kappa = (.70 - .41) / (1 - .41) = .29 / .59 = .492.
JUDGES = ((88, 14, 18), (10, 40, 10), (2, 6, 12))


def sample(*patterns: tuple[int, ...], columns: int = 3) -> Sample:
    """Items of a task each."""
    found = Sample(columns)
    for task, pattern in enumerate(patterns):
        found.add(task, pattern)
    return found


def test_fleiss_on_the_psychiatric_diagnoses_of_1971() -> None:
    of = [tuple(sorted(int(each) for each in patient)) for patient in DIAGNOSES.split()]
    assert figure.fleiss(sample(*of, columns=6), "x").value == pytest.approx(0.430, abs=5e-4)


def test_krippendorff_on_the_reliability_data_of_2011() -> None:
    rows = [each.replace(" ", "") for each in OBSERVERS]
    units = [tuple(sorted(int(each) for each in unit if each != ".")) for unit in zip(*rows)]  # noqa: B905
    of = [unit for unit in units if len(unit) > 1]  # one answer has nothing to agree with
    assert figure.krippendorff(sample(*of, columns=6), "x").value == pytest.approx(0.743, abs=5e-4)


def test_cohen_on_two_judges_of_1960() -> None:
    of = [(i, j) for i, row in enumerate(JUDGES) for j, n in enumerate(row) for _ in range(n)]
    found = figure.cohen(sample(*of), "x")
    assert found.value == pytest.approx(0.29 / 0.59)
    assert figure.percent(sample(*of), "x").value == pytest.approx(0.70)


def test_an_interval_is_near_that_of_normal_theory() -> None:
    """A textbook table of SAS, 19 items: kappa .4842, 95 % from .2137 to .7547."""
    cells = {(0, 1): 4, (0, 2): 1, (1, 1): 8, (2, 1): 1, (2, 2): 5}
    found = figure.cohen(sample(*[cell for cell, n in cells.items() for _ in range(n)]), "x")
    assert found.value == pytest.approx(0.4842, abs=5e-5)
    assert found.low == pytest.approx(0.2137, abs=0.08)
    assert found.high == pytest.approx(0.7547, abs=0.08)


def test_two_reviewers_by_hand() -> None:
    """Four runs: both passed, both passed, both failed, one passed and one failed.

    Cohen: po = 3/4. The first said passed 3 of 4, the second 2 of 4: pe = 3/4 x 2/4 + 1/4 x 2/4
    = 1/2. kappa = (3/4 - 1/2) / (1/2) = 1/2.
    Fleiss: passed is 5/8 of all answers: pe = 25/64 + 9/64 = 34/64.
    kappa = (48/64 - 34/64) / (30/64) = 14/30.
    Krippendorff: the same with n = 8 answers: De = 2 x 5 x 3 / (8 x 7) = 30/56, Do = 1/4,
    alpha = 1 - (14/56) / (30/56) = 16/30.
    """
    of = sample((0, 0), (0, 0), (1, 1), (0, 1))
    assert figure.percent(of, "x").value == pytest.approx(3 / 4)
    assert figure.cohen(of, "x").value == pytest.approx(1 / 2)
    assert figure.fleiss(of, "x").value == pytest.approx(14 / 30)
    assert figure.krippendorff(of, "x").value == pytest.approx(16 / 30)


def test_items_with_two_and_three_answers_by_hand() -> None:
    """One item passed by two; one passed by two of three; one failed by two.

    Percent: of pairs alike 1, 1/3 and 1; an item counts once: 7/9.
    Alpha: pairs weigh 1 / (m - 1). Unlike: of the second item 2 x 2 pairs at 1/2 = 2, n = 7, so
    Do = 2/7. Passed 4, failed 3: De = 2 x 4 x 3 / (7 x 6) = 24/42. alpha = 1 - 12/24 = 1/2.
    """
    of = sample((0, 0), (0, 0, 1), (1, 1))
    assert figure.percent(of, "x").value == pytest.approx(7 / 9)
    assert figure.krippendorff(of, "x").value == pytest.approx(1 / 2)
