"""What the labels of a trained edition mean here: the county's own classes, or classes made for them."""

import pytest

from gridloop.core.cases.models import Category
from gridloop.core.dispatch import classifier
from gridloop.core.dispatch.training import train
from gridloop.core.journal.actor import SYSTEM
from tests import world

pytestmark = pytest.mark.django_db

LAMPS = ["路灯不亮晚上看不清", "小区路灯坏了没人修", "街上的路灯整夜不亮", "路灯灯泡坏了请更换"] * 5
RUBBISH = ["垃圾堆在路口没人清运", "垃圾桶满了臭味很大", "河边倒了很多垃圾", "建筑垃圾堆放很久"] * 5


@pytest.fixture(autouse=True)
def models(settings, tmp_path):
    settings.DATA = tmp_path
    yield
    classifier.IN_USE.renew()


def learn(lamp: str, rubbish: str):
    labels = [lamp] * len(LAMPS) + [rubbish] * len(RUBBISH)
    return classifier.put_in_use(train([*LAMPS, *RUBBISH], labels), name="表", rows=len(labels), by=SYSTEM)


def test_labels_nobody_knows_here_become_classes_so_that_matters_are_classed(town_of_classes):
    edition = learn("公用设施", "环境卫生")
    made = Category.objects.filter(edition=f"labels-{edition.pk}")
    assert set(made.values_list("name", flat=True)) == {"公用设施", "环境卫生"}
    assert classifier.guess("门口的路灯不亮").category == made.get(name="公用设施")
    learn("公用设施", "环境卫生")
    assert Category.objects.filter(name="公用设施").count() == 1


def test_a_label_mapped_to_the_countys_own_class_means_that_one(town_of_classes):
    edition = learn("公用设施", "环境卫生")
    Category.objects.filter(edition=f"labels-{edition.pk}", name="环境卫生").update(same_as=town_of_classes)
    classifier.IN_USE.renew()
    assert classifier.guess("垃圾堆在路口").category == town_of_classes


def test_labels_of_the_countys_own_make_no_classes(town_of_classes):
    learn("0102", "别的")
    assert not Category.objects.filter(edition__startswith="labels-").exists()


@pytest.fixture
def town_of_classes():
    world.a_town()
    return world.a_category("0102", "暴露垃圾")
