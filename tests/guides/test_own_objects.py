"""Files that fit no noun come into own kinds of record without code, in the wizard and on the command line."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from rapport.platform import access, query
from rapport.platform.access import roles
from rapport.platform.custom import current
from rapport.platform.objects import Object, registry
from rapport.platform.saved_views.models import SavedView
from rapport.platform.transfer import run, wizard
from rapport.platform.transfer.models import Import
from tests.guides import maven
from tests.make import make_user

DATA = maven.FOLDER.parent
SYSTEM = access.system("test")
FILES = {
    "Orders": "classic_models_orders/orders_2003-01_2004-06.csv",
    "Leads scored": "lead_scoring/lead_scoring.csv.gz",
    "Phone customers": "churn_bigml/churn_bigml.csv",
    "Subscribers": "telco_churn/telco_churn_80.csv",
}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=False),
    pytest.mark.skipif(not DATA.is_dir(), reason="the named data sets are not here (../shared/data)"),
]


def table(name: str) -> list[dict[str, str]]:
    path = DATA / FILES[name]
    raw = path.read_bytes()
    content = gzip.decompress(raw) if path.suffix == ".gz" else raw
    return list(csv.DictReader(StringIO(content.decode("utf-8", "replace"))))


def plain_file(name: str, folder: Path) -> Path:
    """The file as CSV: a packed one unpacked beside."""
    path = DATA / FILES[name]
    if path.suffix != ".gz":
        return path
    copy = folder / path.stem
    copy.write_bytes(gzip.decompress(path.read_bytes()))
    return copy


def bring(name: str, folder: Path) -> Object:
    call_command("import", str(plain_file(name, folder)), new_object=name, stdout=StringIO())
    current.follow()
    return next(obj for obj in registry.all() if str(obj.plural) == name)


def tally(obj: Object, key: str) -> dict[str, int]:
    found = query.groups(SYSTEM, query.plan(SYSTEM, obj, f"group by {key}"))
    return {str(row.values[0]): row.count for row in found}


def test_orders_are_counted_and_summed_as_the_file_says(tmp_path: Path) -> None:
    obj, rows = bring("Orders", tmp_path), table("Orders")
    assert query.count(SYSTEM, query.plan(SYSTEM, obj, "")) == len(rows)
    kinds = {key: field.kind for key, field in obj.own_fields.items()}
    assert (kinds["status"], kinds["orderdate"], kinds["quantityordered"]) == ("choice", "date", "number")
    assert kinds["sales"] == "decimal"
    total = query.aggregates(SYSTEM, query.plan(SYSTEM, obj, 'country = "France"'), ["sales"])["sales"].sum
    assert total == sum((Decimal(row["SALES"]) for row in rows if row["COUNTRY"] == "France"), Decimal())
    in_may = query.count(SYSTEM, query.plan(SYSTEM, obj, "orderdate between 2003-05-01 and 2003-05-31"))
    assert in_may == sum(row["ORDERDATE"].startswith("5/") and "/2003" in row["ORDERDATE"] for row in rows)
    assert sum(tally(obj, "status").values()) == len(rows)
    assert obj.board is not None and obj.board.by in obj.fields


def test_churn_of_phone_customers(tmp_path: Path) -> None:
    obj, rows = bring("Phone customers", tmp_path), table("Phone customers")
    assert obj.fields["name"].label == "Phonenumber"
    assert query.count(SYSTEM, query.plan(SYSTEM, obj, "")) == len(rows)
    assert tally(obj, "intlplan") == {
        str(word == "yes"): count for word, count in Counter(row["intlplan"] for row in rows).items()
    }
    long = query.count(SYSTEM, query.plan(SYSTEM, obj, "daymins > 300 and not intlplan"))
    assert long == sum(float(row["daymins"]) > 300 and row["intlplan"] == "no" for row in rows)


def test_leads_come_in_with_every_column(tmp_path: Path) -> None:
    obj, rows = bring("Leads scored", tmp_path), table("Leads scored")
    assert query.count(SYSTEM, query.plan(SYSTEM, obj, "")) == len(rows)
    assert len(obj.own_fields) >= len(rows[0])
    olark = query.count(SYSTEM, query.plan(SYSTEM, obj, 'lead_source = "Olark Chat" and converted'))
    assert olark == sum(row["Lead Source"] == "Olark Chat" and row["Converted"] == "1" for row in rows)


def test_subscribers_come_in_through_the_wizard_and_get_a_view(tmp_path: Path) -> None:
    roles.install()
    user = make_user(roles=("administrator",))
    browser = Client()
    browser.force_login(user)
    with (DATA / FILES["Subscribers"]).open("rb") as file:
        browser.post(reverse("import"), {"file": file})
    draft = Import.objects.get()
    step = browser.post(reverse("import_file", args=(draft.pk,)), {"object": "new"})
    assert step.headers["Location"] == reverse("import_kind", args=(draft.pk,))
    page = browser.get(step.headers["Location"]).content.decode()
    assert "MonthlyCharges" in page and "Every row has another value here" in page
    sent = {"label": "Subscriber", "plural": "Subscribers", "name": "customerID"}
    step = browser.post(step.headers["Location"], sent)
    assert step.headers["Location"] == reverse("import_columns", args=(draft.pk,))
    columns = browser.get(step.headers["Location"])
    assert columns.status_code == 200
    _go_on(browser, draft.pk)
    current.follow()
    obj, rows = registry.get("own_subscriber"), table("Subscribers")
    assert query.count(SYSTEM, query.plan(SYSTEM, obj, "")) == len(rows)
    gone = query.count(SYSTEM, query.plan(SYSTEM, obj, "churn and contract = Month-to-month"))
    assert gone == sum(row["Churn"] == "Yes" and row["Contract"] == "Month-to-month" for row in rows)
    here = "q=churn+and+tenure+%3C+3&columns=name,contract,monthlycharges,churn"
    assert browser.get(f"/subscribers?{here}").status_code == 200
    browser.post(f"/subscribers/views/new?{here}", {"label": "Lost early", "audience": "all"})
    view = SavedView.objects.get(object=obj.key)
    lost = browser.get(f"/subscribers?view={view.pk}").content.decode()
    one = next(row for row in rows if row["Churn"] == "Yes" and int(row["tenure"]) < 3)
    assert "Lost early" in lost and "<td" in lost
    assert query.count(SYSTEM, query.plan(SYSTEM, obj, f'churn and tenure < 3 and name = "{one["customerID"]}"')) == 1


def _go_on(browser: Client, pk: int) -> None:
    """The mapping as proposed, the trial, and the import itself."""
    found = Import.objects.get(pk=pk)
    actor: Any = access.actor_for(found.user_id or 0, "import")
    run.set_mapping(found, wizard.current(found), actor)
    run.go(found, actor)
