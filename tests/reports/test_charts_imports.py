"""The web process must not pay for the drawing library; the document builder needs neither it nor Django."""

import subprocess
import sys

import pytest


def loaded_after(statement: str) -> set[str]:
    """Top-level packages in memory after `statement` in a fresh interpreter."""
    code = f"{statement}\nimport sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement", ["import reports.charts", "import reports.document, reports.document.check"]
)
def test_importing_loads_neither_matplotlib_nor_django(statement):
    assert not {"matplotlib", "numpy", "PIL", "django"} & loaded_after(statement)


def test_rendering_loads_matplotlib_but_never_pyplot():
    rendering = (
        "from reports.charts import render, PartitionChart, PartitionRow\n"
        "render(PartitionChart((PartitionRow('A', 1, 0, 0, 0),)))\n"
    )
    assert "matplotlib" in loaded_after(rendering)
    assert "pyplot-loaded" not in loaded_after(
        rendering + "import sys\nif 'matplotlib.pyplot' in sys.modules: sys.modules['pyplot-loaded'] = None"
    )
