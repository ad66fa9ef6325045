"""The import screens: what each line becomes, questions answered by a button, kept mappings, lines mended in place."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from infra.launcher import processes
from infra.launcher.local import System
from tests.e2e.dashboard import SECONDS, sign_in
from tests.e2e.test_planning import complaints_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
SALES = "date,receipt,sku,quantity,unit price\n"


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Two products with sales of a day."""
    file = tmp_path_factory.mktemp("screens") / "first.csv"
    file.write_text(f"{SALES}2026-04-13,1,MUG,2,9\n2026-04-13,2,POT,1,19\n")
    with System(dashboard=True) as running:
        running.run("import", str(file), "--data", str(running.data))
        running.run("verify", "--data", str(running.data))
        yield running


def choose(page: Page, tmp_path: Path, name: str, content: str) -> None:
    file = tmp_path / name
    file.write_text(content)
    page.get_by_label("Choose a file").set_input_files(file)


def lines(page: Page) -> Locator:
    return page.get_by_role("grid", name="First lines").get_by_role("row")


def accessible(page: Page) -> None:
    assert complaints_of(page) == []


def test_each_line_says_what_it_becomes_and_conflicts_are_counted(page: Page, system: System, tmp_path: Path) -> None:
    sign_in(page, system, "/imports")
    again = "2026-04-13,1,MUG,2,9\n2026-04-14,3,POT,1,19\n2026-04-14,4,CUP,1,5\n2026-04-14,5,POT,many,19\n"
    choose(page, tmp_path, "again.csv", SALES + again)
    for place, fate in enumerate(["There already", "Recorded", "Waits", "Refused"], 1):
        expect(lines(page).nth(place).get_by_text(fate, exact=True)).to_be_visible(timeout=SECONDS)
    expect(
        page.get_by_text(re.compile(r"Of 4 lines, 1 ready, 1 there already, 1 error, 1 wait for their product"))
    ).to_be_visible()
    accessible(page)


def test_a_file_of_another_till_is_given_a_source_of_its_own(page: Page, system: System, tmp_path: Path) -> None:
    sign_in(page, system, "/imports")
    choose(page, tmp_path, "till-2.csv", SALES + "2026-04-13,1,POT,3,19\n")
    expect(page.get_by_text(re.compile("1 conflict|is another sale|other source|another source")).first).to_be_visible(
        timeout=SECONDS
    )
    source = page.get_by_label("Source: the till or shop it is of")
    source.fill("till-2")
    source.press("Enter")
    expect(page.get_by_text(re.compile("Of 1 line, 1 ready, 0 errors"))).to_be_visible(timeout=SECONDS)
    page.get_by_role("button", name="Import all valid lines").click()

    def both() -> bool:
        return {sale["source"] for sale in system.client().get("/sales")["items"]} == {"file:import", "file:till-2"}

    processes.wait_until(both, 60, "The sale of the other till")


def test_a_question_is_answered_by_a_button_and_the_answer_is_kept_set_aside_and_forgotten(
    page: Page, system: System, tmp_path: Path
) -> None:
    sign_in(page, system, "/imports")
    head = "Day,No,Code,Units,Each\n"
    choose(page, tmp_path, "unclear.csv", f"{head}03/04/2026,1,MUG,1,9\n05/04/2026,2,MUG,1,9\n")
    for field, column in [("Day", "Day"), ("Product code", "Code"), ("Quantity", "Units"), ("Unit price", "Each")]:
        page.get_by_role("combobox", name=re.compile(f"^{field}( · needed)?$")).select_option(column)
    asked = page.get_by_role("alert").filter(has_text="may be day/month or month/day")
    expect(asked).to_be_visible(timeout=SECONDS)
    start = page.get_by_role("button", name="Import all valid lines")
    expect(start).to_be_disabled()
    accessible(page)
    asked.get_by_role("button", name=re.compile("^month.day: it is 4 March 2026")).click()
    expect(asked).to_have_count(0)
    start.click()
    expect(page.get_by_text("Succeeded", exact=True).first).to_be_visible(timeout=SECONDS)
    choose(page, tmp_path, "next.csv", f"{head}06/04/2026,3,MUG,1,9\n")
    kept = page.get_by_role("status").filter(has_text="has said of files of these columns")
    expect(kept).to_be_visible(timeout=SECONDS)
    expect(page.get_by_text(re.compile("Of 1 line, 1 ready"))).to_be_visible()
    kept.get_by_role("button", name="Read it as any file").click()
    aside = page.get_by_role("status").filter(has_text="Read as any file")
    expect(aside).to_be_visible(timeout=SECONDS)
    aside.get_by_role("button", name="Read it as before").click()
    kept.get_by_role("button", name="Forget it").click()
    page.get_by_role("dialog").get_by_role("button", name="Forget it").click()
    expect(kept).to_have_count(0, timeout=SECONDS)
    assert system.client().get("/sales/import-mappings")["items"] == []


def test_a_refused_line_of_the_shop_is_mended_where_it_stands(page: Page, system: System, tmp_path: Path) -> None:
    sign_in(page, system, "/imports?kind=stock")
    choose(page, tmp_path, "counts.csv", "sku,quantity\nMUG,5\nMGU,many\n")
    expect(lines(page).nth(2).get_by_text("Refused")).to_be_visible(timeout=SECONDS)
    page.get_by_role("button", name="Import 1 line").click()
    page.get_by_role("button", name="Fix line 2").click(timeout=SECONDS)
    fixing = page.get_by_role("dialog", name="Line 2")
    fixing.get_by_label("quantity").fill("7")
    accessible(page)
    fixing.get_by_role("button", name="Run it again").click()
    expect(fixing.get_by_text("is no known product")).to_be_visible(timeout=SECONDS)
    fixing.get_by_label("sku").fill("POT")
    fixing.get_by_role("button", name="Run it again").click()
    expect(fixing).to_have_count(0, timeout=SECONDS)
    expect(page.get_by_role("heading", name="1 refused line")).to_have_count(0)
    stock = {item["sku"]: float(item["on_hand"]) for item in system.client().get("/stock")["items"]}
    assert stock["POT"] == 7


def test_what_was_said_of_a_shops_file_is_kept_for_its_kind_and_columns(
    page: Page, system: System, tmp_path: Path
) -> None:
    sign_in(page, system, "/imports?kind=prices")
    choose(page, tmp_path, "prices.csv", "Ware,Neu\nMUG,8\n")
    page.get_by_label("Product code").select_option("Ware")
    page.get_by_label(re.compile("^Price")).select_option("Neu")
    page.get_by_role("button", name="Import 1 line").click(timeout=SECONDS)
    expect(page.get_by_text("Succeeded", exact=True).first).to_be_visible(timeout=SECONDS)
    choose(page, tmp_path, "more.csv", "Ware,Neu\nPOT,18\n")
    kept = page.get_by_role("status").filter(has_text="has said of files of these columns")
    expect(kept).to_be_visible(timeout=SECONDS)
    expect(page.get_by_role("button", name="Import 1 line")).to_be_enabled()
    kept.get_by_role("button", name="Forget it").click()
    page.get_by_role("dialog").get_by_role("button", name="Forget it").click()
    expect(kept).to_have_count(0, timeout=SECONDS)
    expect(page.get_by_text("needed").first).to_be_visible()


KINDS = ["products", "kits", "sales", "prices", "stock", "suppliers", "terms", "receipts", "promotions", "weather",
         "reservations"]  # fmt: skip


def test_the_sample_file_of_each_kind_comes_in_without_a_fault(page: Page, system: System, tmp_path: Path) -> None:
    """As somebody does who begins with them: one after another, as they were downloaded."""
    sign_in(page, system, "/imports")
    expect(page.get_by_role("group", name="What the file holds").get_by_role("button")).to_have_count(len(KINDS))
    for kind in KINDS:
        page.goto(f"/imports?kind={kind}")
        with page.expect_download() as download:
            page.get_by_role("button", name=re.compile("^Sample file of")).click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        given = len(file.read_text().splitlines()) - 1
        page.get_by_label("Choose a file").set_input_files(file)
        if kind == "sales":
            expect(page.get_by_text(re.compile(rf"Of {given} lines, {given} ready, 0 errors"))).to_be_visible()
        page.get_by_role("button", name=re.compile(rf"^Import (all valid lines|{given} lines?)$")).click()
        expect(page.get_by_text("Succeeded", exact=True).first).to_be_visible()
        expect(page.get_by_role("heading", name=re.compile(r"\d (refused|rejected) line"))).to_have_count(0)
    system.run("verify", "--data", str(system.data))
    assert system.client().get("/products/GIFT-BOX/components")["bills"][0]["components"][0]["sku"] == "MUG-01"


def test_all_that_a_column_may_say_can_be_chosen_and_what_was_chosen_is_not_asked_for_while_the_file_is_read(
    page: Page, system: System, tmp_path: Path
) -> None:
    sign_in(page, system, "/imports")
    bons = "".join(f"1{day}-11-26;1{day}:40;B{day};MUG;0,5;kg;4,50\n" for day in range(4))
    choose(page, tmp_path, "kassa.csv", f"Dag;Tijd;Kassabon;Ware;Aantal;Eenheid;Bedrag\n{bons}")
    field = page.get_by_role("combobox", name="Product code · needed", exact=True)
    expect(field).to_be_visible(timeout=SECONDS)
    held: list[Route] = []  # an answer that takes long
    page.route("**/api/imports/preview*", lambda route: held.append(route))
    field.select_option("Ware")
    expect(page.get_by_role("combobox", name="Product code", exact=True)).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Reads the whole file again")).to_be_visible()
    for route in held:
        route.continue_()
    page.unroute("**/api/imports/preview*")
    said = {
        "Product code": "Ware", "Quantity": "Aantal", "Day": "Dag", "Time": "Tijd",
        "Receipt or invoice number": "Kassabon", "Amount of the line": "Bedrag", "Unit of the quantity": "Eenheid",
    }  # fmt: skip
    for label, column in said.items():
        page.get_by_role("combobox", name=re.compile(f"^{label}( · needed)?$")).select_option(column)
    expect(
        page.get_by_text("CSV, semicolon between columns, decimal “,”, day before month. Of 4 lines, 4 ready")
    ).to_be_visible(timeout=SECONDS)
    page.get_by_role("button", name="What else a column may say").click()
    expect(page.get_by_role("combobox", name="Is a return")).to_be_visible()
    accessible(page)


def test_a_kind_of_file_that_cannot_be_undone_says_so_as_a_sentence(page: Page, system: System, tmp_path: Path) -> None:
    sign_in(page, system, "/imports?kind=stock")
    choose(page, tmp_path, "count.csv", "sku,quantity\nMUG,9\n")
    expect(page.get_by_text("It cannot be undone: what was counted was counted: a newer count takes")).to_be_visible(
        timeout=SECONDS
    )
