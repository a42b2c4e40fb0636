"""The component library in one load: `{% load ui %}` brings every tag of web/README.md."""

from django import template

from gridloop.web.templatetags import ui_cases, ui_forms, ui_lists, ui_marks, ui_pages, ui_times

register = template.Library()
for part in (ui_marks, ui_times, ui_forms, ui_lists, ui_pages, ui_cases):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)
