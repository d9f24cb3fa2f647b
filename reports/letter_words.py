"""The sentences of a letter of chasing, written from its facts. Pure.

Inside the house units are required (yêu cầu); bodies outside our authority are asked (đề nghị) and never called late
(office rule 28). Letters speak to the head of a unit, never to a person (rule 30).
"""

from core.text import count_vi, date_vi, percent_vi
from reports.letter_facts import LetterFacts, LetterKind, LetterTask
from reports.wording import cited, cited_in_full, tasks

MOST_ADDRESSEES = 8


def subject(facts: LetterFacts) -> str:
    if facts.kind == LetterKind.EXPLAIN:
        return f"báo cáo giải trình việc chậm thực hiện nhiệm vụ tại {cited(facts.plan)}"
    again = " (lần 2)" if facts.kind == LetterKind.REMIND else ""
    return f"đôn đốc thực hiện nhiệm vụ tại {cited(facts.plan)}{again}"


def addressees(facts: LetterFacts) -> tuple[str, ...]:
    units = [unit for unit, _ in facts.by_unit()]
    if len(units) > MOST_ADDRESSEES:
        whole = "Các cơ quan, đơn vị" if facts.outside else "Thủ trưởng các phòng, đơn vị"
        return (f"{whole} có tên tại Phụ lục",)
    return tuple(units if facts.outside else [f"Thủ trưởng {unit}" for unit in units])


def body(facts: LetterFacts, sender: str, office: str) -> list[str]:
    """Paragraphs from the opening to the last sentence, which the end mark closes."""
    return [
        _opening(facts, sender),
        *_units(facts),
        *_demands(facts, sender, office),
        _closing(facts, sender),
    ]


def _opening(facts: LetterFacts, sender: str) -> str:
    units = facts.by_unit()
    of_whom = units[0][0] if len(units) == 1 else f"{count_vi(len(units))} đơn vị"
    what = (
        "chưa có kết quả gửi về"
        if facts.outside
        else "đã quá hạn chưa hoàn thành"
        if facts.kind.is_about_late
        else "sắp đến hạn"
    )
    return (
        f"Thực hiện {cited_in_full(facts.plan)}; qua theo dõi, đến ngày {date_vi(facts.on)}, {sender} nhận thấy còn"
        f" {tasks(len(facts.tasks))} của {of_whom} {what} (Phụ lục kèm theo), cụ thể:"
    )


def _units(facts: LetterFacts) -> list[str]:
    rows = facts.by_unit()
    return [
        f"- {unit}: {_of_unit(facts, unit, found)}{'.' if index == len(rows) else ';'}"
        for index, (unit, found) in enumerate(rows, 1)
    ]


def _of_unit(facts: LetterFacts, unit: str, found: list[LetterTask]) -> str:
    if not facts.kind.is_about_late or facts.outside:
        first = min(found, key=lambda each: each.due_on)
        ends = "thời hạn" if len(found) == 1 else "thời hạn sớm nhất"
        return f"{tasks(len(found))}, {ends} ngày {date_vi(first.due_on)}"
    whole = facts.with_deadline[unit]
    days = max(each.days for each in found)
    longest = "quá hạn" if len(found) == 1 else "lâu nhất"
    share = percent_vi(len(found), whole)
    return (
        f"{count_vi(len(found))}/{count_vi(whole)} nhiệm vụ có thời hạn ({share}),"
        f" {longest} {count_vi(days)} ngày làm việc"
    )


def _demands(facts: LetterFacts, sender: str, office: str) -> list[str]:
    verb = "đề nghị" if facts.outside else "yêu cầu"
    many = len(facts.by_unit()) > 1
    head = "quý cơ quan" if facts.outside else "Thủ trưởng các đơn vị" if many else "Thủ trưởng đơn vị"
    day = date_vi(facts.reply_by)
    if facts.outside:
        lines = [f"Quan tâm chỉ đạo thực hiện, gửi kết quả hoặc tiến độ về {office} trước ngày {day}."]
    elif facts.kind == LetterKind.EXPLAIN:
        lines = [
            "Báo cáo giải trình từng nhiệm vụ nêu trên: nguyên nhân khách quan, chủ quan; kết quả đã thực hiện;"
            " biện pháp khắc phục và thời gian hoàn thành.",
            f"Gửi báo cáo giải trình về {office} trước ngày {day} để tổng hợp.",
        ]
    elif facts.kind == LetterKind.REMIND:
        lines = [
            "Tập trung chỉ đạo, hoàn thành dứt điểm các nhiệm vụ quá hạn; cập nhật kết quả ngay khi hoàn thành.",
            f"Báo cáo nguyên nhân chậm và thời gian hoàn thành về {office} trước ngày {day}.",
        ]
    else:
        lines = [
            "Rà soát, hoàn thành các nhiệm vụ nêu trên đúng thời hạn.",
            "Trường hợp không thể hoàn thành đúng hạn, có văn bản báo cáo rõ nguyên nhân, đề xuất thời hạn mới, gửi"
            f" {office} trước ngày {day}.",
        ]
    if len(lines) == 1:
        return [f"Để bảo đảm tiến độ, {sender} {verb} {head} {lines[0][:1].lower()}{lines[0][1:]}"]
    intro = f"Để bảo đảm tiến độ, {sender} {verb} {head} thực hiện các nội dung sau:"
    numbered = [f"{number}. {line}" for number, line in enumerate(lines, 1)]
    return [intro, *numbered, f"{sender} giao {office} theo dõi, đôn đốc, tổng hợp kết quả."]


def _closing(facts: LetterFacts, sender: str) -> str:
    if facts.outside:
        return f"{sender} trân trọng đề nghị quý cơ quan quan tâm, phối hợp"
    return f"{sender} yêu cầu {'các đơn vị' if len(facts.by_unit()) > 1 else 'đơn vị'} nghiêm túc thực hiện"
