"""The filter of the list of rhythms; its export applies the same one."""

from django import forms
from django.http import QueryDict

from core.fields import LineFormField
from core.forms import StyledForm
from plans.models import Plan
from tasks.querysets import TaskQuerySet
from units.models import User


class DutyFilterForm(StyledForm, forms.Form):
    q = LineFormField(label="Tìm theo tên, mã, đơn vị", max_length=200, required=False)
    plan = forms.ChoiceField(label="Kế hoạch", required=False)

    def __init__(self, query: QueryDict, *, user: User) -> None:
        super().__init__(query)
        plans = Plan.objects.visible_to(user).select_related("document")
        self.fields["plan"].choices = [  # type: ignore[attr-defined]
            ("", "Tất cả"),
            *((str(p.pk), f"{p.label}: {p.title}"[:90]) for p in plans),
        ]
        self.is_valid()

    def apply(self, tasks: TaskQuerySet) -> TaskQuerySet:
        """`tasks` that fit; a wrong value filters nothing."""
        tasks = tasks.matching(self.cleaned_data.get("q", ""))
        plan = self.cleaned_data.get("plan")
        return tasks.filter(plan=plan) if plan else tasks
