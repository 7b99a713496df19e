"""The second factor of somebody who has lost it: taken off, so that they can set up another."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from practice.actions.audit import record
from practice.models import Deed, Practitioner


@transaction.atomic
def remove_factors(*, person: Practitioner, by: Practitioner | None) -> int:
    """Authenticator app, passkeys and recovery codes are all gone; how many there were."""
    count, _of_each = Authenticator.objects.filter(user=person).delete()
    if count:
        record(deed=Deed.FACTOR, who=by, subject=person.uid, detail="all_removed")
    return int(count)
