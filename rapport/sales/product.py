"""Product: what we sell, with its list price. Names and codes are unique, since people and files refer by them."""

from __future__ import annotations

from django.db import models

from rapport.platform.fields import Boolean, Choice, LongText, MoneyField, Text
from rapport.platform.objects import Object, Section, View, register
from rapport.platform.record import Record
from rapport.platform.words import gettext_lazy as _

KINDS = (("goods", _("Goods")), ("service", _("Service")), ("subscription", _("Subscription")))


class Product(Record):
    """One thing in the catalogue."""

    name = Text(_("Name"), required=True, unique=True)
    code = Text(_("Code"), max=60, unique=True)
    series = Text(_("Series"), max=100, indexed=True)
    kind = Choice(_("Kind"), KINDS, default="goods")
    price = MoneyField(_("List price"))
    unit = Text(_("Unit"), max=30, help=_("What one is: piece, hour, licence."))
    description = LongText(_("Description"), max=10_000)
    active = Boolean(_("On sale"), default=True)

    class Meta:
        indexes = (models.Index(fields=["code"], name="product_code"),)
        constraints = (
            models.UniqueConstraint(fields=["name"], name="product_named_once"),
            models.UniqueConstraint(fields=["code"], condition=~models.Q(code=""), name="product_code_once"),
        )


PRODUCT = register(
    Object(
        key="product",
        label=_("Product"),
        plural=_("Products"),
        model_class=Product,
        icon="package",
        subtitle=("code", "series"),
        columns=("name", "code", "series", "price", "active"),
        sections=(Section(_("Product"), ("name", "code", "series", "kind", "price", "unit", "active", "description")),),
        quick=("name", "code", "price"),
        search=("name", "code", "series"),
        search_bodies=("description",),
        match=(("code",), ("name",)),
        sort="name",
        views=(View("on_sale", _("On sale"), "active"), View("all", _("All"))),
        navigation=60,
    )
)
