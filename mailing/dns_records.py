"""What the world reads about our mail in the DNS: SPF, DKIM, DMARC, MX; with what to do about it.

Sources: RFC 7208 (SPF), RFC 6376 and RFC 8301 (DKIM and the length of its keys), RFC 7489 (DMARC),
RFC 7505 (a domain without mail). Plain functions over a resolver, no Django.
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass

import dns.exception
import dns.resolver
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

OK, WARN, BAD = "ok", "warn", "bad"
SECONDS = 5.0
MOST_LOOKUPS = 10  # RFC 7208, 4.6.4: with more, SPF counts as broken
KEY_BITS, LEAST_KEY_BITS = 2048, 1024  # RFC 8301
ASKS = ("include:", "exists:", "redirect=", "a", "mx", "ptr")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it stands, in words, and what to do."""

    level: str
    what: str
    todo: str = ""


class NoAnswer(Exception):
    """The DNS did not answer, which says nothing about the record."""


def resolver_at(address: str = "") -> dns.resolver.Resolver:
    """The resolver of this machine, or the one at HOST[:PORT]."""
    found = dns.resolver.Resolver(configure=not address)
    if address:
        host, _colon, port = address.partition(":")
        found.nameservers, found.port = [host], int(port or 53)
    found.lifetime = SECONDS
    return found


def texts(resolver: dns.resolver.Resolver, name: str) -> list[str]:
    """TXT records of a name. Raises `NoAnswer`."""
    return [
        b"".join(each.strings).decode("utf-8", "replace") for each in _ask(resolver, name, "TXT")
    ]


def _ask(resolver: dns.resolver.Resolver, name: str, kind: str) -> list:
    try:
        return list(resolver.resolve(name, kind, raise_on_no_answer=False) or [])
    except dns.resolver.NXDOMAIN:
        return []
    except dns.exception.DNSException as error:
        raise NoAnswer(f"{name} {kind}: {error}") from error


def spf(resolver: dns.resolver.Resolver, domain: str) -> Iterator[Finding]:
    """Whether the DNS says which servers may send with an envelope of this domain."""
    found = [text for text in texts(resolver, domain) if text.lower().split(" ")[0] == "v=spf1"]
    if len(found) != 1:
        yield Finding(
            BAD,
            f"SPF: {domain} has {len(found) or 'no'} records that begin with v=spf1.",
            "Publish exactly one TXT record; your mail provider tells which servers it includes.",
        )
        return
    words = found[0].lower().split()
    lookups = count_lookups(resolver, domain)
    if lookups > MOST_LOOKUPS:
        yield Finding(
            BAD,
            f"SPF: {domain} needs {lookups} look-ups; more than {MOST_LOOKUPS} break the record.",
            "Remove includes of services that no longer send for you.",
        )
    elif words[-1] in ("all", "+all"):
        yield Finding(BAD, f"SPF: {domain} lets everybody send.", "End the record with -all.")
    elif words[-1] in ("-all", "~all") or any(word.startswith("redirect=") for word in words):
        yield Finding(OK, f"SPF: {domain} says who may send ({lookups} look-ups).")
    else:
        yield Finding(WARN, f"SPF: {domain} says nothing of others.", "End the record with -all.")


def count_lookups(
    resolver: dns.resolver.Resolver, domain: str, seen: frozenset[str] = frozenset()
) -> int:
    """How many questions an SPF record costs whoever checks it, with all that it includes."""
    if domain in seen or len(seen) > MOST_LOOKUPS:
        return MOST_LOOKUPS + 1  # a circle
    many = 0
    for text in texts(resolver, domain):
        words = text.lower().split()
        for word in words[1:] if words[:1] == ["v=spf1"] else []:
            term = word.lstrip("+-~?")
            name = term.replace("/", ":").split(":")[0]
            many += term.startswith(ASKS[:3]) or name in ASKS[3:]
            if term.startswith(("include:", "redirect=")):
                inner = term.replace("redirect=", "include:").removeprefix("include:")
                many += count_lookups(resolver, inner, seen | {domain})
    return many


def dkim(resolver: dns.resolver.Resolver, domain: str, selectors: list[str]) -> Iterator[Finding]:
    """Whether the keys stand where the signatures of our letters point."""
    if not selectors:
        yield Finding(
            WARN,
            "DKIM: not looked at, since a key is found by its selector only.",
            "Ask your mail provider for it, then: check_mail --selector NAME. A letter of yours "
            "shows it as s= in the header DKIM-Signature, and its d= must be your domain.",
        )
    for selector in selectors:
        name = f"{selector}._domainkey.{domain}"
        found = [text for text in texts(resolver, name) if "p=" in text]
        yield (
            _key(name, _tags(found[0]))
            if found
            else Finding(
                BAD,
                f"DKIM: there is no key at {name}.",
                "Publish the TXT or CNAME record that your mail provider shows for this domain.",
            )
        )


def _key(name: str, tags: dict[str, str]) -> Finding:
    if not tags.get("p"):
        return Finding(BAD, f"DKIM: the key at {name} was withdrawn.", "Publish the new key.")
    if tags.get("k", "rsa") != "rsa":
        return Finding(OK, f"DKIM: there is a key at {name} ({tags['k']}).")
    try:
        key = load_der_public_key(base64.b64decode(tags["p"].replace(" ", ""), validate=True))
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return Finding(BAD, f"DKIM: the key at {name} cannot be read.", "Copy it again, whole.")
    bits = key.key_size if isinstance(key, RSAPublicKey) else 0
    if bits < LEAST_KEY_BITS:
        return Finding(BAD, f"DKIM: the key at {name} has {bits} bits.", "Make one of 2048 bits.")
    if bits < KEY_BITS:
        return Finding(WARN, f"DKIM: the key at {name} has {bits} bits.", "Make one of 2048 bits.")
    return Finding(OK, f"DKIM: there is a key of {bits} bits at {name}.")


def _tags(text: str) -> dict[str, str]:
    pairs = (each.partition("=") for each in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _is, value in pairs if name.strip()}


def dmarc(resolver: dns.resolver.Resolver, domain: str) -> Iterator[Finding]:
    """What others do with letters that only pretend to be ours (security.md T8: refuse them)."""
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        owner = ".".join(labels[start:])
        found = [
            text
            for text in texts(resolver, f"_dmarc.{owner}")
            if text.lower().replace(" ", "").startswith("v=dmarc1")
        ]
        if found:
            yield from _policy(owner, domain, _tags(found[0]), many=len(found))
            return
    yield Finding(
        BAD,
        f"DMARC: there is no policy at _dmarc.{domain}.",
        'Publish TXT "v=DMARC1; p=none; rua=mailto:…"; read the reports for some weeks, then '
        "p=quarantine, then p=reject.",
    )


def _policy(owner: str, domain: str, tags: dict[str, str], *, many: int) -> Iterator[Finding]:
    policy = tags.get("p", "none") if owner == domain else tags.get("sp", tags.get("p", "none"))
    where = f"DMARC: _dmarc.{owner} says p={policy} for {domain}"
    if many > 1:
        yield Finding(BAD, f"DMARC: _dmarc.{owner} has {many} records.", "Keep one of them.")
    elif policy == "none":
        todo = "Once the reports show only your own servers: p=quarantine, then p=reject."
        yield Finding(WARN, f"{where}: others let false letters through.", todo)
    elif policy == "quarantine":
        yield Finding(WARN, f"{where}: false letters end as spam.", "Go on to p=reject.")
    else:
        yield Finding(OK, f"{where}.")
    if tags.get("pct", "100") != "100":
        yield Finding(WARN, f"DMARC: holds for {tags['pct']} % only.", "Remove pct.")
    if "rua" not in tags:
        yield Finding(WARN, "DMARC: nobody gets the reports.", "Add rua=mailto:… of a mailbox.")


def mx(resolver: dns.resolver.Resolver, domain: str, what: str) -> Iterator[Finding]:
    """Whether letters to this domain reach a server at all."""
    hosts = [str(each.exchange) for each in _ask(resolver, domain, "MX")]
    if hosts == ["."]:
        yield Finding(BAD, f"MX: {domain} takes no mail.", f"Use another domain for {what}.")
    elif hosts:
        yield Finding(OK, f"MX: {domain} ({what}) takes mail at {hosts[0].rstrip('.')}.")
    elif _ask(resolver, domain, "A") or _ask(resolver, domain, "AAAA"):
        yield Finding(WARN, f"MX: {domain} ({what}) has none.", "Publish an MX record.")
    else:
        todo = f"{what} would be lost: publish an MX record, or use another domain."
        yield Finding(BAD, f"MX: {domain} has none.", todo)


def are_aligned(one: str, other: str) -> bool:
    """Whether two domains count as the same sender: equal, or one beneath the other."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
