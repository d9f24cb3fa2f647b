"""Writing an order by hand: with or without a plan, to one unit, several named ones, or a group with exclusions."""

from datetime import date

import pytest

from plans.models import Clause, Document, Plan
from tasks import actions
from tasks.actions import Along, Leads, RuleBroken
from tasks.models import Coordination, Exclusion, Task
from tasks.models.facts import How
from tests.cast import TODAY, Cast
from units.actions import set_group
from units.models import UnitGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(db: None) -> Document:
    return Document.objects.create(
        kind="CV", number="45/UBND-HCC", issued_on=date(2026, 10, 8), issuer="UBND tỉnh", subject="Rà soát"
    )


def wanted(cast: Cast, **fields: object) -> Task:
    return Task(**({"tracking_unit": cast.vp, "title": "Rà soát quy trình"} | fields))


def write(cast: Cast, task: Task, leads: Leads | None = None, **given: object) -> Task:
    return actions.write_task(task, by=cast.lan, leads=leads or Leads(unit=cast.ptd), **given)  # type: ignore[arg-type]


# --- where it comes from (office rules 1 and 5) -------------------------------------------------------


def test_a_task_without_a_plan_gets_the_next_number_of_the_year(cast: Cast, letter: Document) -> None:
    made = [write(cast, wanted(cast, source="letter", source_document=letter)) for _ in range(3)]
    assert [task.code for task in made] == ["PS01/2026", "PS02/2026", "PS03/2026"]
    actions.delete_draft(made[1], by=cast.lan)
    assert write(cast, wanted(cast, source="letter", source_document=letter)).code == "PS04/2026"


def test_a_task_added_to_a_given_plan_stands_under_its_clause_and_is_given_alone(cast: Cast) -> None:
    known = cast.task("NV01")
    clause = Clause.objects.create(plan=cast.plan, order=1, label="II.1", text="Rà soát")
    added = write(cast, wanted(cast, plan=cast.plan, clause=clause), phrase="trước ngày 20/11/2026")
    assert (added.code, added.order > known.order, added.nominal_end) == ("BS01", True, date(2026, 11, 19))
    actions.assign(added, by=cast.lan)
    assert Task.objects.visible_to(cast.minh).filter(pk=added.pk).exists()


def test_a_clause_of_another_plan_is_refused(cast: Cast) -> None:
    other = Plan.objects.create(
        code="KHAC", title="Khác", document=Document.objects.create(issuer="Sở", subject="x"), issuer=cast.so,
        tracking_unit=cast.vp, starts_on=TODAY, ends_on=TODAY,
    )  # fmt: skip
    clause = Clause.objects.create(plan=other, order=1, text="Mục")
    with pytest.raises(RuleBroken, match="không thuộc kế hoạch"):
        write(cast, wanted(cast, plan=cast.plan, clause=clause))


def test_nothing_is_added_to_a_closed_plan(cast: Cast) -> None:
    Plan.objects.update(state=Plan.State.CLOSED)
    with pytest.raises(RuleBroken, match="đã kết thúc"):
        write(cast, wanted(cast, plan=Plan.objects.get()))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"source": "plan"}, "plan"),
        ({"source": "letter"}, "source_document"),
        ({"source": "conclusion"}, "source_document"),
        ({"source": "note", "ordered_by": "Trần Thị Hòa"}, "source_document"),
        ({"source": "oral"}, "ordered_by"),
        ({"source": "oral", "ordered_by": "Trần Thị Hòa"}, "ordered_how"),
        ({"source": "oral", "ordered_by": "Trần Thị Hòa", "ordered_how": "direct"}, "ordered_how"),
    ],
)
def test_a_source_says_what_it_must_come_with(cast: Cast, fields: dict, field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        write(cast, wanted(cast, **fields))
    assert list(refused.value.error_dict) == [field]
    assert not Task.objects.exists()


def test_a_spoken_order_names_who_gave_it_and_owes_its_paper(cast: Cast) -> None:
    spoken = wanted(cast, source="oral", ordered_by="Trần Thị Hòa", ordered_how=How.PHONE)
    task = write(cast, spoken, Leads(each=(cast.cn1, cast.cn2)))
    for part in actions.assign(task, by=cast.lan):
        event = part.events.get()
        assert (event.decided_by, event.how, event.basis) == ("Trần Thị Hòa", How.PHONE, "")


def test_the_paper_of_an_order_is_its_basis(cast: Cast, letter: Document) -> None:
    task = write(cast, wanted(cast, source="letter", source_document=letter))
    actions.assign(task, by=cast.lan)
    assert task.events.get().basis == "Công văn số 45/UBND-HCC ngày 08/10/2026"


def test_only_the_office_that_follows_writes_orders(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="không có quyền"):
        actions.write_task(
            wanted(cast, source="oral", ordered_by="A", ordered_how="phone"),
            by=cast.minh,
            leads=Leads(unit=cast.ptd),
        )


# --- whom it goes to (office rule 6) ------------------------------------------------------------------


def test_the_first_named_leads_and_the_others_are_joint_leads(cast: Cast) -> None:
    task = write(cast, wanted(cast, plan=cast.plan), Leads(unit=cast.ptd, joint=(cast.vpdk, cast.doan)))
    assert task.lead_unit == cast.ptd
    assert {each.unit for each in task.coordinations.filter(kind=Coordination.Kind.JOINT)} == {
        cast.vpdk,
        cast.doan,
    }


def test_units_named_one_by_one_each_get_a_task_under_one_order(cast: Cast) -> None:
    task = write(cast, wanted(cast, plan=cast.plan), Leads(each=(cast.ptd, cast.cn1, cast.vpdk)))
    given = actions.assign(task, by=cast.lan)
    assert {part.lead_unit for part in given} == {cast.ptd, cast.cn1, cast.vpdk}
    assert str(task.lead_group) == "03 đơn vị (KH12, BS01)"
    assert Task.objects.orders().count() == 1


def test_a_group_made_for_one_order_is_offered_nowhere_else(cast: Cast) -> None:
    write(cast, wanted(cast, plan=cast.plan), Leads(each=(cast.ptd, cast.cn1)))
    assert set(UnitGroup.objects.visible_to(cast.lan)) == {cast.branches}
    assert set(UnitGroup.objects.named()) == {cast.branches}


def test_one_unit_named_alone_is_no_group(cast: Cast) -> None:
    task = write(cast, wanted(cast, plan=cast.plan), Leads(each=(cast.ptd,)))
    assert (task.lead_unit, task.lead_group) == (cast.ptd, None)


def test_members_left_out_get_nothing_and_the_reason_is_kept(cast: Cast) -> None:
    leads = Leads(group=cast.branches, left_out=((cast.cn2, "đã hoàn thành năm 2025"),))
    task = write(cast, wanted(cast, plan=cast.plan), leads)
    assert [part.lead_unit for part in actions.assign(task, by=cast.lan)] == [cast.cn1]
    assert Exclusion.objects.get().reason == "đã hoàn thành năm 2025"


@pytest.mark.parametrize("left", [("ptd",), ("cn1", "cn2")])
def test_only_members_are_left_out_and_not_all_of_them(cast: Cast, left: tuple[str, ...]) -> None:
    leads = Leads(group=cast.branches, left_out=tuple((getattr(cast, name), "") for name in left))
    with pytest.raises(RuleBroken) as refused:
        write(cast, wanted(cast, plan=cast.plan), leads)
    assert "left_out" in refused.value.error_dict


def test_coordinating_units_have_their_own_part_and_day(cast: Cast) -> None:
    along = (Along(cast.vpdk, "Cung cấp số liệu", date(2026, 11, 14)), Along(cast.doan))
    task = write(cast, wanted(cast, plan=cast.plan), along=along, phrase="30/11/2026")
    first = task.coordinations.get(unit=cast.vpdk)
    # 14/11/2026 is a Saturday.
    assert (first.part, first.nominal_end, first.effective_end) == (
        "Cung cấp số liệu",
        date(2026, 11, 14),
        date(2026, 11, 16),
    )


@pytest.mark.parametrize(
    "along", [(Along,), "after"], ids=["the lead itself", "after the deadline of the whole"]
)
def test_a_part_that_cannot_be_is_refused(cast: Cast, along: object) -> None:
    wrong = Along(cast.vpdk, due=date(2026, 12, 31)) if along == "after" else Along(cast.ptd)
    with pytest.raises(RuleBroken) as refused:
        write(cast, wanted(cast, plan=cast.plan), along=(wrong,), phrase="30/11/2026")
    assert "along" in refused.value.error_dict


# --- by when -------------------------------------------------------------------------------------------


def test_an_earlier_day_of_our_own_stands_beside_a_superiors(cast: Cast) -> None:
    own = wanted(cast, plan=cast.plan, superior_deadline=True, internal_end=date(2026, 11, 10))
    task = write(cast, own, phrase="trong tháng 11/2026")
    # 30/11/2026 is a Monday; a superior's day would not move either way.
    assert (task.internal_end, task.effective_end) == (date(2026, 11, 10), date(2026, 11, 30))


@pytest.mark.parametrize(
    "fields",
    [{"internal_end": date(2026, 11, 10)}, {"internal_end": date(2026, 12, 1), "superior_deadline": True}],
)
def test_a_day_of_our_own_needs_a_superiors_later_one(cast: Cast, fields: dict) -> None:
    with pytest.raises(RuleBroken) as refused:
        write(cast, wanted(cast, plan=cast.plan, **fields), phrase="30/11/2026")
    assert "internal_end" in refused.value.error_dict


def test_a_phrase_nobody_can_read_is_kept_beside_the_day_a_person_gives(cast: Cast) -> None:
    with pytest.raises(RuleBroken) as refused:
        write(cast, wanted(cast, plan=cast.plan), phrase="vào mùa nước nổi")
    assert "phrase" in refused.value.error_dict
    task = write(cast, wanted(cast, plan=cast.plan), phrase="vào mùa nước nổi", due=date(2026, 11, 30))
    assert (task.phrase, task.deadline_kind, task.nominal_end) == (
        "vào mùa nước nổi",
        "date",
        date(2026, 11, 30),
    )


def test_a_person_may_say_that_a_phrase_means_no_date(cast: Cast) -> None:
    task = write(cast, wanted(cast, plan=cast.plan), phrase="vào mùa nước nổi", kind="none")
    assert (task.phrase, task.effective_end) == ("vào mùa nước nổi", None)


# --- changing and throwing away --------------------------------------------------------------------------


def test_a_draft_may_change_everything_until_it_is_given(cast: Cast) -> None:
    task = write(cast, wanted(cast, plan=cast.plan), Leads(each=(cast.ptd, cast.cn1)))
    write(cast, task, Leads(each=(cast.ptd, cast.cn1, cast.cn2)))
    assert task.lead_group is not None and task.lead_group.members.count() == 3
    write(cast, task, Leads(unit=cast.vpdk), along=(Along(cast.doan),))
    assert (task.code, task.lead_unit) == ("BS01", cast.vpdk)
    assert not UnitGroup.objects.filter(ad_hoc=True).exists()
    actions.assign(task, by=cast.lan)
    with pytest.raises(RuleBroken, match="đã giao"):
        write(cast, task)
    with pytest.raises(RuleBroken, match="đã giao, không xóa"):
        actions.delete_draft(task, by=cast.lan)


def test_a_draft_thrown_away_takes_its_own_group_along_and_no_other(cast: Cast) -> None:
    own = write(cast, wanted(cast, plan=cast.plan), Leads(each=(cast.ptd, cast.cn1)))
    known = write(cast, wanted(cast, plan=cast.plan), Leads(group=cast.branches))
    for draft in (own, known):
        actions.delete_draft(draft, by=cast.lan)
    assert (Task.objects.count(), set(UnitGroup.objects.all())) == (0, {cast.branches})


def test_a_unit_does_not_throw_away_the_offices_draft(cast: Cast) -> None:
    task = write(cast, wanted(cast, plan=cast.plan))
    with pytest.raises(RuleBroken):
        actions.delete_draft(task, by=cast.minh)


def test_whoever_joins_the_group_later_is_named_and_may_be_given_it_too(cast: Cast) -> None:
    task = write(cast, wanted(cast, plan=cast.plan, nature="explanation"), Leads(group=cast.branches))
    actions.assign(task, by=cast.lan)
    set_group("Các Chi nhánh VPĐKĐĐ", [cast.cn1, cast.cn2, cast.doan], since=TODAY)
    part = actions.assign_member(task, by=cast.lan, unit=cast.doan)
    assert part.explanations.get().unit == cast.doan
