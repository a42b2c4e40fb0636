"""The pages' own table: filters people keep by name."""

from django.db import models

from gridloop.core.people.models import Person


class SavedFilter(models.Model):
    """A worklist's narrowing kept by its owner; `query` is the address's query string."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="one_saved_filter")]
        ordering = ["name"]
