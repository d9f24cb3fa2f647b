"""What happened to a task of the demo: each story is told with the verbs people use, at the moment they used them.

A story is `kind` or `kind:number`; an order to many takes `each:` and one story per member. Days are working days.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from core.clock import replay
from core.workdays import WorkCalendar
from tasks import actions, group_message
from tasks.ledger import Decision
from tasks.models import ContentRemoval, Handover, Task
from tasks.models.facts import How
from tasks.recurrence import covered_days
from tracker import removal as removing
from tracker.demo.organisation import LEAVER
from tracker.handover import Plea, record
from units.models import Unit, User

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

PROGRESS = (
    "Đã họp thống nhất phân công, đang thu thập số liệu của các bộ phận liên quan.",
    "Đã hoàn thành dự thảo lần 1, đang lấy ý kiến các phòng, đơn vị phối hợp.",
    "Đã tổng hợp ý kiến góp ý, đang hoàn thiện dự thảo trình lãnh đạo Sở.",
    "Đã thực hiện xong phần việc tại đơn vị, còn chờ kết quả của đơn vị phối hợp.",
    "Đã kiểm tra, đối chiếu số liệu; dự kiến hoàn thành đúng thời hạn được giao.",
    "Đã triển khai tại bộ phận tiếp nhận hồ sơ, đang theo dõi kết quả để báo cáo.",
)
STANDING = (
    "Trong kỳ đã hướng dẫn 214 lượt người dân nộp hồ sơ qua mạng, hỗ trợ 96 lượt thanh toán trực tuyến.",
    "Đã đăng 04 tin, bài trên trang thông tin điện tử của Sở; 02 chuyên mục trên đài truyền hình tỉnh.",
    "Thực hiện nghiêm, không phát sinh trường hợp tiếp nhận trực tiếp ngoài quy định.",
    "Đã tiếp nhận 11 phản ánh, kiến nghị; xử lý xong 11, không có trường hợp quá hạn.",
)
RESULTS = (
    "Đã hoàn thành theo yêu cầu; văn bản kết quả đã gửi các đơn vị liên quan để thực hiện.",
    "Đã ban hành, gửi Văn phòng Sở theo dõi; các đơn vị phối hợp đã nhận đủ tài liệu.",
    "Hoàn thành 100% khối lượng; hồ sơ, tài liệu kiểm chứng đính kèm.",
    "Đã nghiệm thu, bàn giao đưa vào sử dụng; báo cáo kết quả kèm theo.",
)
OBSTACLES = (
    ("Phần mềm của Trung ương chưa mở kết nối, phải chờ tài khoản kiểm thử.", "Đề nghị lãnh đạo Sở có văn bản đề nghị cơ quan chủ quản hỗ trợ."),
    ("Nhân sự phụ trách đang biệt phái, khối lượng hồ sơ tồn lớn.", "Đề nghị bố trí thêm 01 viên chức trong thời gian cao điểm."),
    ("Đơn vị phối hợp chưa gửi số liệu theo thời hạn.", "Đề nghị Văn phòng Sở đôn đốc đơn vị phối hợp."),
    ("Đường truyền tại một số xã không ổn định, hồ sơ tải lên chậm.", "Đề nghị bố trí kinh phí nâng cấp đường truyền."),
)  # fmt: skip
# Of the periods of a recurring duty, the newest first.
MISSED_PERIOD, LATE_PERIODS = 3, (1, 6)
BREACHES = (
    (
        3,
        "Bộ phận tiếp nhận nhận trực tiếp 03 hồ sơ do đường truyền gián đoạn buổi sáng; đã nhập lại lên hệ thống.",
    ),
    (1, "Nhận trực tiếp 01 hồ sơ của người cao tuổi, chưa hướng dẫn nộp qua mạng."),
)
# Never to be read again: the content of this report is removed.
PERSONAL = "Đã làm việc với ông Lưu Văn Tâm, số căn cước 000000000000, về thành phần hồ sơ còn vướng."
REASONS = (
    "Khối lượng hồ sơ cần số hóa lớn hơn dự kiến; đơn vị đã hoàn thành 60%, cần thêm thời gian để kiểm tra chất lượng.",
    "Phải chờ văn bản hướng dẫn của bộ, ngành; đơn vị đã chuẩn bị xong phần nội dung thuộc thẩm quyền.",
)


LATE = "Nêu rõ nguyên nhân chậm so với thời hạn, biện pháp và thời gian hoàn thành."
SLOW = "Tiến độ mới đạt 40%, khó bảo đảm thời hạn: nêu rõ nguyên nhân, biện pháp và thời gian hoàn thành."


@dataclass
class Teller:
    """Tells stories as of `today`: who acts for which unit, on which days; each in the order of its days, as its ledger
    keeps it."""

    today: date
    calendar: WorkCalendar
    random: Random
    office: User
    chief: User
    director: User
    heads: dict[str, User]
    clerks: dict[str, User]

    def day(self, offset: int) -> date:
        """The working day `offset` working days from today; day 0 is the last working day up to today."""
        return self.calendar.add_workdays(self.calendar.previous_workday(self.today), offset)

    @contextmanager
    def at(self, day: date) -> Iterator[None]:
        """A working hour of `day`, never after this moment's day."""
        moment = datetime.combine(min(day, self.today), time(8), LOCAL) + timedelta(
            minutes=self.random.randrange(0, 540)
        )
        with replay(moment):
            yield

    def tell(self, task: Task, story: str) -> None:
        """Carries the story out on a task that has been given."""
        kind, _, number = story.partition(":")
        if task.lead_unit is None:
            if kind == "each":
                children = task.children.select_related("lead_unit").order_by("lead_unit__tree_start")
                for child, part in zip(children, number.split(","), strict=True):
                    self.tell(child, f"{part}" if ":" in part else part)
            return
        if task.lead_unit.is_outside or kind in ("new", "before", "draft"):
            return
        getattr(self, f"_{kind}")(task, int(number or 0))

    # --- people ---------------------------------------------------------------------------------------------------

    def _head(self, task: Task) -> User | None:
        assert task.lead_unit is not None
        return self.heads.get(task.lead_unit.code)

    def _worker(self, task: Task) -> User:
        """Who updates: the clerk where there is one, else the head, else the office for the unit."""
        assert task.lead_unit is not None
        code = task.lead_unit.code
        return self.clerks.get(code) or self.heads.get(code) or self.office

    def _sender(self, task: Task) -> User:
        return self._head(task) or self.office

    def _reviewer(self, sender: User) -> User:
        return self.chief if sender == self.office else self.office

    def _said(self, by: User, task: Task) -> Decision:
        if by not in (self.office, self.chief) or task.tracking_unit_id == task.lead_unit_id:
            return Decision()
        return Decision(decided_by=f"Lãnh đạo {task.lead_label}", how=How.PHONE)

    def _word(self, task: Task, how: str, basis: str = "") -> Decision:
        """The word of the leader in charge, as the office records it; without a basis its paper is still owed."""
        leader = task.leader_in_charge or self.director
        return Decision(decided_by=leader.full_name, how=how, basis=basis)

    # --- steps ----------------------------------------------------------------------------------------------------

    def _take(self, task: Task) -> None:
        assert task.assigned_on is not None
        with self.at(self.calendar.add_workdays(task.assigned_on, self.random.randrange(1, 3))):
            by = self.clerks.get(task.lead_unit.code) or self._head(task) if task.lead_unit else None
            if by is not None:
                actions.note_opening(task, by=by)
                actions.accept(task, by=by)

    def _report(self, task: Task, day: date, percent: int | None, *, obstacle: bool = False) -> None:
        by = self._worker(task)
        trouble, wish = self.random.choice(OBSTACLES) if obstacle else ("", "")
        texts = STANDING if task.is_standing else PROGRESS
        with self.at(day):
            actions.update_progress(
                task,
                by=by,
                text=self.random.choice(texts),
                percent=percent,
                obstacle=trouble,
                proposal=wish,
                decision=self._said(by, task),
            )

    def _send(self, task: Task, day: date, *, proof: bool = True) -> None:
        by = self._sender(task)
        said = self._said(by, task)
        with self.at(day):
            if proof:
                number = (
                    f"{self.random.randrange(12, 480)}/BC-{task.lead_unit.code if task.lead_unit else 'VP'}"
                )
                actions.attach(
                    task,
                    by=by,
                    number=number,
                    title=task.product or "Báo cáo kết quả",
                    issued_on=day,
                    issuer=task.lead_unit.name if task.lead_unit else "",
                    decision=said,
                )
            actions.submit(task, by=by, text=self.random.choice(RESULTS), product_on=day, decision=said)

    def _check(self, task: Task, day: date) -> None:
        with self.at(day):
            sender = task.updates.filter(is_submission=True).order_by("-id").first()
            actions.confirm(task, by=self._reviewer(sender.by if sender else self.office))

    def _before_end(self, task: Task, workdays: int) -> date:
        """`workdays` before the effective end (after it when negative), never later than today."""
        assert task.effective_end is not None
        day = self.calendar.add_workdays(task.effective_end, -workdays)
        return min(day, self.calendar.previous_workday(self.today))

    def _finish(self, task: Task, sent: date, *, proof: bool = True) -> None:
        self._take(task)
        assert task.assigned_on is not None
        middle = task.assigned_on + (sent - task.assigned_on) / 2
        self._report(task, self.calendar.next_workday(middle), 50)
        self._send(task, sent, proof=proof)
        self._check(task, self.calendar.add_workdays(sent, self.random.randrange(1, 3)))

    # --- stories --------------------------------------------------------------------------------------------------

    def _early(self, task: Task, number: int) -> None:
        self._finish(task, self._before_end(task, 4))

    def _ontime(self, task: Task, number: int) -> None:
        self._finish(task, self._before_end(task, 0))

    def _late(self, task: Task, number: int) -> None:
        self._finish(task, self._before_end(task, -(number or 1)))

    def _nodoc(self, task: Task, number: int) -> None:
        self._finish(task, self._before_end(task, 1), proof=False)

    def _office(self, task: Task, number: int) -> None:
        """A unit nobody signs in for: the office writes what it was told."""
        sent = self._before_end(task, 1)
        self._report(task, self.calendar.add_workdays(sent, -5), None)
        self._send(task, sent)
        self._check(task, self.calendar.add_workdays(sent, 2))

    def _office_progress(self, task: Task, number: int) -> None:
        self._report(task, self.day(-3), 25)

    def _accepted(self, task: Task, number: int) -> None:
        self._take(task)

    def _progress(self, task: Task, number: int) -> None:
        self._take(task)
        self._report(task, self.day(-6), number // 2 or None)
        self._report(task, self.day(-1), number or None, obstacle=number in (35, 40, 70))

    def _standing(self, task: Task, number: int) -> None:
        self._take(task)
        for offset in (-45, -23, -2):
            self._report(task, self.day(offset), None)

    def _silent(self, task: Task, number: int) -> None:
        """A standing order nobody has said anything about for two months: it wants a word, and is not late."""
        self._take(task)
        self._report(task, self.day(-45), None)

    def _recurring(self, task: Task, number: int) -> None:
        """Every period came as a task of its own: most in time, the weeks of `LATE_PERIODS` late, one missed."""
        self._take(task)
        assert task.assigned_on is not None
        day = task.assigned_on
        while day <= self.today:
            with self.at(day):
                actions.open_occurrences(day)
            day += timedelta(days=7)
        with self.at(self.today):
            actions.open_occurrences(self.today)
        past = Task.objects.filter(duty__task=task, effective_end__lt=self.today).order_by(
            "-effective_end", "pk"
        )
        for place, occurrence in enumerate(past.select_related("lead_unit", "plan")):
            if place == MISSED_PERIOD:
                continue
            sent = self._before_end(occurrence, -2 if place in LATE_PERIODS else 0)
            self._send(occurrence, sent)
            self._check(occurrence, min(self.calendar.add_workdays(sent, 1), self.today))

    def _rule(self, task: Task, number: int) -> None:
        """Only online on two days of the week: kept but for two days."""
        self._take(task)
        duty = task.duties.get()
        past = covered_days(duty.as_rhythm, self.calendar, duty.starts_on, self.day(-3))
        for day, (count, text) in zip((past[-9], past[-2]), BREACHES, strict=True):
            with self.at(self.calendar.add_workdays(day, 1)):
                actions.log_breach(task, by=self._worker(task), duty=duty, on=day, count=count, text=text)

    def _overdue(self, task: Task, number: int) -> None:
        self._take(task)
        self._report(task, self.day(-9), 40)
        self._report(task, self.day(-2), 60, obstacle=True)

    def _overdue_new(self, task: Task, number: int) -> None:
        """Past its date and nobody opened it."""

    def _waiting(self, task: Task, number: int) -> None:
        self._take(task)
        self._report(task, self.day(-10), 70)
        self._send(task, min(self._before_end(task, 1), self.day(-2)))

    def _returned(self, task: Task, number: int) -> None:
        self._take(task)
        self._send(task, self._before_end(task, 2))
        with self.at(self.day(-1)):
            actions.return_result(
                task,
                by=self.office,
                reason="Chưa có biên bản đối chiếu số liệu; đề nghị bổ sung và ký lại báo cáo.",
            )

    def _back(self, task: Task, number: int) -> None:
        """Sent early, returned yesterday, still in time."""
        self._take(task)
        self._send(task, self.day(-4))
        with self.at(self.day(-1)):
            actions.return_result(
                task,
                by=self.office,
                reason="Biên bản chưa có chữ ký của bên nhận; đề nghị bổ sung trước khi xác nhận.",
            )

    def _returned_late(self, task: Task, number: int) -> None:
        self._take(task)
        self._send(task, self._before_end(task, 1))
        with self.at(self._before_end(task, 0)):
            actions.return_result(
                task,
                by=self.office,
                reason="Định mức chưa có ý kiến thẩm định của Phòng Kế hoạch - Tài chính.",
            )

    def _ask(self, task: Task, day: date, more: int) -> None:
        assert task.effective_end is not None
        with self.at(day):
            actions.ask_extension(
                task,
                by=self._sender(task),
                proposed_end=self.calendar.add_workdays(task.effective_end, more),
                reason=self.random.choice(REASONS),
            )

    def _grant(self, task: Task, day: date) -> None:
        with self.at(day):
            said = self._word(task, How.MEETING, "Kết luận giao ban tuần")
            actions.decide_extension(task, by=self.office, granted=True, decision=said)

    def _asked(self, task: Task, number: int) -> None:
        self._take(task)
        self._report(task, self.day(-5), 60, obstacle=True)
        self._ask(task, self.day(-1), 15)

    def _extended(self, task: Task, number: int) -> None:
        self._take(task)
        self._report(task, self.day(-20), 30)
        self._ask(task, self.day(-12), 12)
        self._grant(task, self.day(-9))
        self._report(task, self.day(-3), 55)

    def _extended_done(self, task: Task, number: int) -> None:
        self._take(task)
        end = self._before_end(task, 0)
        self._ask(task, self.calendar.add_workdays(end, -6), 10)
        self._grant(task, self.calendar.add_workdays(end, -4))
        task.refresh_from_db()
        self._send(task, self._before_end(task, 1))
        self._check(task, self._before_end(task, -1))

    def _suspended(self, task: Task, number: int) -> None:
        self._take(task)
        self._report(task, self.day(-30), 20)
        with self.at(self.day(-15)):
            actions.suspend(
                task,
                by=self.office,
                reason="Chờ phương án sắp xếp của tỉnh theo địa bàn cấp xã mới.",
                decision=self._word(task, How.PHONE),
            )

    def _stopped(self, task: Task, number: int) -> None:
        self._take(task)
        with self.at(self.day(-20)):
            actions.discontinue(
                task,
                by=self.office,
                reason="Nội dung đã giao cho Trung tâm Phục vụ hành chính công tỉnh chủ trì.",
                decision=self._word(task, How.DOCUMENT, "Thông báo kết luận giao ban"),
            )

    def _soft_group(self, task: Task, number: int) -> None:
        """A request to bodies outside: followed, nothing to do here."""

    # --- what units, office and leaders ask of each other ------------------------------------------------------------

    def _delegated(self, task: Task, number: int) -> None:
        """The head gave the work to the officer."""
        self._take(task)
        head, officer = self._head(task), self._worker(task)
        if head is not None and officer in actions.officers_of(task):
            with self.at(self.day(-8)):
                actions.delegate(
                    task, by=head, officer=officer, text="Dự thảo văn bản, báo cáo trước khi trình ký."
                )
        self._report(task, self.day(-1), number or None)

    def _demand(self, task: Task, day: date, about: str = LATE) -> None:
        with self.at(day):
            actions.request_explanation(task, by=self.office, about=about)

    def _explain(self, task: Task, day: date, cause: str) -> None:
        by = self._sender(task)
        with self.at(day):
            actions.explain(
                task,
                by=by,
                cause=cause,
                text="Đơn vị cung cấp thiết bị giao hàng chậm so với hợp đồng; đơn vị đã có văn bản nhắc hai lần.",
                remedy="Rà soát lại kế hoạch mua sắm, quy định thời hạn giao hàng trong hợp đồng.",
                decision=self._said(by, task),
            )

    def _overdue_asked(self, task: Task, number: int) -> None:
        """Late, and asked to explain: the answer is owed."""
        self._overdue(task, number)
        self._demand(task, self.day(-1))

    def _overdue_unexplained(self, task: Task, number: int) -> None:
        """Slow, asked to explain before its date, late by now and silent on that too."""
        self._take(task)
        self._report(task, self.day(-9), 40)
        self._demand(task, self.day(-6), SLOW)
        self._report(task, self.day(-2), 60, obstacle=True)

    def _late_explained(self, task: Task, number: int) -> None:
        """Done late; the explanation waits for the leader's verdict."""
        self._late(task, number)
        self._demand(task, self.day(-5))
        self._explain(task, self.day(-2), "both")

    def _late_judged(self, task: Task, number: int) -> None:
        """Done late for a cause that a leader confirmed as objective."""
        self._late(task, number)
        self._demand(task, self.day(-9))
        self._explain(task, self.day(-7), "objective")
        with self.at(self.day(-5)):
            actions.judge(
                task,
                by=self.office,
                verdict="objective",
                note="Công nhận, rút kinh nghiệm trong khâu ký kết hợp đồng.",
                decision=self._word(task, How.NOTE, "Bút phê trên văn bản giải trình"),
            )

    def _raise(self, task: Task, day: date, asked_of: str = "") -> None:
        trouble, wish = self.random.choice(OBSTACLES)
        by = self._worker(task)
        with self.at(day):
            actions.raise_obstacle(
                task,
                by=by,
                text=trouble,
                proposal=wish,
                asked_of=Unit.objects.get(code=asked_of) if asked_of else None,
                decision=self._said(by, task),
            )

    def _blocked(self, task: Task, number: int) -> None:
        """An obstacle waits for the office."""
        self._take(task)
        self._report(task, self.day(-6), number or None)
        self._raise(task, self.day(-1))

    def _overdue_blocked(self, task: Task, number: int) -> None:
        """Late, and waiting for the land division to remove an obstacle: one reply late, one still in time."""
        self._take(task)
        self._report(task, self.day(-9), 40)
        self._raise(task, self.day(-5), "QLDD")
        self._report(task, self.day(-2), 60, obstacle=True)
        self._raise(task, self.day(-1), "QLDD")

    def _unblocked(self, task: Task, number: int) -> None:
        self._take(task)
        self._report(task, self.day(-9), number // 2 or None)
        self._raise(task, self.day(-8))
        with self.at(self.day(-6)):
            actions.answer_obstacle(
                task,
                by=self.office,
                obstacle=task.obstacles.get(),
                outcome="guided",
                reply="Văn phòng đã làm việc với cơ quan chủ quản; dùng tài khoản kiểm thử cấp ngày hôm nay.",
            )
        self._report(task, self.day(-1), number or None)

    def _propose(self, task: Task, day: date, to: str) -> None:
        with self.at(day):
            actions.propose_reassignment(
                task,
                by=self._sender(task),
                reason="Nội dung chủ yếu thuộc chức năng của đơn vị được đề nghị; đơn vị xin phối hợp.",
                proposed_unit=Unit.objects.get(code=to),
            )

    def _proposed(self, task: Task, number: int) -> None:
        """ "Đề nghị giao lại": to the registration office, unanswered; or (1) to the land division, with one view."""
        self._take(task)
        if not number:
            self._propose(task, self.day(-5), "VPDK")
            return
        self._propose(task, self.day(-1), "QLDD")
        with self.at(self.day(-1)):
            actions.give_view(
                task,
                by=self._sender(task),
                text="Đơn vị có thể phối hợp, cung cấp số liệu trong 03 ngày làm việc.",
            )

    def _kept_asked(self, task: Task, number: int) -> None:
        """Proposed to another unit, refused by the leader, and asking for more time now."""
        self._take(task)
        self._propose(task, self.day(-20), "MT")
        with self.at(self.day(-18)):
            actions.decide_reassignment(
                task,
                by=self.office,
                agreed=False,
                note="Đúng chức năng của phòng; phòng Môi trường phối hợp.",
                decision=self._word(task, How.MEETING, "Kết luận giao ban tuần"),
            )
        self._report(task, self.day(-5), 60, obstacle=True)
        self._ask(task, self.day(-1), 15)

    def _handed(self, task: Task, number: int) -> None:
        """Given to another unit by the director's word at the weekly meeting."""
        with self.at(self.day(-10)):
            actions.hand_over(
                task,
                by=self.office,
                to=Unit.objects.get(code="TCCB"),
                reason="Gắn với việc rà soát tài khoản của công chức, viên chức toàn Sở.",
                decision=self._word(task, How.MEETING),
            )

    def _reopened(self, task: Task, number: int) -> None:
        self._take(task)
        self._send(task, self.day(-6))
        self._check(task, self.day(-5))
        with self.at(self.day(-2)):
            actions.reopen(
                task,
                by=self.office,
                reason="Danh sách còn thiếu người mới chuyển đến; bổ sung rồi trình lại.",
                decision=self._word(task, How.PHONE),
            )

    def _handed_corrected(self, task: Task, number: int) -> None:
        """The officer who had the work left and handed it over; whoever took over found the day read wrongly."""
        self._take(task)
        head, successor = self._head(task), self._worker(task)
        leaver = User.objects.get(username=LEAVER)
        assert head is not None and task.nominal_end is not None
        with self.at(self.day(-30)):
            actions.delegate(task, by=head, officer=leaver, text="Lập kịch bản, chuẩn bị phương án kỹ thuật.")
        with self.at(self.day(-20)):
            actions.update_progress(task, by=leaver, text=PROGRESS[0], percent=20)
        leaves = Plea(
            person=leaver,
            kind=Handover.Kind.LEAVES,
            on=self.day(-12),
            receiver=successor,
            reason="Chuyển công tác.",
            basis="Quyết định số 118/QĐ-SNNMT",
        )
        with self.at(leaves.on):
            record(leaves, {}, by=head)
        right = self.calendar.add_workdays(task.nominal_end, 2)
        with self.at(self.day(-3)):
            actions.correct_deadline(
                task, by=self.office, phrase=f"{right:%d/%m/%Y}", reason="Nhập nhầm ngày so với văn bản."
            )

    def _removed(self, task: Task, number: int) -> None:
        """A report named a citizen with their number: removed by two persons, the report written anew."""
        self._take(task)
        head, worker = self._sender(task), self._worker(task)
        with self.at(self.day(-9)):
            actions.update_progress(task, by=worker, text=PERSONAL, percent=number // 2 or None)
        with self.at(self.day(-8)):
            removal = removing.ask(
                task,
                by=head,
                kind=ContentRemoval.Kind.PERSONAL_NUMBER,
                reason="Báo cáo nhắc thông tin cá nhân của người dân, không cần cho việc theo dõi.",
                events=task.events.filter(verb="update"),
            )
        with self.at(self.day(-7)):
            actions.read_for_decision(removal, by=self.chief)
            removing.decide(
                removal, by=self.chief, approved=True, minutes_number="02/BB-VP", minutes_on=self.day(-7)
            )
        self._report(task, self.day(-1), number or None, obstacle=True)

    def _overdue_directed(self, task: Task, number: int) -> None:
        """Late; urged, the unit's group chat told, the leader in charge said by phone what to do, no paper yet."""
        self._overdue(task, number)
        with self.at(self.day(-1)):
            actions.urge(task, by=self.office, text="Đề nghị báo cáo tiến độ, nêu rõ phần còn lại.")
            actions.tell_group(task, by=self.office, text=group_message.written(task))
        with self.at(self.day(-1)):
            actions.direct(
                task,
                by=self.office,
                text="Phòng làm việc trực tiếp với Sở Nội vụ trong tuần này, báo cáo kết quả tại giao ban.",
                due_on=self.calendar.add_workdays(self.today, 3),
                decision=self._word(task, How.PHONE),
            )

    def _overdue_reported(self, task: Task, number: int) -> None:
        """Late here, but the office has the report on paper."""
        self._overdue(task, number)
        with self.at(self.day(0)):
            actions.note_reported(task, by=self.office, source="Báo cáo giấy gửi qua văn thư")

    def _back_parts(self, task: Task, number: int) -> None:
        """Two of three places are done; one of two coordinating units has delivered; the result came back."""
        self._take(task)
        first = task.coordinations.select_related("unit").order_by("id").first()
        by = self.heads.get(first.unit.code, self.office) if first else self.office
        if first is not None:
            with self.at(self.day(-8)):
                actions.deliver_part(
                    task,
                    by=by,
                    coordination=first,
                    text="Đã gửi bản đồ và sổ mục kê của hai xã, phường đã nghiệm thu.",
                    number="214/VPĐK-KTĐC",
                    decision=self._said(by, task),
                )
        worker = self._worker(task)
        with self.at(self.day(-6)):
            actions.update_progress(
                task,
                by=worker,
                text="Đã bàn giao dữ liệu của hai địa bàn; địa bàn thứ ba chờ kiểm tra.",
                parts_done=2,
                decision=self._said(worker, task),
            )
        self._send(task, self.day(-4))
        with self.at(self.day(-1)):
            actions.return_result(
                task,
                by=self.office,
                reason="Biên bản chưa có chữ ký của bên nhận; đề nghị bổ sung trước khi xác nhận.",
            )
