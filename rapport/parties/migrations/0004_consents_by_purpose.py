"""Purposes were a fixed list of words; now they are records. Each word in use becomes one, and its entries point at it."""

from itertools import groupby

from django.db import migrations
from django.utils import timezone

NAMES = {
    'marketing': ('Marketing', 'consent'),
    'newsletter': ('Newsletter', 'consent'),
    'service': ('Service messages', 'contract'),
    'research': ('Surveys and research', 'interest'),
    'profiling': ('Analysis of behaviour', 'consent'),
    'sharing': ('Sharing with partners', 'consent'),
    'reference': ('Naming as a reference', 'consent'),
    'recording': ('Recording of calls', 'consent'),
}
CHUNK = 500


def name_purposes(apps, schema_editor):
    Purpose, Consent = apps.get_model('parties', 'Purpose'), apps.get_model('parties', 'Consent')
    words = set(Consent.objects.order_by().values_list('former', flat=True).distinct())
    if not words:
        return
    moment = timezone.now()
    for word in [*NAMES, *sorted(words - set(NAMES) - {''})]:
        name, basis = NAMES.get(word, (word, 'consent'))
        made = Purpose.objects.create(
            name=name, basis=basis, code=word, created_at=moment, updated_at=moment
        )
        Consent.objects.filter(former=word).update(purpose=made, basis=basis)
    mark_current(Consent)


def mark_current(Consent):
    """The last entry of each party, purpose and channel; a later no to every channel ends those for single ones."""
    rows = Consent.objects.filter(archived_at=None).order_by('party_id', 'purpose_id', 'at', 'id')
    values = rows.values_list('id', 'party_id', 'purpose_id', 'channel', 'state').iterator(chunk_size=CHUNK)
    held = []
    for _key, group in groupby(values, key=lambda row: row[1:3]):
        last = {}
        for place, (pk, _party, _purpose, channel, state) in enumerate(group):
            last[channel] = (place, pk, state)
        every = last.get('any')
        end = every[0] if every and every[2] != 'given' else -1
        held += [pk for place, pk, _state in last.values() if place >= end]
    for start in range(0, len(held), CHUNK):
        Consent.objects.filter(pk__in=held[start:start + CHUNK]).update(current=True)


class Migration(migrations.Migration):

    dependencies = [('parties', '0003_purposes_and_restriction')]

    operations = [migrations.RunPython(name_purposes, migrations.RunPython.noop)]
