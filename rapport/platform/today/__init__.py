"""Today: one ranked queue of what waits for somebody, fed by providers; the start page of everybody.

    @today.provider(_("Overdue invoices"))
    def overdue(actor: Actor, limit: int) -> today.Found:
        rows = visible(actor, INVOICE).filter(...)
        items = [today.Item(Ref("invoice", row.pk), row.name, _("overdue"), weight=95) for row in rows[:limit]]
        return today.Found(items, rows.count())

`today.queue(actor)` asks every provider, drops what it named twice, ranks the rest and says what it left out.
"""

from rapport.platform.today.queue import MOST, Found, Item, Queue, provider, queue, start_with, starters

__all__ = ["MOST", "Found", "Item", "Queue", "provider", "queue", "start_with", "starters"]
