"""The house keeps its floors: imports go down only, reverse look-ups too, one migration leaf per app."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ["core", "units", "plans", "tasks", "notifications", "reports", "tracker"]


def sources(app: str) -> list[Path]:
    return [path for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module


@pytest.mark.parametrize("app", FLOORS)
def test_imports_go_down_only(app: str) -> None:
    higher = set(FLOORS[FLOORS.index(app) + 1 :]) | {"tests"}
    upward = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(app)
        for name in imports(path)
        if name.split(".")[0] in higher
    }
    assert not upward


@pytest.mark.parametrize("app", FLOORS)
def test_no_app_looks_up_into_a_higher_one_by_reverse_relation(app: str) -> None:
    """A reverse accessor of a higher app's foreign key is an import in disguise."""
    if app in ("core", "tracker"):
        return
    names = {}
    for model in apps.get_app_config(app).get_models():
        own = {f.name for f in model._meta.get_fields() if not f.auto_created or f.concrete}
        for relation in model._meta.related_objects:
            source = relation.related_model._meta.app_label
            name = relation.get_accessor_name()
            if source in FLOORS and FLOORS.index(source) > FLOORS.index(app) and name and name not in own:
                names[name] = source
    lower_names = {
        relation.get_accessor_name()
        for floor in FLOORS[1 : FLOORS.index(app) + 1]
        for model in apps.get_app_config(floor).get_models()
        for relation in model._meta.related_objects
        if FLOORS.index(relation.related_model._meta.app_label) <= FLOORS.index(app)
        if relation.related_model._meta.app_label in FLOORS
    }
    used = set()
    for path in sources(app):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in names and node.attr not in lower_names:
                used.add(f"{path.relative_to(ROOT)}:{node.lineno} .{node.attr} belongs to {names[node.attr]}")
    # `.tasks`, `.reports` … of a module or a settings object are not look-ups; such a line must be renamed too.
    assert not used


@pytest.mark.parametrize("app", FLOORS[1:-1])
def test_each_app_has_one_migration_leaf(app: str) -> None:
    assert len(MigrationLoader(None).graph.leaf_nodes(app)) == 1


def test_only_the_queue_module_imports_django_q() -> None:
    allowed = {
        "core/queue.py",
        "tracker/management/commands/worker.py",
        "tracker/supervisor.py",
        "tracker/cluster.py",
    }
    found = {
        str(path.relative_to(ROOT))
        for app in FLOORS
        for path in sources(app)
        if any(name.split(".")[0] == "django_q" for name in imports(path))
    }
    assert found <= allowed, found - allowed


def test_only_the_clock_reads_the_clock() -> None:
    """`core.clock` is the one reader of the time in the rules; processes measure their own seconds."""
    readers = set()
    for app in FLOORS:
        for path in sources(app):
            if path.name in ("clock.py", "bootstrap.py") or "management" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in ("now", "today", "utcnow", "localdate", "localtime")
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id in ("datetime", "date", "timezone")
                    and not (node.func.attr == "localtime" and node.args)
                ):
                    readers.add(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not readers


def test_no_signals_carry_rules() -> None:
    """Upward news travels as rows. The one receiver reinstalls triggers after a migration."""
    receivers = {
        str(path.relative_to(ROOT))
        for app in FLOORS
        for path in sources(app)
        if any(
            name.startswith("django.db.models.signals") or name == "django.dispatch" for name in imports(path)
        )
    }
    assert receivers <= {"core/apps.py"}


def test_no_page_marks_text_as_safe() -> None:
    """Escaping is the job of the template engine and of `format_html`; nothing switches it off."""
    found = {
        str(path.relative_to(ROOT))
        for path in [*(ROOT / "templates").rglob("*.html"), *(p for app in FLOORS for p in sources(app))]
        if any(word in path.read_text() for word in ("|safe", "mark_safe(", "autoescape off"))
    }
    assert not found


def test_no_raw_sql_outside_the_append_only_triggers() -> None:
    words = (".raw(", ".extra(", "RawSQL")
    found = [
        str(path.relative_to(ROOT))
        for app in FLOORS
        for path in sources(app)
        if any(word in path.read_text() for word in words)
    ]
    assert not found


def test_text_and_files_of_the_project_name_no_address_of_a_registry() -> None:
    hosts = ("pypi" + ".org", "files.pythonhosted" + ".org", "registry.npmjs" + ".org")
    found = [
        f"{path.name}: {host}"
        for path in [ROOT / "pyproject.toml", *(ROOT / "requirements").glob("*.txt")]
        for host in hosts
        if host in path.read_text()
    ]
    assert not found
