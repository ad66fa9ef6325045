"""A method is one class in one file that says what it is: the registry finds it, and there is no list to edit."""

from pathlib import Path

import numpy as np
import pytest
from forecaster.engine import methods
from forecaster.engine.methods import registry
from forecaster.engine.methods.base import Method
from forecaster.engine.methods.histories import Histories

FOLDER = Path(methods.__file__).parent


@pytest.mark.parametrize("method", registry.table(), ids=lambda method: method.name)
def test_every_method_says_its_name_its_reference_when_it_applies_and_what_it_costs(method: Method) -> None:
    assert method.name and method.reference and method.applies
    assert type(method).__doc__
    assert getattr(method, "cost", 1) > 0 and getattr(method, "seconds", 1) > 0


@pytest.mark.parametrize("kind", list(registry.FOLDERS), ids=lambda kind: kind.__name__)
def test_every_file_of_a_folder_holds_one_method(kind: type[Method]) -> None:
    files = [path for path in (FOLDER / registry.FOLDERS[kind]).glob("*.py") if path.stem != "__init__"]
    assert len(files) == sum(isinstance(method, kind) for method in registry.table())


def test_a_method_in_a_new_file_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from forecaster.engine.methods import combined

    (tmp_path / "naives.py").write_text(
        "from forecaster.engine.methods.base import Combination\n\n\n"
        "class Naives(Combination):\n    name, rank, parts = 'naives', 99, ('last value', 'seasonal naive')\n"
    )
    monkeypatch.setattr(combined, "__path__", [*combined.__path__, str(tmp_path)])
    registry._found.cache_clear()
    histories = Histories(np.array([[1.0, 2, 3]]), np.array([3]), 2, 0, 0, growth_window=2, level_window=3)
    assert registry.forecast_all(histories)["naives"].tolist() == [[3, 3]]
    monkeypatch.undo()
    registry._found.cache_clear()
    assert "naives" not in registry.forecast_all(histories)


def test_two_methods_of_one_rank_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    tsb = next(method for method in registry.local_methods() if method.name == "TSB")
    monkeypatch.setattr(type(tsb), "rank", 1)
    registry._found.cache_clear()
    with pytest.raises(ValueError, match="same rank"):
        registry.local_methods()
    monkeypatch.undo()
    registry._found.cache_clear()


def test_a_change_in_any_file_with_compiled_functions_is_compiled_anew(tmp_path: Path) -> None:
    """A compiled function holds the code of those it calls, also of other files."""
    from forecaster.engine import jit

    (tmp_path / "one.py").write_text("@compiled")
    before = jit.stamp.__wrapped__(tmp_path)
    (tmp_path / "not.py").write_text("nothing compiled")
    assert jit.stamp.__wrapped__(tmp_path) == before
    (tmp_path / "two.py").write_text("@compiled again")
    assert jit.stamp.__wrapped__(tmp_path) != before
    from forecaster.engine.methods.local import tsb

    assert tsb._rates._cache._cache_file._source_stamp == jit.stamp(Path(jit.__file__).resolve().parent)
