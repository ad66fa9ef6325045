"""Each sentence that services say to readers, as its text with places, and what a language of the dashboard lacks of them.

A sentence is found where it is made: in what a failure, a fault of a cell, a question, a judgement or a job's end is
made with, in what is put into a variable that says so (`why`, `message`), and in modules that begin with `# Heard:`. `{0}`, `{1}` … are what fills it. The dashboard knows a sentence again by its text (frontend/src/lib/heard.ts),
so that what was kept in English is read in any language. tests/infra/test_sentences.py holds it.

    .venv/bin/python frontend/scripts/spoken.py      each text that a language lacks, and those that nothing says
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ROOT / "services"
LANGUAGES = ("de", "fr")
MADE_BY = {
    # failures and problems
    "CodeNeeded", "Conflict", "FieldError", "IncompleteLog", "Invalid", "NotAllowed", "NotFound", "NotSignedIn",
    "Problem", "TooLarge", "Unavailable", "Unclear", "invalid", "not_found", "unauthenticated",
    # what is wrong with a line, a cell or a file
    "BadCell", "Doubt", "Fault", "Kind", "LineFate", "NoIdentity", "NoSale", "NotTold", "OfAnother", "Refused",
    "RowError", "UnreadableFile", "Wrong", "_fault", "_plain_number", "_rule", "fault", "other_unit",
    # how a run, a job or a judgement ended, and what stands in its place
    "Judgement", "RuntimeError", "StoodStill", "_end", "end_without_forecasts", "finish", "not_promoted",
}  # fmt: skip
# Calls whose first word in small letters is a code that readers see as words.
CODED = {"BadCell", "Fault", "LineFate", "NoSale", "NotTold", "Refused", "_fault", "_rule", "fault"}
CODE = re.compile(r"[a-z]+(_[a-z]+)+|missing")
METHODS = "forecaster/forecaster/engine/methods/"  # the names of methods are those of their classes
NAMED = {"message", "prices", "said", "what", "why"}
# Rules of the models of API and events: what they raise is told at its field.
OF_MODELS = re.compile(r"^(contracts/contracts/(scenario|types)\.py|[a-z]+/[a-z]+/api/.*)$")
HEARD = re.compile(r"^# Heard: ", re.MULTILINE)  # of a module all of whose texts are said to readers
# What is said to programs, to whoever runs Almanac, or is the word of a file.
UNHEARD = {
    "Counter", "Field", "FileColumn", "Malformed", "Path", "Preset", "Query", "Sweep", "info",
    "hash", "progress", "record", "sentence", "warning", "words",
}  # fmt: skip
NOWHERE = re.compile(r"/(tests|migrations|cli)/|/(kafka\w*|worker|housekeeping|memory_event_log|tail)\.py")
LEAST = 4  # letters of a sentence's own, below which it is known by nothing
PROGRAMS = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|ANY|WHERE|FROM|FETCH)\b|\\|:\w+\b|^\w+(, \w+)+$")
# Texts that are no literal of one place: words of a list, and pieces that are put together.
COMPOSED = {
    "sparse sellers", "irregular sellers", "steady sellers", "ended", "discontinued", "weather",  # of methods
    "pooled gradient boosting",
    # What fills a sentence: states, kinds of sales, of files and of work, roles, periods
    "proposed", "approved", "received", "cancelled", "closed", "running", "failed", "succeeded", "superseded",
    "waiting", "sale", "return", "correction", "void", "replay", "reproduction", "the role {0}",
    "the role {0} or the scope {1}", "products", "prices", "stock", "suppliers", "terms", "receipts", "promotions",
    "kits", "reservations", "locations", "days", "weeks", "months", "quarters", "years", "day/month", "month/day",
    "Out of stock", "May run out before the next delivery can arrive", "Far more than will be sold soon",  # attention
    # What is not believed, as a series' reason says it: column, value, period; what was done; why
    "y {0} of {1} damped to {2}: {3}", "y {0} of {1} left out: {2}", "y {0} of {1} read as {2}: {3}",
    "ds {0} left out: {1}", "ds {0} read as in part: {1}", "ds {0} read as: {1}", "{0} {1} of {2} left out: {3}",
    "{0} {1} of {2} read as {3}: {4}", "and {0} more", "damped to {0}", "read as {0}", "read as in part", "read as",
    "price", "discount", "promotion",
    # What pydantic says of a field
    "Field required", "Input should be a valid string", "Input should be a valid integer",
    "Input should be a valid number", "Input should be a valid boolean", "Input should be a valid list",
    "Input should be a valid dictionary", "Input should be a finite number", "Input should be {0}",
    "Input should be greater than {0}", "Input should be greater than or equal to {0}",
    "Input should be less than {0}", "Input should be less than or equal to {0}",
    "String should have at least {0} characters", "String should have at least {0} character",
    "String should have at most {0} characters", "String should have at most {0} character",
    "String should match pattern {0}",
    "List should have at least {0} item after validation, not {1}",
    "List should have at most {0} items after validation, not {1}", "Extra inputs are not permitted",
    "Decimal input should have no more than {0} decimal places",
    "Decimal input should have no more than {0} digits in total",
    "Input should be a valid date or datetime, {0}", "Input should be a valid datetime or date, {0}",
    "Input should be a valid datetime, {0}", "Input should be a valid date in the format YYYY-MM-DD, {0}",
    "Input should be a valid UUID, {0}", "Input should have timezone info", "Input should be a valid decimal",
    "Input should be a valid integer, unable to parse string as an integer",
    "Input should be a valid number, unable to parse string as a number",
    "Input should be a valid boolean, unable to interpret input",
}  # fmt: skip


def texts() -> dict[str, str]:
    """Each text that services say, and the first file that says it."""
    found = dict.fromkeys(sorted(COMPOSED), "")
    for file in sorted(SERVICES.rglob("*.py")):
        name = str(file.relative_to(SERVICES))
        if not NOWHERE.search(f"/{name}"):
            source = file.read_text()
            tree = ast.parse(source)
            every = [*said(tree, bool(HEARD.search(source)), bool(OF_MODELS.match(name))), *_codes(tree)]
            for text in every + (_methods(tree) if name.startswith(METHODS) else []):
                found.setdefault(text, name)
    return found


def _codes(tree: ast.AST) -> Iterator[str]:
    """Codes of what is wrong, as the dashboard writes them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in CODED:
            words = (each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str))
            yield from (word.replace("_", " ") for word in words if CODE.fullmatch(word))


def _methods(tree: ast.AST) -> list[str]:
    """Names of methods that are words; others are the same in each language."""
    named = (each for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for each in node.body)
    texts = (prose(each.value) for each in named if isinstance(each, ast.Assign) and _name(each.targets[0]) == "name")
    return [text for text in texts if text and " " in text]


def said(node: ast.AST, within: bool, models: bool) -> Iterator[str]:
    """Texts below a node; `within`: it is in something that readers are told."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if (text := prose(node)) is not None:
        if within and _reads(text):
            yield text
        if isinstance(node, ast.JoinedStr):
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    yield from said(part.value, within, models)
        return
    if isinstance(node, ast.Call):
        called = _name(node.func)
        if called == "filterwarnings":
            return  # the message is one of a library
        within = called not in UNHEARD and (within or called in MADE_BY or (models and called == "ValueError"))
    if isinstance(node, ast.keyword) and node.arg in NAMED:
        within = True
    if isinstance(node, ast.Assign):
        within |= any(_name(target) in NAMED for target in node.targets)
    for below in ast.iter_child_nodes(node):
        yield from said(below, within, models)


def prose(node: ast.AST) -> str | None:
    """A text as its catalogue knows it, where the node is one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.strip()
    if isinstance(node, ast.JoinedStr):
        number = iter(range(len(node.values)))
        parts = (str(part.value) if isinstance(part, ast.Constant) else f"{{{next(number)}}}" for part in node.values)
        return "".join(parts).strip()
    return None


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _reads(text: str) -> bool:
    """Whether a text is words for people."""
    words = re.sub(r"\{\d\}", "", text)
    letters = len(re.findall(r"[A-Za-z]", words))
    return " " in text and letters >= LEAST and not PROGRAMS.search(text)


def catalogue(language: str) -> dict[str, str]:
    """The language's sentences of services."""
    file = ROOT / "frontend" / "src" / "texts" / f"services.{language}.json"
    found: dict[str, str] = json.loads(file.read_text())
    return found


def main() -> int:
    """Say what is lacking, and what is there for nothing."""
    found, faults = texts(), []
    for language in LANGUAGES:
        has = catalogue(language)
        faults += [f"{language} lacks: {text!r} ({found[text]})" for text in found if text not in has]
        faults += [f"{language}: nothing says {text!r}" for text in has if text not in found]
    print(*faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
