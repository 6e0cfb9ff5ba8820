"""What the providers that Anymail knows send to our doors, built as their documentation says.

`CALLS` makes, for a provider, one HTTP call about one letter. Kinds are ours; a provider that has
no word for a kind leaves it out.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

SECRET = "postmaster:a-long-secret-of-the-webhook"
NEXT_SECRET = "postmaster:the-secret-after-rotation"
KEY = "a-signing-key-for-tests"
POSTAL = rsa.generate_private_key(public_exponent=65537, key_size=2048)
POSTAL_PUBLIC = base64.b64encode(
    POSTAL.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
).decode()
ANYMAIL = {
    "WEBHOOK_SECRET": [SECRET, NEXT_SECRET],
    "MAILGUN_WEBHOOK_SIGNING_KEY": KEY,
    "MAILERSEND_SIGNING_SECRET": KEY,
    "MAILTRAP_TRACKING_SECRET": KEY,
    "MANDRILL_WEBHOOK_KEY": KEY,
    "MANDRILL_WEBHOOK_URL": "https://win4ua.example/anymail/mandrill/",
    "POSTAL_WEBHOOK_KEY": POSTAL_PUBLIC,
    "UNISENDER_GO_API_KEY": KEY,
    "UNISENDER_GO_API_URL": "https://go1.unisender.ru/ru/transactional/api/v1/",
    "AMAZON_SES_AUTO_CONFIRM_SNS_SUBSCRIPTIONS": False,
}
WHEN = 1_776_150_000  # 14 April 2026
ISO = "2026-04-14T07:00:00Z"


@dataclass(frozen=True)
class Call:
    """One call: where to, what, and which headers beside the secret."""

    path: str
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def _sha256(body: bytes) -> str:
    return hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()


def _json(path: str, event: object, **headers: str) -> Call:
    return Call(path, json.dumps(event).encode(), headers=headers)


def postmark(kind: str, number: UUID, to: str, one: str) -> Call | None:
    common = {"Metadata": {"letter": str(number)}, "MessageID": one, "Tag": ""}
    event = {
        "delivered": {"RecordType": "Delivery", "Recipient": to, "DeliveredAt": ISO},
        "bounced": {
            "RecordType": "Bounce",
            "ID": number.int % 10**9,
            "Type": "HardBounce",
            "Email": to,
            "BouncedAt": ISO,
            "Details": "smtp;550 5.1.1 no such user",
        },
        "soft": {
            "RecordType": "Bounce",
            "ID": number.int % 10**9 + 1,
            "Type": "SoftBounce",
            "Email": to,
            "BouncedAt": ISO,
        },
        "complained": {
            "RecordType": "SpamComplaint",
            "ID": number.int % 10**9 + 2,
            "Type": "SpamComplaint",
            "Email": to,
            "BouncedAt": ISO,
        },
        "opened": {"RecordType": "Open", "Recipient": to, "ReceivedAt": ISO},
    }.get(kind)
    return event and _json("postmark/tracking/", event | common)


def sendgrid(kind: str, number: UUID, to: str, one: str) -> Call | None:
    word = {
        "delivered": {"event": "delivered", "response": "250 OK"},
        "bounced": {"event": "bounce", "type": "bounce", "reason": "550 5.1.1 unknown user"},
        "soft": {"event": "bounce", "type": "blocked", "reason": "452 4.2.2 mailbox full"},
        "deferred": {"event": "deferred", "response": "400 try again later", "attempt": "5"},
        "complained": {"event": "spamreport"},
        "opened": {"event": "open", "useragent": "x"},
    }.get(kind)
    common = {
        "email": to,
        "timestamp": WHEN,
        "sg_event_id": f"{one}{kind}",
        "sg_message_id": one,
        "letter": str(number),
    }
    return word and _json("sendgrid/tracking/", [word | common])


def brevo(kind: str, number: UUID, to: str, one: str) -> Call | None:
    word = {
        "delivered": "delivered",
        "bounced": "hard_bounce",
        "soft": "soft_bounce",
        "deferred": "deferred",
        "complained": "spam",
        "opened": "opened",
    }.get(kind)
    event = {
        "event": word,
        "email": to,
        "id": 9,
        "ts_epoch": WHEN * 1000,
        "message-id": f"<{one}@relay.example>",
        "reason": "550 5.1.1 no such user" if kind == "bounced" else "",
        "X-Mailin-custom": json.dumps({"letter": str(number)}),
    }
    return word and _json("brevo/tracking/", event)


def mailjet(kind: str, number: UUID, to: str, one: str) -> Call | None:
    word = {
        "delivered": {"event": "sent", "smtp_reply": "250 OK"},
        "bounced": {
            "event": "bounce",
            "hard_bounce": True,
            "error": "user unknown",
            "error_related_to": "recipient",
        },
        "soft": {
            "event": "bounce",
            "hard_bounce": False,
            "error": "quota exceeded",
            "error_related_to": "recipient",
            "comment": "452 4.2.2 full",
        },
        "complained": {"event": "spam", "source": "JMRPP"},
        "opened": {"event": "open"},
    }.get(kind)
    common = {
        "time": WHEN,
        "MessageID": int(hashlib.sha256(one.encode()).hexdigest()[:12], 16),
        "email": to,
        "CustomID": "",
        "Payload": json.dumps({"letter": str(number)}),
    }
    return word and _json("mailjet/tracking/", [word | common])


def mailgun(kind: str, number: UUID, to: str, one: str) -> Call | None:
    word = {
        "delivered": {"event": "delivered", "delivery-status": {"code": 250, "message": "OK"}},
        "bounced": {
            "event": "failed",
            "severity": "permanent",
            "reason": "bounce",
            "delivery-status": {"code": 550, "message": "5.1.1 no such user"},
        },
        "deferred": {
            "event": "failed",
            "severity": "temporary",
            "reason": "generic",
            "delivery-status": {"code": 452, "message": "try later"},
        },
        "complained": {"event": "complained"},
        "opened": {"event": "opened"},
    }.get(kind)
    if word is None:
        return None
    stamp, token = str(WHEN), hashlib.sha256(f"{one}{kind}".encode()).hexdigest()[:50]
    signature = _sha256(f"{stamp}{token}".encode())
    common = {
        "id": f"{one}-{kind}",
        "timestamp": WHEN,
        "recipient": to,
        "message": {"headers": {"message-id": f"{number}@win4ua.example"}},
        "user-variables": {"letter": str(number)},
    }
    block = {"timestamp": stamp, "token": token, "signature": signature}
    return _json("mailgun/tracking/", {"signature": block, "event-data": word | common})


def mailersend(kind: str, number: UUID, to: str, one: str) -> Call | None:
    word = {
        "delivered": "delivered",
        "bounced": "hard_bounced",
        "soft": "soft_bounced",
        "complained": "spam_complaint",
        "opened": "opened",
    }.get(kind)
    if word is None:
        return None
    event = {
        "type": f"activity.{word}",
        "created_at": ISO,
        "webhook_id": "w",
        "data": {
            "id": f"{one}{kind}",
            "type": word,
            "morph": {
                "object": "spam_complaint" if kind == "complained" else "recipient_bounce",
                "reason": "550 5.1.1 no such user" if kind == "bounced" else "",
            },
            "email": {
                "recipient": {"email": to},
                "message": {"id": one},
                "headers": {"message-id": f"<{number}@win4ua.example>"},
                "tags": [],
            },
        },
    }
    body = json.dumps(event).encode()
    return Call("mailersend/tracking/", body, headers={"Signature": _sha256(body)})


def mailtrap(kind: str, number: UUID, to: str, one: str) -> Call | None:
    word = {
        "delivered": {"event": "delivery"},
        "bounced": {"event": "bounce", "response": "550 5.1.1 no such user", "response_code": 550},
        "soft": {"event": "soft bounce", "response": "452 4.2.2 full"},
        "complained": {"event": "spam"},
        "opened": {"event": "open"},
    }.get(kind)
    if word is None:
        return None
    common = {
        "message_id": one,
        "email": to,
        "timestamp": WHEN,
        "event_id": f"{one}{kind}",
        "custom_variables": {"letter": str(number)},
    }
    body = json.dumps({"events": [word | common]}).encode()
    return Call("mailtrap/tracking/", body, headers={"Mailtrap-Signature": _sha256(body)})


def mandrill(kind: str, number: UUID, to: str, one: str) -> Call | None:
    word = {
        "bounced": "hard_bounce",
        "soft": "soft_bounce",
        "deferred": "deferral",
        "complained": "spam",
        "opened": "open",
    }.get(kind)
    if word is None:
        return None
    event = {
        "event": word,
        "ts": WHEN,
        "_id": one,
        "msg": {
            "_id": one,
            "email": to,
            "ts": WHEN,
            "metadata": {"letter": str(number)},
            "diag": "smtp;550 5.1.1 no such user" if kind == "bounced" else "",
        },
    }
    events = json.dumps([event])
    text = f"{ANYMAIL['MANDRILL_WEBHOOK_URL']}mandrill_events{events}"
    signed = hmac.new(KEY.encode(), text.encode(), hashlib.sha1).digest()
    return Call(
        "mandrill/",
        urlencode({"mandrill_events": events}).encode(),
        "application/x-www-form-urlencoded",
        {"X-Mandrill-Signature": base64.b64encode(signed).decode()},
    )


def postal(kind: str, number: UUID, to: str, one: str) -> Call | None:
    word = {
        "delivered": ("MessageSent", {"status": "Sent", "output": "250 OK"}),
        "bounced": ("MessageDeliveryFailed", {"status": "HardFail", "output": "550 no such user"}),
        "deferred": ("MessageDelayed", {"status": "SoftFail", "output": "452 later"}),
    }.get(kind)
    if word is None:
        return None
    name, payload = word
    payload |= {"message": {"id": one, "token": "t", "message_id": f"{number}@x", "to": to}}
    payload |= {"details": "", "timestamp": WHEN}
    event = {"event": name, "timestamp": WHEN, "uuid": f"{one}{kind}", "payload": payload}
    body = json.dumps(event).encode()
    signature = POSTAL.sign(body, padding.PKCS1v15(), hashes.SHA1())
    return Call(
        "postal/tracking/",
        body,
        headers={"X-Postal-Signature": base64.b64encode(signature).decode()},
    )


def resend(kind: str, number: UUID, to: str, one: str) -> Call | None:
    word = {
        "delivered": {"type": "email.delivered"},
        "bounced": {"type": "email.bounced"},
        "deferred": {"type": "email.delivery_delayed"},
        "complained": {"type": "email.complained"},
        "opened": {"type": "email.opened"},
    }.get(kind)
    detail = {
        "email_id": one,
        "created_at": ISO,
        "to": [to],
        "subject": "x",
        "headers": [{"name": "X-Metadata", "value": json.dumps({"letter": str(number)})}],
        "bounce": {"message": "550 5.1.1 no such user", "type": "Permanent", "subType": "General"},
    }
    event = word and word | {"created_at": ISO, "data": detail}
    return event and _json("resend/tracking/", event, **{"svix-id": f"{one}{kind}"})


def sparkpost(kind: str, number: UUID, to: str, one: str) -> Call | None:
    word = {
        "delivered": {"type": "delivery"},
        "bounced": {
            "type": "bounce",
            "bounce_class": "10",
            "raw_reason": "550 5.1.1 no such user",
        },
        "soft": {"type": "bounce", "bounce_class": "22", "raw_reason": "452 4.2.2 mailbox full"},
        "deferred": {"type": "delay", "bounce_class": "21", "raw_reason": "450 later"},
        "complained": {"type": "spam_complaint"},
    }.get(kind)
    name = "message_event"
    common = {
        "event_id": f"{one}{kind}",
        "timestamp": str(WHEN),
        "rcpt_to": to,
        "transmission_id": one,
        "rcpt_meta": {"letter": str(number)},
    }
    return word and _json("sparkpost/tracking/", [{"msys": {name: word | common}}])


def amazon_ses(kind: str, number: UUID, to: str, one: str) -> Call | None:
    word = {
        "delivered": {
            "eventType": "Delivery",
            "delivery": {"timestamp": ISO, "recipients": [to], "smtpResponse": "250 OK"},
        },
        "bounced": {
            "eventType": "Bounce",
            "bounce": {
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "timestamp": ISO,
                "bouncedRecipients": [
                    {"emailAddress": to, "diagnosticCode": "smtp; 550 5.1.1 no such user"}
                ],
            },
        },
        "soft": {
            "eventType": "Bounce",
            "bounce": {
                "bounceType": "Transient",
                "bounceSubType": "MailboxFull",
                "timestamp": ISO,
                "bouncedRecipients": [{"emailAddress": to}],
            },
        },
        "complained": {
            "eventType": "Complaint",
            "complaint": {"timestamp": ISO, "complainedRecipients": [{"emailAddress": to}]},
        },
    }.get(kind)
    if word is None:
        return None
    mail = {
        "messageId": one,
        "timestamp": ISO,
        "destination": [to],
        "headers": [{"name": "X-Metadata", "value": json.dumps({"letter": str(number)})}],
        "tags": {},
    }
    number_ = f"{one}{kind}"
    event = {
        "Type": "Notification",
        "MessageId": number_,
        "Message": json.dumps(word | {"mail": mail}),
    }
    return _json(
        "amazon_ses/tracking/",
        event,
        **{"X-Amz-Sns-Message-Type": "Notification", "X-Amz-Sns-Message-Id": number_},
    )


def unisender_go(kind: str, number: UUID, to: str, one: str) -> Call | None:
    word = {
        "delivered": "delivered",
        "bounced": "hard_bounced",
        "soft": "soft_bounced",
        "complained": "spam",
        "opened": "opened",
    }.get(kind)
    if word is None:
        return None
    event = {
        "job_id": one,
        "metadata": {"letter": str(number)},
        "email": to,
        "status": word,
        "event_time": "2026-04-14 07:00:00",
        "delivery_info": {
            "delivery_status": "err_user_unknown" if kind == "bounced" else "",
            "destination_response": "550 5.1.1 no such user" if kind == "bounced" else "",
        },
    }
    whole = {
        "auth": "X" * 32,
        "events_by_user": [
            {
                "user_id": 1,
                "events": [{"event_name": "transactional_email_status", "event_data": event}],
            }
        ],
    }
    body = json.dumps(whole).encode()
    auth = hashlib.md5(body.replace(b"X" * 32, KEY.encode())).hexdigest()
    return Call("unisender_go/tracking/", body.replace(b"X" * 32, auth.encode()))


PROVIDERS: dict[str, Callable[[str, UUID, str, str], Call | None]] = {
    maker.__name__: maker
    for maker in (
        amazon_ses,
        brevo,
        mailersend,
        mailgun,
        mailjet,
        mailtrap,
        mandrill,
        postal,
        postmark,
        resend,
        sendgrid,
        sparkpost,
        unisender_go,
    )
}
KINDS = ("delivered", "bounced", "soft", "deferred", "complained", "opened")


def calls_about(number: UUID, to: str, one: str = "") -> Iterator[tuple[str, str, Call]]:
    """Every call that any provider may make about one letter: (provider, kind, call)."""
    for provider, maker in PROVIDERS.items():
        for kind in KINDS:
            call = maker(kind, number, to, one or f"{provider}-{time.monotonic_ns()}")
            if call is not None:
                yield provider, kind, call
