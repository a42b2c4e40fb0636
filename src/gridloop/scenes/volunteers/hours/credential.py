"""A certificate for machines: a credential in the shape of Open Badges 3.0, with the fields of MZ/T 061-2015 beside it.

Open Badges 3.0 (1EdTech) names the achievement, the result and the period. MZ/T 061-2015 (volunteer service
information) names what Chinese volunteer systems exchange. `gridloop` holds the content whose digest is sealed, and
the receipts with their inclusion proofs, each of which tools/check_receipt.py checks against a published root. The
credential carries no signature of its own: its proof is the journal.
"""

from typing import Any

from django.utils import timezone, translation

from gridloop.core.people.models import Person
from gridloop.core.territory import tree
from gridloop.scenes.volunteers.hours.certifying import proofs_of
from gridloop.scenes.volunteers.hours.models import Certificate, HoursKind

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]


def hours_of(minutes: int) -> str:
    """Hours with two decimals at most: 90 -> 1.5."""
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".")


def credential_of(certificate: Certificate, *, check_url: str, holder: Person, issuer: str) -> dict[str, Any]:
    """The file the volunteer keeps; raises NotSealed as long as one of its entries is too young."""
    issued = timezone.localtime(certificate.issued_at).isoformat()
    return {
        "@context": CONTEXTS,
        "id": check_url,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"志愿服务记录证明（{certificate.number}）",
        "issuer": {"id": check_url.split("/hours/")[0], "type": ["Profile"], "name": issuer},
        "validFrom": issued,
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "identityHash": certificate.volunteer.number,
                    "hashed": False,
                    "identityType": "systemId",
                }
            ],
            "activityStartDate": f"{certificate.since}T00:00:00+08:00",
            "activityEndDate": f"{certificate.until}T23:59:59+08:00",
            "creditsEarned": round(certificate.minutes / 60, 2),
            "achievement": {
                "id": f"{check_url.split('/hours/')[0]}/hours/",
                "type": ["Achievement"],
                "achievementType": "CommunityService",
                "name": "志愿服务",
                "description": "Volunteer hours, confirmed by both sides and shown to the public before they counted.",
                "criteria": {"narrative": "双方确认、公示期满无异议的志愿服务时长。"},
            },
            "result": [{"type": ["Result"], "value": hours_of(certificate.minutes)}],
        },
        "mzt061": standard_fields(certificate, holder, issuer),
        "gridloop": {
            "content": certificate.content,
            "digest": certificate.digest,
            "receipts": proofs_of(certificate),
        },
    }


def standard_fields(certificate: Certificate, holder: Person, issuer: str) -> dict[str, Any]:
    """The names of MZ/T 061-2015; a national volunteer number stands where an identity number would."""
    return {
        "志愿者编号": certificate.volunteer.number,
        "姓名": holder.name,
        "证明编号": certificate.number,
        "证明出具单位": issuer,
        "证明出具日期": f"{timezone.localtime(certificate.issued_at):%Y-%m-%d}",
        "服务开始日期": certificate.since.isoformat(),
        "服务结束日期": certificate.until.isoformat(),
        "累计服务时间（小时）": hours_of(certificate.minutes),
        "服务记录": [
            {
                "服务日期": row["day"],
                "服务类别": kind_in_chinese(row["kind"]),
                "服务时间（分钟）": row["minutes"],
                "服务地点": tree.name(row["area"]),
            }
            for row in certificate.content["entries"]
        ],
    }


def kind_in_chinese(kind: str) -> str:
    with translation.override("zh-hans"):
        return str(HoursKind(kind).label)
