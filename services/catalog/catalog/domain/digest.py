"""The weekly digest: when it falls due, and what it says, in the reader's language.

It tells what a planner would look for first on a Monday: what to order, what may run out, what has not come, what lies
too much, what needs somebody. Pure: figures in, a subject and two bodies (plain text and HTML) out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from chassis.weeks import week_of

from catalog.domain.digest_texts import TEXTS, Language

SHOWN = 5  # of each list; the rest is a click away


def due_week(now: datetime, zone: ZoneInfo, first_weekday: int, hour: int) -> date:
    """The first day of the newest week whose digest is due: that of the week which has just begun, from `hour` on."""
    return week_of((now.astimezone(zone) - timedelta(hours=hour)).date(), first_weekday)


def due_at(week: date, zone: ZoneInfo, hour: int) -> datetime:
    """When the digest of that week falls due."""
    return datetime.combine(week, time(hour), zone)


@dataclass(frozen=True)
class Figures:
    """What the digest tells of, all of one moment.

    `totals` as `storage.needs.totals`; `proposed` and `overdue` have `orders` and `value`; `short` rows of what may
    run out (`sku`, `name`, `location`, `on_hand`, `revenue_at_risk`), the dearest first; `open` entries of the
    attention list, the most urgent first; `attention` counts those that are open, `new` those of the last week.
    """

    totals: dict[str, Any]
    proposed: dict[str, Any]
    overdue: dict[str, Any]
    short: Sequence[dict[str, Any]]
    open: Sequence[dict[str, Any]]
    attention: int
    new: int


@dataclass(frozen=True)
class Letter:
    """A digest as it is sent."""

    subject: str
    text: str
    html: str


class _Written:
    """Numbers and sentences of one language."""

    def __init__(self, language: Language, currency: str) -> None:
        self._language, self._currency, self._texts = language, currency, TEXTS[language]

    def money(self, value: float) -> str:
        return str(format_currency(round(value), self._currency, "#,##0 ¤", locale=self._language,
                                   currency_digits=False))  # fmt: skip

    def number(self, value: float) -> str:
        return str(format_decimal(value, "#,##0.##", locale=self._language))

    def day(self, day: date) -> str:
        return str(format_date(day, "long", locale=self._language))

    def say(self, key: str, count: int | None = None, **given: str) -> str:
        """A sentence; where it counts, that of one or of many."""
        if count is not None:
            key, given = f"{key}.{'one' if count == 1 else 'many'}", {"count": self.number(count), **given}
        return self._texts[key].format(**given)


def write(figures: Figures, week: date, *, language: Language, currency: str, url: str) -> Letter:
    """The digest of the week that begins on `week`; links where the dashboard's address is known."""
    words = _Written(language, currency)
    totals = figures.totals
    # Each part: its heading, the page it leads to, its lines. What there is nothing of is not told.
    parts: list[tuple[str, str, list[str]]] = []
    if totals["due"] or figures.proposed["orders"]:
        lines = [words.say("due", totals["due"], value=words.money(totals["due_value"]))] if totals["due"] else []
        if found := figures.proposed["orders"]:
            lines.append(words.say("proposed", found, value=words.money(figures.proposed["value"])))
        parts.append((words.say("order"), "/replenishment", lines))
    if totals["at_risk_series"]:
        head = words.say("at_risk", totals["at_risk_series"], value=words.money(totals["at_risk_value"]))
        parts.append((words.say("short"), "/?kind=stockout", [head, *(_short(words, row) for row in figures.short)]))
    if found := figures.overdue["orders"]:
        told = words.say("overdue", found, value=words.money(figures.overdue["value"]))
        parts.append((words.say("late"), "/replenishment?view=orders", [told]))
    if figures.attention:
        head = words.say("attention", figures.attention, new=words.number(figures.new))
        parts.append((words.say("look"), "/", [head, *(str(row["title"]) for row in figures.open)]))
    if totals["excess_series"]:
        told = words.say("excess", totals["excess_series"], value=words.money(totals["excess_value"]))
        parts.append((words.say("much"), "/replenishment?view=excess", [told]))
    if not parts:
        parts.append((words.say("nothing"), "/", []))
    subject = words.say("subject", day=words.day(week), due=words.number(totals["due"]),
                        short=words.number(totals["at_risk_series"]))  # fmt: skip
    return Letter(subject, _text(words, parts, url), _html(words, language, subject, parts, url))


def _short(words: _Written, row: dict[str, Any]) -> str:
    return words.say("product", name=row["name"], sku=row["sku"], location=row["location"],
                     stock=words.number(float(row["on_hand"])), value=words.money(row["revenue_at_risk"]))  # fmt: skip


def _text(words: _Written, parts: Sequence[tuple[str, str, list[str]]], url: str) -> str:
    blocks = [
        # A name with line breaks in it must not begin what looks like a part of its own.
        "\n".join([head, *(f"  - {' '.join(line.split())}" for line in lines), *([f"  {url}{page}"] if url else [])])
        for head, page, lines in parts
    ]
    return "\n\n".join([*blocks, words.say("foot")]) + "\n"


def _html(
    words: _Written, language: str, subject: str, parts: Sequence[tuple[str, str, list[str]]], url: str
) -> str:  # fmt: skip
    blocks = []
    for head, page, lines in parts:
        title = f'<a href="{escape(url + page)}" style="color:#0f766e">{escape(head)}</a>' if url else escape(head)
        items = "".join(f'<li style="margin:4px 0">{escape(line)}</li>' for line in lines)
        blocks.append(f'<h2 style="font-size:16px;margin:24px 0 4px">{title}</h2><ul style="margin:0">{items}</ul>')
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(subject)}</title></head>'
        '<body style="font-family:system-ui,sans-serif;font-size:14px;line-height:1.5;max-width:640px;margin:24px">'
        f'<h1 style="font-size:18px">{escape(subject)}</h1>{"".join(blocks)}'
        f'<p style="margin-top:32px">{escape(words.say("foot"))}</p></body></html>'
    )
