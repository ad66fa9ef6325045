"""The weekly digest: sent once a week by a real SMTP server, tried again where it is away, in the reader's language."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from catalog import app
from catalog.application.digest import PAUSE, DigestSchedule, standing
from catalog.application.post import NotSent, send
from catalog.domain.digest import Figures, due_at, due_week, write
from catalog.domain.digest_texts import TEXTS
from catalog.settings import Settings
from chassis.database import Database
from chassis.security import Principal, Role, current_principal
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as some
from pydantic import ValidationError

from tests.postbox import Postbox, listening, plain

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
NOTHING = Figures(
    {"due": 0, "due_value": 0.0, "at_risk_series": 0, "at_risk_value": 0.0, "excess_series": 0, "excess_value": 0.0},
    {"orders": 0, "value": 0.0}, {"orders": 0, "value": 0.0}, [], [], 0, 0,
)  # fmt: skip


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, str]]:
    """The server, and its address."""
    with listening() as found:
        yield found


def settings(database_url: str, url: str, **more: Any) -> Settings:
    """A digest for two readers."""
    return Settings(
        database_url=database_url, smtp_url=url, mail_from="Almanac <almanac@shop.example>",
        digest_to="ann@shop.example, bob@shop.example", public_url="https://almanac.shop.example/", **more,
    )  # type: ignore[arg-type]  # fmt: skip


def test_each_reader_gets_it_once_a_week_from_however_many_workers(
    database: Database, database_url: str, postbox: tuple[Postbox, str]
) -> None:
    box, url = postbox
    workers = [DigestSchedule(database, settings(database_url, url), lambda: MONDAY) for _ in range(2)]
    assert [worker.look() for worker in (*workers, *workers)] == [True, False, False, False]
    assert [letter["To"] for letter in box.letters] == ["ann@shop.example", "bob@shop.example"]
    assert all(letter["From"] == "Almanac <almanac@shop.example>" for letter in box.letters)
    next_week = DigestSchedule(database, settings(database_url, url), lambda: MONDAY + timedelta(days=7))
    assert next_week.look() and len(box.letters) == 4
    assert len({letter["Message-ID"] for letter in box.letters}) == 4


def test_a_mail_server_that_is_away_is_asked_again_after_growing_pauses_and_the_reason_is_shown(
    database: Database, database_url: str, postbox: tuple[Postbox, str]
) -> None:
    box, url = postbox
    away, there = settings(database_url, "smtp://127.0.0.1:1"), settings(database_url, url)
    looks = lambda given, at: DigestSchedule(database, given, lambda: at).look()  # noqa: E731
    assert not looks(away, MONDAY)
    told = standing(database, away, MONDAY)
    assert told.last and "127.0.0.1" in told.last["error"] and told.last["sent_at"] is None
    assert told.next_at == MONDAY + PAUSE
    assert not looks(there, MONDAY + PAUSE - timedelta(seconds=1))  # the pause is kept
    assert not looks(away, MONDAY + PAUSE)
    assert standing(database, away, MONDAY + PAUSE).next_at == MONDAY + 3 * PAUSE
    assert looks(there, MONDAY + 3 * PAUSE) and len(box.letters) == 2
    told = standing(database, there, MONDAY + 3 * PAUSE)
    assert told.last and told.last["error"] is None and told.last["readers"] == 2
    assert told.next_at == datetime(2026, 11, 30, 7, tzinfo=UTC)


def test_what_nobody_reads_any_more_is_not_sent(
    database: Database, database_url: str, postbox: tuple[Postbox, str]
) -> None:
    box, url = postbox
    late = MONDAY + timedelta(days=3)
    assert not DigestSchedule(database, settings(database_url, url), lambda: late).look()
    assert not DigestSchedule(database, Settings(database_url=database_url), lambda: MONDAY).look()  # type: ignore[arg-type]
    assert not box.letters


def test_a_reader_whom_the_server_refuses_is_told_of_and_the_others_get_it_once(
    database: Database, database_url: str, postbox: tuple[Postbox, str]
) -> None:
    box, url = postbox
    box.refused = {"bob@shop.example"}
    looks = DigestSchedule(database, settings(database_url, url), lambda: MONDAY)
    assert looks.look() and not looks.look()
    assert [letter["To"] for letter in box.letters] == ["ann@shop.example"]
    last = standing(database, settings(database_url, url), MONDAY).last
    assert last and (last["readers"], last["error"]) == (1, "refused: bob@shop.example")


def test_no_password_stands_in_the_reason() -> None:
    with pytest.raises(NotSent) as told:
        send("smtp://ann:hidden-word@127.0.0.1:1", "a@b.example", ["c@d.example"], write(NOTHING, date(2026, 11, 23),
             language="en", currency="EUR", url=""))  # fmt: skip
    assert "hidden-word" not in str(told.value)


def test_the_api_says_where_it_stands_and_sends_one_at_once_for_an_operator(
    database: Database, database_url: str, postbox: tuple[Postbox, str]
) -> None:
    box, url = postbox
    api = app.build_api(settings(database_url, url, digest_language="de"), database)
    api.state.role = Role.VIEWER
    api.dependency_overrides[current_principal] = lambda: Principal("p1", "ann", api.state.role)
    client = TestClient(api, raise_server_exceptions=False)
    told = client.get("/digest").json()
    assert (told["readers"], told["language"], told["last"]) == (2, "de", None)
    assert client.get("/digest/letter").json()["subject"].startswith("Almanac, Woche vom")
    assert client.post("/digest/send").status_code == 403
    api.state.role = Role.OPERATOR
    assert client.post("/digest/send").json() == {"readers": 2, "error": None}
    assert len(box.letters) == 2 and "Almanac" in plain(box.letters[0])


def test_without_a_mail_server_the_api_says_what_to_set(client: TestClient) -> None:
    client.app.state.role = Role.OPERATOR  # type: ignore[attr-defined]
    assert client.get("/digest").json()["readers"] == 0
    refused = client.post("/digest/send")
    assert refused.status_code == 409 and "ALMANAC_SMTP_URL" in refused.json()["detail"]


def test_it_tells_what_to_order_and_what_may_run_out(stocked: TestClient, settle: Callable[[], None]) -> None:
    settle()
    told, summary = stocked.get("/digest/letter").json(), stocked.get("/replenishment/summary").json()
    assert summary["due"] > 0
    assert f"- {summary['due']} line" in told["text"] and f" {summary['due']} lines to order" in told["subject"]


@given(
    due=some.integers(0, 3), orders=some.integers(0, 3), short=some.integers(0, 3), late=some.integers(0, 3),
    attention=some.integers(0, 3), excess=some.integers(0, 3), language=some.sampled_from(sorted(TEXTS)),
    name=some.text(max_size=30), url=some.sampled_from(["", "https://a.example"]),
)  # fmt: skip
def test_whatever_there_is_is_told_in_each_language_and_no_name_becomes_markup(
    due: int, orders: int, short: int, late: int, attention: int, excess: int, language: Any, name: str, url: str
) -> None:
    row = {"sku": "A<1>", "name": f"<b>{name}", "location": "main", "on_hand": 2.5, "revenue_at_risk": 12.4}
    found = Figures(
        {"due": due, "due_value": 1234.5, "at_risk_series": short, "at_risk_value": 99.0, "excess_series": excess,
         "excess_value": 5.0},
        {"orders": orders, "value": 10.0}, {"orders": late, "value": 10.0}, [row] * short,
        [{"title": name}] * attention, attention, attention,
    )  # fmt: skip
    letter = write(found, date(2026, 11, 23), language=language, currency="EUR", url=url)
    headings = ("order", "short", "late", "look", "much")
    told = [bool(due or orders), bool(short), bool(late), bool(attention), bool(excess)]
    first_of_blocks = {block.splitlines()[0] for block in letter.text.split("\n\n") if block}
    assert [TEXTS[language][key] in first_of_blocks for key in headings] == told
    assert (TEXTS[language]["nothing"] in letter.text) == (not any(told))
    assert "{" not in letter.subject
    assert "<b>" not in letter.html.replace("<body", "")
    assert ("https://a.example" in letter.html) == bool(url)


def test_the_languages_say_the_same_things() -> None:
    assert {language: sorted(texts) for language, texts in TEXTS.items()} == dict.fromkeys(TEXTS, sorted(TEXTS["en"]))


@given(some.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)), some.integers(0, 6), some.integers(0, 23))  # noqa: DTZ001
def test_a_digest_is_of_the_newest_week_whose_hour_has_come(moment: datetime, first: int, hour: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    now = moment.replace(tzinfo=UTC)
    week = due_week(now, zone, first, hour)
    assert week.weekday() == first
    assert due_at(week, zone, hour) <= now + timedelta(hours=1)  # an hour that summer time leaves out
    assert now < due_at(week + timedelta(days=7), zone, hour) + timedelta(hours=1)


@pytest.mark.parametrize(
    "given_", [{"smtp_url": "http://x"}, {"smtp_url": "smtp://"}, {"digest_to": "ann@shop.example"},
               {"smtp_url": "smtp://x", "mail_from": "nobody", "digest_to": "a@b.example"}],
)  # fmt: skip
def test_settings_that_could_send_nothing_are_refused_at_start(given_: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(database_url="postgresql://x", **given_)  # type: ignore[arg-type]
