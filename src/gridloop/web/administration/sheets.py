"""Spreadsheets of the settings: what each page's table looks like as a file."""

from typing import Any

from django.utils.translation import gettext_lazy

from gridloop.core.people.sheets import SHEETS, Column, Sheet
from gridloop.web.administration.landing import (
    admission_rows,
    class_rows,
    day_rows,
    land_admission,
    land_class,
    land_day,
    land_limit,
    land_rule,
    land_template,
    land_wording,
    limit_rows,
    rule_rows,
    template_rows,
    wording_rows,
)


def column(field: str, title: Any, *also: str, note: Any = "", needed: bool = False) -> Column:
    return Column(field, title, also, note, needed)


AREA = column(
    "area", gettext_lazy("Area code"), "区划代码", "辖区代码", note=gettext_lazy("Empty: everywhere")
)
SHEETS |= {
    "classes": Sheet(
        gettext_lazy("Classes"),
        (
            column("edition", gettext_lazy("Edition"), "版本", note=gettext_lazy("Empty: county-1")),
            column("code", gettext_lazy("Class code"), "代码", "编码", needed=True),
            column("parent", gettext_lazy("Code of the major class"), "大类代码", "上级代码"),
            column("name", gettext_lazy("Name"), "名称", "类别", needed=True),
            column("english", gettext_lazy("English name"), "英文"),
            column("words", gettext_lazy("Examples and synonyms"), "示例"),
            column("same_as", gettext_lazy("Same as (edition:code)"), "对应"),
        ),
        land_class,
        class_rows,
    ),
    "limits": Sheet(
        gettext_lazy("Limits"),
        (
            column("kind", gettext_lazy("Kind"), "事项类型", needed=True),
            column("category", gettext_lazy("Class code"), "类别代码", note=gettext_lazy("Empty: any class")),
            AREA,
            column("name", gettext_lazy("Clock"), "时限", "环节", needed=True),
            column("value", gettext_lazy("Value"), "数值", needed=True),
            column("unit", gettext_lazy("Unit"), "单位", needed=True),
            column("source", gettext_lazy("Where this is written"), "依据", "来源"),
        ),
        land_limit,
        limit_rows,
    ),
    "calendar": Sheet(
        gettext_lazy("Calendar"),
        (
            column("day", gettext_lazy("Day"), "日期", needed=True),
            column("works", gettext_lazy("Worked (1) or free (0)"), "是否上班", needed=True),
            column("name", gettext_lazy("Name"), "节日", "名称"),
            column("source", gettext_lazy("Where this is written"), "依据", "来源"),
        ),
        land_day,
        day_rows,
    ),
    "admissions": Sheet(
        gettext_lazy("Admission list"),
        (
            column("category", gettext_lazy("Class code"), "类别代码", needed=True),
            AREA,
            column("until", gettext_lazy("Last day"), "截止日期"),
            column("words", gettext_lazy("Reason"), "说明"),
        ),
        land_admission,
        admission_rows,
    ),
    "templates": Sheet(
        gettext_lazy("Notice templates"),
        (
            column("event", gettext_lazy("Event"), "事件", needed=True),
            column("audience", gettext_lazy("Audience"), "对象", needed=True),
            column("language", gettext_lazy("Language"), "语言", needed=True),
            column("subject", gettext_lazy("Subject"), "标题", needed=True),
            column("words", gettext_lazy("Words"), "内容", needed=True),
            column("gateway_id", gettext_lazy("SMS template number"), "短信模板编号"),
        ),
        land_template,
        template_rows,
    ),
    "wordings": Sheet(
        gettext_lazy("Answer wordings"),
        (
            column("title", gettext_lazy("Name"), "名称", "标题", needed=True),
            column("words", gettext_lazy("Words"), "内容", needed=True),
            column("category", gettext_lazy("Class code"), "类别代码", note=gettext_lazy("Empty: any class")),
            column(
                "occasion",
                gettext_lazy("Where it is offered"),
                "环节",
                note=gettext_lazy("complete, fix, decline ...; empty: wherever an answer is written"),
            ),
        ),
        land_wording,
        wording_rows,
    ),
    "rules": Sheet(
        gettext_lazy("Routing rules"),
        (
            column("name", gettext_lazy("Name"), "名称", needed=True),
            column("kind", gettext_lazy("Kind"), "事项类型"),
            column(
                "category",
                gettext_lazy("Class code"),
                "类别代码",
                note=gettext_lazy("Several with commas between them"),
            ),
            column(
                "area",
                gettext_lazy("Area code"),
                "区划代码",
                "辖区代码",
                note=gettext_lazy("Several with commas between them"),
            ),
            column("source", gettext_lazy("Source of the report"), "来源"),
            column("words", gettext_lazy("Words it contains"), "关键词"),
            column("hours", gettext_lazy("Time of day"), "时段", note="22:00-06:00"),
            column("urgency", gettext_lazy("Urgency"), "紧急程度"),
            column("unit", gettext_lazy("Organisation code"), "单位编码"),
            column("level", gettext_lazy("Level"), "层级", note="grid, town, county"),
            column("raise_to", gettext_lazy("Set the urgency to"), "调整紧急程度"),
            column(
                "automatic",
                gettext_lazy("Dispatches by itself"),
                "自动派遣",
                note=gettext_lazy("yes or empty"),
            ),
        ),
        land_rule,
        rule_rows,
    ),
}
