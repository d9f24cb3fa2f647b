"""The page of the grid as a person without JavaScript uses it: what it shows is what is sent back, with changes."""

from typing import Any

from django.test import Client
from django.urls import reverse

from plans.models import Document, Plan
from tests.cast import Cast
from units.models import User


def draft_plan(cast: Cast, **fields: Any) -> Plan:
    document = Document.objects.create(number="", issuer="Sở", subject="Dự thảo", agency=cast.so)
    given = {
        "code": "KH-NHAP", "title": "Kế hoạch năm 2026", "document": document, "issuer": cast.so,
        "tracking_unit": cast.vp, "starts_on": "2026-01-01", "ends_on": "2026-12-31",
    }  # fmt: skip
    return Plan.objects.create(**(given | fields))


class GridPage:
    def __init__(self, plan: Plan, user: User) -> None:
        self.plan = plan
        self.client = Client()
        self.client.force_login(user)
        self.url = reverse("plan_matrix", args=[plan.pk])
        self.answer: Any = self.client.get(self.url)

    @property
    def status(self) -> int:
        return int(self.answer.status_code)

    @property
    def text(self) -> str:
        return str(self.answer.content.decode())

    @property
    def fields(self) -> dict[str, str]:
        form = self.answer.context["form"]
        return {name: str(form[name].value() or "") for name in form.fields}

    @property
    def errors(self) -> dict[str, list[str]]:
        """Label of the cell → what is wrong with it."""
        form = self.answer.context["form"]
        return {
            form.fields[name].label if name in form.fields else "": list(each)
            for name, each in form.errors.items()
        }

    def press(self, act: str, **typed: str) -> "GridPage":
        """Types into fields (`r0_c1` for `r0-c1`) and presses a button."""
        data = self.fields | {name.replace("_", "-"): value for name, value in typed.items()} | {"act": act}
        self.answer = self.client.post(self.url, data)
        return self

    def paste(self, text: str) -> "GridPage":
        return self.press("paste", paste=text)

    def save(self) -> "GridPage":
        """Looks first, as the page asks, then saves what was shown."""
        self.press("preview")
        assert self.status == 200, self.errors
        return self.press("save")


def line(at: int, name: str, scope: str, whom: str, *levels: str, **rest: str) -> dict[str, str]:
    """What is typed into row `at`."""
    typed = {"name": name, "scope": scope, "whom": whom} | rest
    typed |= {f"c{column}": level for column, level in enumerate(levels)}
    return {f"r{at}_{key}": value for key, value in typed.items()}
