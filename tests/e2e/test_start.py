"""From an empty system to an approved order, with one's own files alone: each step is done when the data say so."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.launcher.local import System
from tests.e2e.answers import Answers
from tests.e2e.camera import Camera
from tests.e2e.dashboard import ADDRESSES, SAMPLE, SECONDS, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
TRAINED_MS = 300_000

FILES = {
    "stock": "sku,quantity\nLAP001,1\nPHN002,2\nAUD003,2\n",
    "suppliers": "code,name,lead days\nACME,Acme Trading,14\n",
    "terms": "sku,supplier,unit cost,moq,pack size\nLAP001,ACME,50,12,6\nPHN002,ACME,40,12,6\n",
}


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with System(dashboard=True) as running:
        yield running


def step(page: Page, title: str) -> Locator:
    page.goto("/start")
    found = page.get_by_role("list", name="The way to the first order").get_by_role("listitem")
    return found.filter(has=page.get_by_role("heading", name=title))


def test_an_empty_system_shows_the_path_with_samples(page: Page, system: System) -> None:
    sign_in(page, system)
    page.get_by_role("link", name="Start here").click()
    expect(page.get_by_text("0 of 7 steps done. Next: sales.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Sample file of stock counts").click()
    assert download.value.path().read_text().startswith("sku,quantity")


LOOKS = {"light": ("light", 1440), "dark": ("dark", 1440), "phone": ("light", 390)}
SIDEWAYS = "document.querySelector('#main').scrollWidth - document.querySelector('#main').clientWidth"


@pytest.mark.parametrize("look", LOOKS)
def test_without_any_data_no_page_is_blank_or_broken_and_each_offers_what_comes_first(
    page: Page, system: System, look: str
) -> None:
    """What is offered: a sentence where a list is empty, else something to type, press or follow."""
    theme, width = LOOKS[look]
    page.add_init_script(f"localStorage.setItem('almanac-theme', '{theme}')")
    sign_in(page, system)
    page.set_viewport_size({"width": width, "height": 844})
    answers, faults = Answers(page), []
    page.on("response", lambda got: faults.append(f"{got.status} {got.url}") if got.status >= 500 else None)
    for address, title in ADDRESSES:
        answers.begin()
        page.goto(address)
        answers.settle()
        expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        main = page.locator("#main")
        faults += [f"{address}: {text}" for text in main.get_by_role("alert").all_inner_texts()]
        said = re.sub(r"\s+", " ", main.inner_text().replace(title, "", 1))
        if len(said) < 60 or not main.get_by_role("button").or_(main.get_by_role("link")).first.is_visible():
            faults.append(f"{address} says only {said!r}")
        if page.evaluate(SIDEWAYS):
            faults.append(f"{address} moves sideways")
    assert faults == []
    page.goto("/products")
    page.locator("#main").get_by_role("link", name="Import sales").click()
    expect(page.get_by_role("heading", name="Imports", level=1)).to_be_visible()


def test_own_files_lead_to_an_approved_order(page: Page, system: System, tmp_path: Path) -> None:
    camera = Camera("first-run")
    sign_in(page, system)
    step(page, "Sales")
    camera.take(page, "an-empty-system-shows-the-path")
    step(page, "Sales").get_by_role("link", name="Bring in a file of sales").click()
    page.get_by_label("Choose a file").set_input_files(SAMPLE)
    expect(page.get_by_text(re.compile("become products"))).to_be_visible()
    camera.take(page, "how-the-file-is-read")
    page.get_by_role("button", name="Import all valid lines").click()
    expect(page.get_by_text("Succeeded", exact=True).first).to_be_visible()
    system.run("verify", "--data", str(system.data))
    expect(step(page, "Sales").get_by_text("Done")).to_be_visible()
    expect(step(page, "Products").get_by_text("Done")).to_be_visible()
    for kind, content in FILES.items():
        title = {"stock": "Stock", "suppliers": "Suppliers", "terms": "Supply terms"}[kind]
        step(page, title).get_by_role("link", name=f"Bring in a file of {title.lower()}").click()
        file = tmp_path / f"{kind}.csv"
        file.write_text(content)
        page.get_by_label("Choose a file").set_input_files(file)
        page.get_by_role("button", name=re.compile(r"^Import \d line")).click()
        expect(page.get_by_text("Succeeded", exact=True).first).to_be_visible()
        expect(step(page, title).get_by_text("Done")).to_be_visible()
    step(page, "First forecast").get_by_role("link", name="Train").click()
    page.get_by_label("As of the end of").fill("2023-02-12")
    page.get_by_role("button", name="Train now").click()
    expect(page.get_by_text("Live", exact=True).last).to_be_visible(timeout=SECONDS)
    expect(page.get_by_role("grid", name="Runs").get_by_text("Live", exact=True)).to_be_visible(timeout=TRAINED_MS)
    camera.take(page, "the-first-forecast")
    step(page, "First order").get_by_role("link", name="Propose orders").click()
    page.get_by_role("button", name="Propose orders").click()
    page.get_by_role("button", name=re.compile(r"^Review \d+ line")).click()
    page.get_by_role("button", name=re.compile("^Approve")).click()
    page.get_by_role("dialog").get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_role("button", name="Receive all that is open")).to_be_visible()
    camera.take(page, "the-first-order")
    page.goto("/start")
    expect(page.get_by_text(re.compile("^Everything is there"))).to_be_visible()


def test_a_file_of_the_shop_is_wrong_at_its_cell_and_undone_as_a_whole(
    page: Page, system: System, tmp_path: Path
) -> None:
    before = system.client().get("/products/LAP001")["name"]
    file = tmp_path / "products.csv"
    file.write_text("sku,name,price\nLAP001,Notebook,10\nPHN002,Telephone,many\n")
    sign_in(page, system, "/imports?kind=products")
    page.get_by_label("Choose a file").set_input_files(file)
    wrong = page.get_by_role("grid", name="First lines").get_by_role("row").filter(has_text="many")
    expect(wrong.get_by_text("Refused")).to_be_visible()
    expect(wrong.get_by_role("gridcell").filter(has_text="many").get_by_text("is not a number")).to_be_visible()
    expect(page.get_by_text(re.compile("1 error"))).to_be_visible()
    page.get_by_role("button", name="Import 1 line").click()
    expect(page.get_by_role("heading", name="1 refused line")).to_be_visible()
    assert system.client().get("/products/LAP001")["name"] == "Notebook"
    page.get_by_role("button", name="Undo the import").click()
    asked = page.get_by_role("dialog", name=re.compile("^Undo the import"))
    expect(asked.get_by_text(re.compile("0 new and 1 changed line become what they were"))).to_be_visible()
    asked.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_text(re.compile("^Undone by")).first).to_be_visible()
    assert system.client().get("/products/LAP001")["name"] == before


def test_a_mistyped_code_waits_until_somebody_says_what_it_means(page: Page, system: System, tmp_path: Path) -> None:
    file = tmp_path / "typed.csv"
    file.write_text(
        "sku,quantity,date,price\nLAP001,2,2023-02-13,10\nLAP-OO1,3,2023-02-13,10\nZZ-GIFT,1,2023-02-14,5\n"
        "PHN002,many,2023-02-14,10\n"
    )
    sign_in(page, system, "/imports")
    page.get_by_label("Choose a file").set_input_files(file)
    expect(page.get_by_text(re.compile(r"Of 4 lines, 1 ready, 1 error, 2 wait for their product"))).to_be_visible()
    page.get_by_role("button", name="Import all valid lines").click()
    expect(page.get_by_role("heading", name="1 rejected line")).to_be_visible()
    assert {item["sku"] for item in system.client().get("/products", q="ZZ-GIFT")["items"]} == set()
    page.get_by_role("button", name=re.compile("^Fix line")).click()
    fixing = page.get_by_role("dialog", name=re.compile("^Line"))
    expect(fixing.get_by_label("quantity")).to_be_focused()
    fixing.get_by_label("quantity").fill("4")
    fixing.get_by_role("button", name="Run it again").click()
    expect(page.get_by_text(re.compile("^Failed lines run again: done"))).to_be_visible()
    page.goto("/sales?view=codes")
    page.get_by_role("button", name="Map LAP-OO1").click()
    mapping = page.get_by_role("dialog", name="What LAP-OO1 means")
    mapping.get_by_label("Product code").fill("LAP001")
    mapping.get_by_role("button", name="Map", exact=True).click()
    expect(page.get_by_text("LAP-OO1 means LAP001: 1 sale recorded.")).to_be_visible()
    page.get_by_role("button", name="Dismiss ZZ-GIFT").click()
    asked = page.get_by_role("dialog", name="Dismiss ZZ-GIFT")
    expect(asked.get_by_text(re.compile("^1 waiting sale of 1 unit is refused"))).to_be_visible()
    asked.get_by_role("button", name="Dismiss the code").click()
    expect(page.get_by_text("Every code is known")).to_be_visible()
    expect(page.get_by_role("grid", name="Decided codes").get_by_role("row").filter(has_text="ZZ-GIFT")).to_be_visible()


def test_an_import_of_sales_is_undone_as_a_whole(page: Page, system: System, tmp_path: Path) -> None:
    file = tmp_path / "regretted.csv"
    file.write_text("sku,quantity,date,price\nLAP001,5,2023-02-20,10\nPHN002,6,2023-02-20,10\n")
    sign_in(page, system, "/imports")
    page.get_by_label("Choose a file").set_input_files(file)
    page.get_by_role("button", name="Import all valid lines").click()
    page.get_by_role("button", name="Undo the import").click()
    asked = page.get_by_role("dialog", name=re.compile("^Undo the import"))
    expect(asked.get_by_text(re.compile("^2 sales recorded by it are voided"))).to_be_visible()
    asked.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_text(re.compile("^2 sales voided"))).to_be_visible()
