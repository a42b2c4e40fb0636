"""What volunteers can do: the county's list of skills, kept by its administrators."""

from django.db import transaction
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.queries import require
from gridloop.scenes.volunteers.roster.models import Skill


def said_skill(skill: Skill) -> str:
    return skill.title


skill_in_words = lazy(said_skill, str)  # for notices: in the language of whoever hears


@transaction.atomic
def save_skill(
    skill: Skill | None,
    *,
    code: str,
    name: str,
    english: str = "",
    certified: bool = False,
    remote: bool = False,
    by: Actor,
) -> Skill:
    """A new skill, or another name for one; `certified` ones need a paper, `remote` ones no way to go."""
    require(by, "administer")
    tidied = code.strip()
    if not tidied or len(tidied) > 24 or not tidied.isascii():
        raise Refusal(_("A code has 1 to 24 letters, digits and hyphens."), field="code")
    if not name.strip() or len(name.strip()) > 40:
        raise Refusal(_("The name has 1 to 40 characters."), field="name")
    if Skill.objects.filter(code=tidied).exclude(pk=skill.pk if skill else 0).exists():
        raise Refusal(_("Another skill has this code already."), field="code")
    skill = skill or Skill()
    skill.code, skill.name, skill.english = tidied, name.strip(), english.strip()[:60]
    skill.certified, skill.remote = certified, remote
    skill.save()

    record("skill_saved", by=by, subject_kind="skill", subject=skill.pk, after=skill.code)
    return skill


@transaction.atomic
def retire_skill(skill: Skill, *, retired: bool = True, by: Actor) -> None:
    """Nobody chooses it any more, or they may again; who has it keeps it."""
    require(by, "administer")
    after = timezone.now() if retired else None
    if not Skill.objects.filter(pk=skill.pk, retired_at__isnull=retired).update(retired_at=after):
        return

    record("skill_saved", by=by, subject_kind="skill", subject=skill.pk, before=skill.code,
           facts={"retired": retired})  # fmt: skip
