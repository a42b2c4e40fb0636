"""Every table of the scene, gathered from its parts."""

from gridloop.scenes.enterprises.answers.models import Article, ArticleVersion, Helped
from gridloop.scenes.enterprises.cultivation.models import Cultivation, FirmNeed, Visit
from gridloop.scenes.enterprises.firms.models import Claim, Firm
from gridloop.scenes.enterprises.matters.models import Choice, Matter, MatterImport
from gridloop.scenes.enterprises.specialists.models import SpecialistDuty
from gridloop.scenes.enterprises.tables.models import AgendaItem, RoundTable

__all__ = [
    "AgendaItem",
    "Article",
    "ArticleVersion",
    "Choice",
    "Claim",
    "Cultivation",
    "Firm",
    "FirmNeed",
    "Helped",
    "Matter",
    "MatterImport",
    "RoundTable",
    "SpecialistDuty",
    "Visit",
]
