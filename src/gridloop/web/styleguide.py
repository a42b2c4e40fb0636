"""The style guide: every component and the four main pages in fake dress; shown only in demo and debug."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from gridloop.web import styleguide_samples as samples
from gridloop.web.move_forms import TYPED_INTO
from gridloop.web.styleguide_samples import said
from gridloop.web.templatetags.icon_shapes import SHAPES, STATUS_SHAPES

PHOTO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 72"><rect width="96" height="72" fill="#d9d2c3"/>'
    '<path d="M0 54l26-22 20 16 18-22 32 28v18H0z" fill="#a59c89"/><circle cx="74" cy="16" r="7" fill="#f3efe6"/></svg>'
)


class SampleForm(forms.Form):
    """One of each kind of field."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["title"] = forms.CharField(
            label=said("标题", "Title"), help_text=said("一句话说明是什么事", "Say in one line what it is")
        )
        self.fields["phone"] = forms.CharField(label=said("手机号", "Mobile number"), required=False)
        self.fields["words"] = forms.CharField(label=said("情况说明", "What happened"), widget=forms.Textarea)
        self.fields["unit"] = forms.ChoiceField(
            label=said("主办单位", "Lead unit"),
            choices=[("", "—"), ("a", said("市政管理中心", "Public works centre"))],
        )
        self.fields["units"] = forms.MultipleChoiceField(
            label=said("协办单位", "Assisting units"),
            required=False,
            widget=forms.SelectMultiple(attrs=TYPED_INTO),
            choices=[(str(at), said(f"第{at}管理中心", f"Centre {at}")) for at in range(1, 16)],
        )
        self.fields["way"] = forms.ChoiceField(
            label=said("如何联系您", "How to reach you"),
            widget=forms.RadioSelect,
            choices=[("sms", said("短信", "Text message")), ("call", said("电话", "Telephone"))],
        )
        self.fields["agree"] = forms.BooleanField(
            label=said("匿名上报", "Report without my name"),
            required=False,
            help_text=said("工作人员看不到您的姓名和电话。", "Staff see neither your name nor your number."),
        )


class ReportForm(forms.Form):
    """The first screen of a resident's report."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["category"] = forms.ChoiceField(
            label=said("是哪一类？", "What kind is it?"),
            widget=forms.RadioSelect,
            required=False,
            choices=[
                ("lighting", said("路灯照明", "Street lamps")),
                ("road", said("道路井盖", "Roads")),
                ("rubbish", said("环境卫生", "Rubbish")),
                ("noise", said("噪声扰民", "Noise")),
                ("fire", said("消防隐患", "Fire hazard")),
                ("other", said("说不清", "Not sure")),
            ],
        )
        self.fields["words"] = forms.CharField(
            label=said("发生了什么？", "What is the matter?"),
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=said(
                "例如：三号楼门口路灯不亮，晚上看不清台阶。",
                "For example: the lamp at building 3 is out, the steps cannot be seen at night.",
            ),
        )


def menu_for(shell: str, current: int = 0) -> list[dict[str, Any]]:
    """Places of one shell's menu."""
    places = {
        "public": [
            ("report", "上报", "Report", None),
            ("map", "附近", "Nearby", None),
            ("list", "我的", "My cases", 2),
        ],
        "field": [
            ("list", "今日", "Today", 6),
            ("patrol", "巡查", "Patrol", None),
            ("check", "核实", "Verify", 3),
            ("person", "我", "Me", None),
        ],
        "desk": [
            ("inbox", "待办队列", "Queue", 42),
            ("list", "我的任务", "My tasks", 7),
            ("flag", "督办", "Supervised", 3),
            ("fire", "热点问题", "Hot issues", None),
            ("map", "地图", "Map", None),
            ("chart", "指标", "Measures", None),
            ("ranking", "排名", "Ranking", None),
            ("users", "人员与岗位", "People", None),
            ("rules", "派遣规则", "Rules", None),
            ("gear", "设置", "Settings", None),
        ],
    }[shell]
    return [
        {
            "icon": icon,
            "title": said(chinese, english),
            "url": f"#{at}",
            "current": at == current,
            "count": count,
        }
        for at, (icon, chinese, english, count) in enumerate(places)
    ]


PAGES = {
    "": ("guide", "desk"),
    "report": ("report", "public"),
    "case": ("case", "public"),
    "worklist": ("worklist", "desk"),
    "desk-case": ("desk_case", "desk"),
    "cockpit": ("cockpit", "desk"),
    "field": ("field", "field"),
}


def show_page(request: HttpRequest, name: str = "") -> HttpResponse:
    """One page of the guide; unknown outside demo and debug."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    if name == "grids.json":
        return HttpResponse(samples.grid_shapes(), content_type="application/geo+json")
    if name == "cases.json":
        return HttpResponse(samples.case_points(), content_type="application/geo+json")
    if name == "photo.svg":
        return HttpResponse(PHOTO, content_type="image/svg+xml")
    if name not in PAGES:
        raise Http404
    template, shell = PAGES[name]
    wrong = SampleForm(
        {"title": "", "phone": "138", "words": said("只说了半句", "half a sentence"), "way": "fax"}
    )
    return render(
        request,
        f"web/styleguide/{template}.html",
        {
            "menu": menu_for(shell),
            "place_name": said("示例县", "Sample county"),
            "unread": 4,
            "zh": said("1", "") == "1",
            "icons": sorted(SHAPES),
            "tones": sorted(STATUS_SHAPES),
            "step_words": {k: said(*v) for k, v in samples.STEP_WORDS.items()},
            "cases": samples.case_rows(),
            "entries": samples.timeline_entries(),
            "figures": samples.figures(),
            "ranking_rows": samples.ranking_rows(),
            "sample_form": SampleForm(),
            "wrong_form": wrong,
            "report_form": ReportForm(),
            "picks": [
                {
                    "value": "a",
                    "name": said("市政管理中心", "Public works centre"),
                    "why": said("规则“路灯归市政”", "Rule “lamps”"),
                    "sure": True,
                }
            ],
            "category_icons": {
                "lighting": "device",
                "road": "grid",
                "rubbish": "trash",
                "noise": "bell",
                "fire": "fire",
                "other": "question",
            },
            "filters": [
                {"title": said("全部待办", "All open"), "url": "#", "current": True, "count": 42},
                {"title": said("已逾期", "Overdue"), "url": "#", "count": 3, "urgent": True},
                {"title": said("即将到期", "Due soon"), "url": "#", "count": 9},
                {"title": said("无人承办", "Unowned"), "url": "#", "count": 5},
                {"title": said("退单仲裁", "Returned twice"), "url": "#", "count": 1},
            ],
            "tab_items": [
                {"title": said("经过", "Timeline"), "url": "#", "current": True},
                {"title": said("期限", "Deadlines"), "url": "#", "count": 3},
                {"title": said("谁何时知情", "Who knew when"), "url": "#"},
                {"title": said("相似", "Similar"), "url": "#", "count": 2},
            ],
            "trail": [
                {"title": said("待办队列", "Queue"), "url": "/styleguide/worklist"},
                {"title": "20261120-00318"},
            ],
            "facts": [
                (said("编号", "Number"), "20261120-00318"),
                (said("网格", "Grid"), said("坎门 · 海都社区 · 第7网格", "Kanmen · Haidu · Grid 7")),
                (said("来源", "Source"), said("居民上报", "Resident")),
                (said("联名", "Voices"), "4"),
            ],
            "steps": [said("照片", "Photo"), said("地点", "Place"), said("说明", "Words")],
            "menu_items": [
                {"title": said("转派", "Reassign"), "url": "#", "icon": "arrow-right"},
                {"title": said("合并重复", "Link as duplicate"), "url": "#", "icon": "link"},
                {"separator": True},
                {"title": said("不予受理", "Decline"), "url": "#", "icon": "close", "danger": True},
            ],
            "chart": {
                "labels": [f"11-{day:02}" for day in range(7, 21)],
                "series": [
                    {
                        "name": said("上报", "Reported"),
                        "values": [210, 232, 201, 284, 290, 330, 310, 276, 249, 301, 322, 340, 298, 318],
                    },
                    {
                        "name": said("结案", "Closed"),
                        "values": [205, 220, 214, 260, 281, 300, 322, 290, 251, 280, 310, 318, 305, 290],
                    },
                ],
            },
            "swatches": [
                "paper",
                "sheet",
                "sunk",
                "ink",
                "ink-2",
                "ink-3",
                "line",
                "accent",
                "good",
                "move",
                "warn",
                "bad",
                "shade-0",
                "shade-1",
                "shade-2",
                "shade-3",
                "shade-4",
                "shade-5",
            ],
            "now": timezone.now(),
            "hot": [
                (said("台风后路面积水", "Water on roads after the storm"), 46),
                (said("电动车楼道充电", "E-bikes charged in stairwells"), 31),
                (said("夜间施工噪声", "Construction noise at night"), 22),
            ],
        },
    )


urlpatterns = [path("styleguide", show_page), path("styleguide/<str:name>", show_page)]
