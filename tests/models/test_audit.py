"""Entries of the audit: deeds that are known, and details that are codes."""

from practice.models import AuditEntry, Deed
from tests.models.edges import Edge, World, all_known, every, refused, stored

EDGES = (
    *all_known(AuditEntry, "audit_deed_known", field="deed", values=Deed.values),
    *(
        stored(AuditEntry, "audit_detail_is_a_code", detail=detail)
        for detail in ("", "episode-detail", "member.lead", "export_caseload", "a:1/2", "x" * 60)
    ),
    *(
        refused(AuditEntry, "audit_detail_is_a_code", detail=detail)
        for detail in ("Ann", "a b", "a@b", "ŵ", "code\n", "<b>", "=1", "-1 ")
    ),
)


@every(EDGES)
def test_constraint(edge: Edge, world: World) -> None:
    edge.check(world)
