"""Makers make toys, plays happen with toys: three tables, five Objects, every kind of field."""

from __future__ import annotations

from rapport.platform.accounts.models import User
from rapport.platform.fields import (
    Address,
    AutoNumber,
    Boolean,
    Choice,
    Date,
    DateTime,
    DecimalNumber,
    Duration,
    Email,
    File,
    LongText,
    MoneyField,
    MultiChoice,
    Number,
    Option,
    Percent,
    Phone,
    Reference,
    ReferenceAny,
    ReferenceMany,
    RichText,
    Text,
    Url,
)
from rapport.platform.formula.field import Formula
from rapport.platform.objects import Board, Calendar, Object, Section, Story, View, register
from rapport.platform.record import Record

KINDS = (Option("workshop", "Workshop"), Option("factory", "Factory", "info"))
INDUSTRIES = (("wood", "Wooden toys"), ("games", "Board games"), ("dolls", "Dolls"), ("retail", "Retail"))
STAGES = (
    Option("idea", "Idea"),
    Option("built", "Built"),
    Option("won", "Closed won", "good"),
    Option("lost", "Closed lost", "bad"),
)
USES = (("indoor", "Indoors"), ("outdoor", "Outdoors"), ("bath", "Bath"), ("travel", "Travel"))
PLAYS = (("call", "Call"), ("visit", "Visit"), ("letter", "Letter"))


class Maker(Record):
    """Somebody who makes toys; a workshop or a factory."""

    name = Text("Name", max=120, required=True, indexed=True)
    kind = Choice("Kind", KINDS, default="workshop")
    industry = Choice("Industry", INDUSTRIES)
    people = Number("People")
    founded_on = Date("Founded")
    parent: Reference[Maker] = Reference("Belongs to", "toyshop.Maker")
    address = Address("Address")
    email = Email("E-mail")
    tax_number = Text("Tax number", max=40, sensitivity="sensitive")

    parent_id: int | None


class Toy(Record):
    """A toy, with a field of nearly every kind."""

    number = AutoNumber("Number", pattern="T-{:d}")
    name = Text("Name", max=120, required=True)
    maker: Reference[Maker] = Reference("Maker", "toyshop.Maker")
    tester: Reference[User] = Reference("Tester", "platform.User", panel=False)
    stage = Choice("Stage", STAGES, indexed=True)
    uses = MultiChoice("Uses", USES)
    price = MoneyField("Price", indexed=True)
    margin = Percent("Margin")
    weight = DecimalNumber("Weight", places=3, digits=12)
    pieces = Number("Pieces")
    build_time = Duration("Time to build")
    launched_on = Date("Launched")
    sold_at = DateTime("Sold", indexed=True)
    open = Boolean("Open", default=True)
    contact = Email("Contact")
    hotline = Phone("Hotline")
    site = Url("Site")
    note = LongText("Note")
    story = RichText("Story")
    manual = File("Manual")
    resellers: ReferenceMany = ReferenceMany("Resellers", "toyshop.Maker")
    secret_recipe = Text("Recipe", sensitivity="sensitive")
    gain: MoneyField = Formula("Gain", "price * margin", MoneyField)
    played: Number = Formula("Played", "count plays via toy", Number, stored=True)

    maker_id: int | None
    tester_id: int | None
    manual_id: int | None


class Play(Record):
    """Something that happened with a toy; read by whoever may read the toy."""

    subject = Text("Subject", required=True)
    kind = Choice("Kind", PLAYS)
    toy: Reference[Toy] = Reference("Toy", "toyshop.Toy")
    about = ReferenceAny("About", ("toy", "maker"), panel=False)
    players: ReferenceMany = ReferenceMany("Players", "toyshop.Maker")
    occurred_at = DateTime("When", indexed=True)
    done_at = DateTime("Done")
    length = Duration("Length")
    score = Number("Score")
    fee = MoneyField("Fee")

    toy_id: int | None
    about_object: str
    about_id: int | None


register(
    Object(
        key="maker",
        label="Maker",
        plural="Makers",
        model_class=Maker,
        subtitle=("industry", "address"),
        columns=("name", "kind", "industry", "people", "owner"),
        search=("name", "email", "address", "tax_number"),
        match=(("name",), ("email",)),
        quick=("name", "kind"),
    )
)
register(Object(key="workshop", label="Workshop", plural="Workshops", of="maker", where={"kind": "workshop"}))
register(
    Object(
        key="factory",
        label="Factory",
        plural="Factories",
        slug="factories",
        of="maker",
        where={"kind": "factory"},
        only=("name", "kind", "people", "parent", "address"),
    )
)
register(
    Object(
        key="toy",
        label="Toy",
        plural="Toys",
        model_class=Toy,
        icon="star",
        subtitle=("number", "maker"),
        columns=("name", "number", "maker", "stage", "price", "sold_at", "owner"),
        sections=(Section("Toy", ("name", "maker", "stage", "uses", "price")),),
        search=("name", "number", "contact", "hotline", "site", "note"),
        match=(("name", "maker"),),
        quick=("name", "maker"),
        sort="name",
        views=(View("open", "Open toys", "open", "-price"),),
        calendar=Calendar("launched_on", until="sold_at"),
        board=Board("stage", value="price", weight="margin", card=("maker", "price")),
    )
)
register(
    Object(
        key="play",
        label="Play",
        plural="Plays",
        model_class=Play,
        name="subject",
        columns=("subject", "kind", "toy", "occurred_at", "length"),
        search=("subject",),
        sort="-occurred_at",
        calendar=Calendar("occurred_at", length="length"),
        story=Story(at="occurred_at", party=("toy",), title="subject", kind="kind", done="done_at"),
        parents=("toy",),
    )
)
