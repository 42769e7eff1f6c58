"""Figures as they are printed."""

from indexcalc.report.numbers import share_text


def test_a_share_is_all_or_nothing_only_where_it_is():
    assert [share_text(x, 1) for x in (0.0, 1e-5, 0.005, 0.9994, 0.9996, 1.0)] == [
        "0%",
        "<0.1%",
        "0.5%",
        "99.9%",
        ">99.9%",
        "100%",
    ]
