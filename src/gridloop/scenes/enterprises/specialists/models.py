"""Who answers which classes of matters for which towns."""

from django.db import models

from gridloop.core.people.models import Organisation, Person


class SpecialistDuty(models.Model):
    """One specialist of a department or a town. Empty `classes` mean every class, empty `towns` the whole county.

    `classes` are codes of the edition of matters; a major class means all below it. `towns` are ids of areas.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    title = models.CharField(max_length=60, blank=True)
    classes = models.JSONField(default=list, blank=True)
    towns = models.JSONField(default=list, blank=True)
    deputy = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"],
                name="one_duty_a_person",
                condition=models.Q(retired_at=None),
            )
        ]
