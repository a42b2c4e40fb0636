"""Answers: leafed through by firms on the phone; written, reviewed and taken back at the desk."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.cases.queries import case_within_reach
from gridloop.scenes.enterprises.answers.actions import (
    proposal,
    retire_answer,
    review_answer,
    say_it_helped,
    write_answer,
)
from gridloop.scenes.enterprises.answers.models import Article, ArticleVersion
from gridloop.scenes.enterprises.answers.queries import articles_at_work, articles_listed, published
from gridloop.scenes.enterprises.matters.queries import major_classes
from gridloop.scenes.enterprises.pages import SIZE, ask, show
from gridloop.web.acting import actor_of, signed_in, staff_only
from gridloop.web.administration.pages import act
from gridloop.web.paging import page_of

writers = staff_only("dispatch", "answer_firms", "handle")


class AnswerForm(forms.Form):
    """One version: what everybody will read."""

    title = forms.CharField(label=gettext_lazy("Title of the answer"), max_length=80)
    question = forms.CharField(
        label=gettext_lazy("The question, as any firm could ask it"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )
    answer = forms.CharField(
        label=pgettext_lazy("article", "The answer"), widget=forms.Textarea(attrs={"rows": 7}), max_length=4000,
        help_text=gettext_lazy("No names, no numbers, nothing by which the firm could be known."),
    )  # fmt: skip


@require_safe
def public_answers(request: HttpRequest) -> HttpResponse:
    """/firms/answers/: what was solved for others."""
    chosen = request.GET.get("class", "")
    major = int(chosen) if chosen.isdecimal() else None
    words = request.GET.get("q", "").strip()[:60]
    page = page_of(request, articles_listed(words, major), 20)
    return render(
        request,
        "enterprises/answers/public.html",
        {"page": page, "classes": major_classes(), "major": major, "words": words},
    )


@require_safe
def public_answer(request: HttpRequest, pk: int) -> HttpResponse:
    article = get_object_or_404(published(), pk=pk)
    return render(request, "enterprises/answers/answer.html", {"article": article})


@require_POST
@signed_in
def helped(request: HttpRequest, pk: int) -> HttpResponse:
    """ "This answered it": counted once a person; nothing is closed by it."""
    article = get_object_or_404(published(), pk=pk)
    say_it_helped(article, by=actor_of(request))
    if request.headers.get("HX-Request"):
        return render(request, "enterprises/answers/thanks.html", {"article": article})
    messages.success(request, _("Thank you. That helps the next firm to find it."))
    return redirect("enterprises:answer", pk)


@require_safe
@writers
def articles(request: HttpRequest) -> HttpResponse:
    """Every answer with its newest version: what waits for a second reader stands first."""
    page = page_of(request, articles_at_work(), SIZE)
    waiting = ArticleVersion.objects.filter(reviewed_at=None, article__retired_at=None)
    listed = [(article, newest(article)) for article in page.rows]
    return show(
        request,
        "answers/list",
        "articles",
        {
            "page": page,
            "listed": listed,
            "waiting": waiting.select_related("article", "written_by").order_by("pk"),
        },
    )


def newest(article: Article) -> ArticleVersion | None:
    return max(article.versions.all(), key=lambda version: version.number, default=None)


@require_safe
@writers
def article(request: HttpRequest, pk: int) -> HttpResponse:
    """One answer with all its versions."""
    found = get_object_or_404(Article.objects.select_related("category", "case"), pk=pk)
    versions = found.versions.select_related("written_by", "reviewed_by").order_by("-number")
    waiting = next((version for version in versions if version.reviewed_at is None), None)
    mine = waiting is not None and waiting.written_by_id == request.user.pk
    return show(
        request,
        "answers/article",
        "articles",
        {"article": found, "versions": versions, "waiting": waiting, "mine": mine},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@writers
def from_matter(request: HttpRequest, number: str) -> HttpResponse:
    """An answer made from a closed matter; the firm and its people are taken out before anybody reads it."""
    case = case_within_reach(request.user, number)  # type: ignore[arg-type]
    form = AnswerForm(request.POST or None, initial=proposal(case))
    return ask(
        request, form, lambda given: write_answer(case=case, by=actor_of(request), **given),
        title=_("Make an answer of it"), current="articles", send=_("Hand in for review"),
        lead=_("The firm's name, persons and numbers were taken out. Word it so that it helps any firm; a second person reads it."),
        then=lambda version: reverse("enterprises:article", args=[version.article_id]), back=reverse("desk:case", args=[number]),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@writers
def new_version(request: HttpRequest, pk: int) -> HttpResponse:
    """The same answer, worded anew or brought up to date."""
    found = get_object_or_404(Article, pk=pk, retired_at=None)
    last = newest(found)
    initial: dict[str, Any] = (
        {name: getattr(last, name) for name in ("title", "question", "answer")} if last else {}
    )
    here = reverse("enterprises:article", args=[pk])
    return ask(
        request, AnswerForm(request.POST or None, initial=initial),
        lambda given: write_answer(article=found, by=actor_of(request), **given),
        title=_("Word it anew"), current="articles", send=_("Hand in for review"), then=here, back=here,
    )  # fmt: skip


@require_POST
@writers
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """A second reader publishes a version or sends it back."""
    version = get_object_or_404(ArticleVersion.objects.select_related("article__case"), pk=pk)
    publish = request.POST.get("decision") == "publish"
    return act(
        request,
        lambda: review_answer(
            version, published=publish, words=request.POST.get("words", ""), by=actor_of(request)
        ),
        reverse("enterprises:article", args=[version.article_id]),
        _("Published.") if publish else _("Sent back."),
    )


@require_POST
@staff_only("dispatch")
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Article, pk=pk)
    return act(
        request,
        lambda: retire_answer(found, by=actor_of(request)),
        reverse("enterprises:articles"),
        _("Taken back."),
    )
