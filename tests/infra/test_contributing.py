"""What CONTRIBUTING.md sends people to is there."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from infra.launcher.paths import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text()
RECIPES = TEXT.partition("## Recipes")[2].split("\n### ")[1:]
NAMED = re.compile(r"`([^`\s]+)`")
STEP = re.compile(r"^\d+\. `([^`]+)`", re.MULTILINE)


def paths(text: str) -> list[str]:
    """Everything in backticks that is a file or folder: it has a slash, or an ending that files have."""
    return [name for name in NAMED.findall(text) if re.search(r"/|\.(py|md|json|yml|yaml|toml|tsx?)$", name)]


def there(pattern: str) -> list[Path]:
    """The files of a path in which `<word>` stands for one of its kind."""
    return list(ROOT.glob(re.sub(r"<\w+>", "*", pattern)))


def git(*arguments: str) -> str:
    """What git says of this checkout; nothing where there is none."""
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.splitlines()[0])
def test_every_step_of_a_recipe_names_files_that_are_there(recipe: str) -> None:
    assert STEP.findall(recipe), "a recipe is a list of files in order"
    assert [name for name in STEP.findall(recipe) if not there(name)] == []


@pytest.mark.skipif(
    git("rev-parse", "--is-shallow-repository") != "false", reason="the history is not here"
)  # fmt: skip
def test_the_commits_in_which_recipes_were_followed_are_in_the_history() -> None:
    titles = git("log", "--format=%s").splitlines()
    named = [" ".join(title.split()) for title in re.findall(r"\*([A-Z][^*]+)\*", TEXT.partition("## Recipes")[2])]
    assert len(named) >= len(RECIPES)
    assert [name for name in named if not any(title.startswith(name) for title in titles)] == []


def test_every_other_path_and_link_is_there() -> None:
    commands = {"api/events"}
    named = {name for name in paths(TEXT) if not name.startswith(("./", ".venv/", "*.")) and name not in commands}
    named |= {link for link in re.findall(r"\]\(([^)]+)\)", TEXT) if "://" not in link}
    bare = {"app.py", "settings.py", "__main__.py"}  # of any service
    assert sorted(name for name in named - bare if not there(name)) == []


def test_a_product_field_takes_six_files_by_hand_at_most_and_a_method_two() -> None:
    steps = {recipe.splitlines()[0]: len(STEP.findall(recipe)) for recipe in RECIPES}
    assert steps["Add a field to a product"] <= 6
    assert steps["Add a forecasting method"] == 2


def test_every_hook_runs_a_tool_of_ours_and_fetches_nothing() -> None:
    repositories = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert [repository["repo"] for repository in repositories] == ["local"]
    for hook in repositories[0]["hooks"]:
        assert hook["language"] == "system"
        named = [word for word in hook["entry"].split() if "/" in word]
        assert [word for word in named if not word.startswith(".venv/") and not (ROOT / word).exists()] == []


def test_every_folder_that_is_kept_up_to_date_is_there() -> None:
    for update in yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text())["updates"]:
        for folder in update.get("directories", [update.get("directory")]):
            assert there(folder.strip("/") or "almanac"), folder
