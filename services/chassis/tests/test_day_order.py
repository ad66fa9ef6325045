"""Which number of a day is the month: shown by cells, told by what days can be, or asked with what each would make."""

import random
from datetime import date, timedelta

import pytest
from chassis.reading.day_order import BesideDays, DayOrder, Days

TODAY = date(2026, 11, 27)


def looked(*cells: str, given: bool | None = None, before: bool | None = None, today: date | None = TODAY) -> DayOrder:
    days = Days({"sold_at": "date"}, past=("sold_at",))
    for cell in cells:
        days.add({"date": cell})
    return days.decide(given, BesideDays(today, before, "as before"))


@pytest.mark.parametrize(("cells", "first"), [
    (["01/02/2026", "13/02/2026"], True), (["01/02/2026", "02/13/2026"], False), (["01.02.2026"], True),
    (["11/30/2025", "12/01/2025"], False), (["13-02-26 10:00", "1-2-26 9:00"], True),
])  # fmt: skip
def test_a_cell_shows_it_by_a_number_above_twelve_or_by_dots(cells: list[str], first: bool) -> None:
    found = looked(*cells)
    assert (found.first, found.shown, list(found.doubts), list(found.told)) == (first, True, [], [])


def test_a_mistyped_cell_among_many_changes_nothing_and_as_many_of_both_are_asked() -> None:
    many = [f"{day:02}/03/2026" for day in range(1, 29)]
    assert looked(*many, *(f"{day:02}/04/2026" for day in range(13, 20)), "04/31/2026").first
    (asked,) = looked("14/03/2026", "03/15/2026", "16/03/2026").doubts
    assert "show both" in asked.message and "1 can be none" in asked.message


@pytest.mark.parametrize("cells", [
    ["03/04/2026"], ["01/09/2026", "02/09/2026", "03/09/2026", "04/09/2026"],
    ["05/04/2026", "03/04/2026", "04/05/2026"],
    ["01/02/2026", "03/02/2026", "01/03/2026"],
])  # fmt: skip
def test_what_nothing_says_is_asked_with_what_each_reading_would_make_of_it(cells: list[str]) -> None:
    found = looked(*cells)
    (asked,) = found.doubts
    assert not found.settled and asked.setting == "day_first" and asked.column == "date" and asked.cell in cells
    assert [value for value, _ in asked.options] == [True, False]
    assert all(word in asked.message for word in ("day/month", "month/day", "run from", " order"))


def test_the_question_names_the_days_and_weekdays_of_both_readings() -> None:
    (asked,) = looked("03/04/2026", "05/04/2026").doubts
    as_day, as_month = (means for _, means in asked.options)
    assert "3 April 2026 to 5 April 2026 (Fri 1, Sun 1)" in as_day
    assert "4 March 2026 to 4 May 2026 (Mon 1, Wed 1)" in as_month


@pytest.mark.parametrize(("cells", "first", "why"), [
    (["10/08/2026", "11/08/2026", "02/09/2026", "03/09/2026"], True, "lines go by day"),
    (["09/03/2026", "09/02/2026", "08/11/2026", "08/10/2026"], False, "lines go by day"),
    (["05/12/2026", "03/04/2026"], False, "as day/month 1 day would be yet to come"),
    (["12/05/2026", "03/04/2026"], True, "as month/day 1 day would be yet to come"),
])  # fmt: skip
def test_what_the_evidence_says_is_taken_and_told(cells: list[str], first: bool, why: str) -> None:
    found = looked(*cells)
    assert (found.first, found.shown, found.settled, list(found.doubts)) == (first, False, True, [])
    assert why in found.told[0] and "day_first" in found.told[0]


def test_a_day_of_a_year_to_come_is_a_typing_mistake_in_both_readings_and_says_nothing() -> None:
    assert looked("03/04/2062", "03/04/2026").doubts
    assert not looked("03/04/2062", "05/12/2026").first


def test_what_like_files_were_read_as_holds_unless_the_evidence_speaks_against_it() -> None:
    assert [looked("03/04/2026", before=before).first for before in (True, False)] == [True, False]
    assert looked("03/04/2026", before=False).told == [
        "Dates are read as month/day: as before. `day_first` in the mapping says otherwise."
    ]
    assert looked("14/04/2026", before=False).first  # its cells show it
    (asked,) = looked("05/12/2026", before=True).doubts
    assert "as before" in asked.message and "yet to come" in asked.message


def test_what_a_person_says_is_not_asked_and_days_that_are_the_same_need_no_answer() -> None:
    assert looked("03/04/2026", given=False) == DayOrder(first=False, shown=True, settled=True)
    for cells in (["05/05/2026", "06/06/2026"], ["2026-04-03"], [], ["99/99/2026"]):
        assert looked(*cells) == DayOrder()


def test_years_of_two_digits_that_come_first_are_asked_for_in_four() -> None:
    (asked,) = looked("26/04/03", "26/04/14", "25/12/01").doubts
    assert "26 April 2003 or 3 April 2026" in asked.message and "four digits" in asked.message
    for cells in (["26/04/25", "27/04/25"], ["26/04/03", "26/04/25"], ["03/11/10", "26/11/10"]):
        assert not any("four digits" in doubt.message for doubt in looked(*cells).doubts)


def test_nothing_ends_before_it_starts() -> None:
    days = Days({"starts": "from", "ends": "to"}, spans=[("starts", "ends")])
    days.add({"from": "05/03/2026", "to": "01/04/2026"})  # as month/day: 3 May to 4 January
    found = days.decide(None, BesideDays(TODAY))
    assert found.first and "end before it starts" in found.told[0]


@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize("day_first", [True, False])
def test_a_planted_order_is_found_or_asked_and_never_taken_for_the_other(day_first: bool, in_order: bool) -> None:
    drawn, wrong, asked = random.Random(7), 0, 0
    for _ in range(300):
        began = TODAY - timedelta(days=drawn.randrange(10, 700))
        days = [began + timedelta(days=drawn.randrange(60)) for _ in range(drawn.randrange(1, 30))]
        days = [day for day in days if day.day <= 12 and day <= TODAY]
        if in_order:
            days.sort()
        found = looked(*(day.strftime("%d/%m/%Y" if day_first else "%m/%d/%Y") for day in days))
        wrong += found.settled and found.first is not day_first
        asked += bool(found.doubts)
    assert wrong == 0 and asked < 250
