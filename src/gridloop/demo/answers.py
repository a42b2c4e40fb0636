"""Wordings of public answers as the county's command room keeps them: most in use, one waiting for a second look."""

from gridloop.core.cases.models import Category
from gridloop.core.notices.answer_wordings import review_wording, write_wording
from gridloop.core.people.queries import current_posts
from gridloop.demo.cast import actor

# What it is called, the move it is for, the class it is for, what it says.
WORDINGS = (
    ("办结：已处理完毕", "complete", "", "您好，您反映的“{title}”已由{unit}处理完毕。如仍有问题，请在评价时告诉我们，或申请重新办理。感谢您的监督。"),
    ("办结：已列入计划", "complete", "", "您好，您反映的“{title}”已现场核实。因涉及改造施工，已列入近期计划，施工前会在{place}张贴告示。感谢您的理解。"),
    ("垃圾：已清运", "complete", "01", "您好，{place}的垃圾已清运，责任单位已增加巡查频次。如再发现，欢迎随时反映。"),
    ("现场处置：已当场解决", "fix", "", "您好，网格员已到现场，当场处理完毕。感谢您的反映。"),
    ("占道经营：已劝离", "complete", "05", "您好，执法人员已到现场劝离占道摊贩，并将该路段列入重点巡查。感谢您的监督。"),
    ("不予受理：不属于本平台", "decline", "", "您好，您反映的事项不属于本平台受理范围，建议向有权处理的部门提出。如需帮助，可到所在村（社区）便民服务窗口咨询。"),
    ("不予受理：信息不全", "decline", "", "您好，您反映的内容缺少具体地点，暂时无法处理。请补充地点和照片后再次提交，我们会尽快办理。"),
    ("暂无法解决：资金未到位", "close_unresolved", "", "您好，您反映的问题经核实属实，因资金尚未落实，目前无法解决。我们已记录在案，落实后会主动与您联系，敬请谅解。"),
    ("整改：已返工到位", "rectify", "", "您好，根据您的评价，{unit}已重新处理。请您再次评价，感谢您的督促。"),
)  # fmt: skip
WAITING = (
    "停水停电：抢修说明",
    "complete",
    "06",
    "您好，{place}的停水（停电）已抢修完毕，现已恢复。给您带来不便，敬请谅解。",
)


def write_wordings() -> None:
    """Written by one, reviewed by another of the county's command centre."""
    writer, reviewer = (
        actor(post.person_id, post.pk)
        for post in current_posts().filter(role="county_room").order_by("pk")[:2]
    )
    majors = {category.code: category for category in Category.objects.filter(parent=None, retired_at=None)}
    for title, occasion, code, words in (*WORDINGS, WAITING):
        wording = write_wording(
            title=title, words=words, occasion=occasion, category=majors.get(code), by=writer
        )
        if title != WAITING[0]:
            review_wording(wording, good=True, by=reviewer)
