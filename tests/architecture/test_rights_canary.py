"""What people read: every link, filter, search, export, Word file and error page, for other units' words.

Every text of an object carries the token of its unit (`rights_world`). A token of a unit outside a person's rights may
stand nowhere in what that person is given: no page, workbook, CSV, Word file, notice or mail.
"""

import io
import re
import zipfile
from collections import deque
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from django.core import mail
from django.db import transaction
from django.urls import Resolver404, resolve, reverse

from core.clock import today
from notifications import announcer, jobs
from notifications.models import Notice
from tests.architecture.rights_world import ACTORS, World, token
from tests.architecture.test_rights_table import EXPECTED, address, world  # noqa: F401

pytestmark = pytest.mark.django_db

# Whose words a person may read, by the objects of the world; written from design §3, as in rights.txt.
READS = {
    "anonymous": set(), "stranger": set(), "admin": set(), "staff": {"own", "below"},
    "owner": {"own", "below"}, "owner2": {"foreign"},
    "head": {"own", "below"}, "clerk": {"own", "below"}, "parent": {"own", "below"},
    "sibling": set(), "coord": {"own"},
    "leader": {"own", "below"}, "leader2": {"own", "below"}, "auditor": {"own", "below"}, "deputy": set(),
    "team_head": {"below"}, "team_clerk": {"below"}, "head2": {"foreign"}, "clerk2": {"foreign"},
    "leader_there": {"foreign"},
}  # fmt: skip
# The administrator keeps handovers and reorganisations of the whole installation, and reads removals of the agency:
# reasons and decisions, never the work.
KEEPS = ("handover", "reorganis", "removal")
# The catalogue of indicators is everybody's who has a role: names and definitions, no figure of anybody.
SHARED = (
    "indicators_export", "catalogue_import", "indicators", "indicator", "indicator_new", "indicator_edit",
    "plan_matrix",
)  # fmt: skip
# How many addresses are opened a person, and how many of one kind that links lead to: each day, and at night.
QUICK, LONG = (110, 2), (600, 15)


class Links(HTMLParser):
    """Where a page leads: links, and forms that ask (GET) filled with each choice of one field at a time."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.action, self.fields, self.choices = "", {}, []
        self.asks, self.select = False, ""
        self.feed(body)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.found.append(given["href"])
        elif tag == "form":
            self.asks = (given.get("method") or "get").lower() == "get"
            self.action, self.fields, self.choices = given.get("action") or "", {}, []
        elif self.asks and tag in ("input", "select") and given.get("name"):
            self.fields[given["name"]] = given.get("value") or ""
            self.select = given["name"] if tag == "select" else ""
        elif self.asks and tag == "option" and self.select and given.get("value"):
            self.choices.append((self.select, given["value"]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.asks:
            self.found.append(f"{self.action}?{urlencode(self.fields)}")
            self.found += [f"{self.action}?{urlencode({name: value})}" for name, value in self.choices[:12]]
            self.asks = False


def words(response: Any) -> str:
    """All that can be read in an answer: text, headers, and what is inside a workbook or Word file."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = " ".join(f"{name}: {value}" for name, value in response.items())
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return text + " ".join(
                re.sub(r"<[^>]+>", "", packed.read(name).decode(errors="replace"))
                for name in packed.namelist()
            )
    return text + body.decode(errors="replace")


def foreign_tokens(actor: str) -> dict[str, str]:
    """Token → object of those `actor` may not read."""
    places = {"own": "L", "below": "T", "foreign": "L2"}
    return {token(places[name]): name for name in places if name not in READS[actor]}


def route_of(path: str) -> str:
    """The name of an address; "" where there is none."""
    try:
        return resolve(path).url_name or ""
    except Resolver404:
        return ""


def seeds(world: World, actor: str) -> list[str]:  # noqa: F811
    """Home, every address without an argument, searches for each token, doors that are shut; some of each first."""
    plain = [
        reverse(name) for name, method, obj, who in EXPECTED if (method, obj, who) == ("GET", "-", actor)
    ]
    lists = (
        "tasks",
        "tasks_export",
        "plans",
        "plans_export",
        "documents",
        "documents_export",
        "units",
        "duties",
        "duties_export",
    )
    asked = [f"{reverse(name)}?q={token(place)}" for name in lists for place in ("L", "T", "L2")]
    refused = [
        address(world, name, obj)
        for (name, method, obj, who), answer in EXPECTED.items()
        if method == "GET" and obj != "-" and who == actor and answer in ("403", "404")
    ]
    csv = [f"{reverse(name)}?dang=csv" for name in ("tasks_export", "figures_export", "units_export")]
    skipped = {reverse("logout")}
    first = ["/", *(each for each in plain if each not in skipped)]
    return [*first, *asked[::3], *csv, *refused[::6], *asked, *refused]


@pytest.mark.parametrize("actor", ACTORS)
def test_nobody_is_given_the_words_of_a_unit_outside_their_rights(world: World, actor: str) -> None:  # noqa: F811
    pages, leaks = crawl(world, actor, *QUICK)
    assert not leaks, "\n".join(leaks)
    assert pages > 30


@pytest.mark.faults_long
@pytest.mark.parametrize("actor", ACTORS)
def test_nor_by_following_every_link(world: World, actor: str, capsys: pytest.CaptureFixture) -> None:  # noqa: F811
    pages, leaks = crawl(world, actor, *LONG)
    with capsys.disabled():
        print(
            f"\nrights: canary {actor}: pages={pages} tokens={len(foreign_tokens(actor))} leaks={len(leaks)}"
        )
    assert not leaks, "\n".join(leaks)


def crawl(world: World, actor: str, most: int, most_of_a_kind: int) -> tuple[int, list[str]]:  # noqa: F811
    """Addresses opened, and what was read there that is not this person's to read."""
    client, forbidden = world.client(actor), foreign_tokens(actor)
    waiting, seen, leaks = deque(seeds(world, actor)), set(), []
    per_route: dict[str, int] = {}
    while waiting:
        url = waiting.popleft()
        path = urlsplit(url).path
        name = route_of(path)
        followed = per_route.get(name, 0)
        if url in seen or not path.startswith("/") or len(seen) >= most:
            continue
        seen.add(url)
        per_route[name] = followed + 1
        with transaction.atomic():
            response = client.get(url)
            text = words(response)
            transaction.set_rollback(True)
        # What was searched for comes back in the field it was typed into.
        typed = set(re.findall(r"ZX\w+?ZX", urlsplit(url).query))
        for found, whose in forbidden.items():
            shared = name in SHARED or (actor == "admin" and name.startswith(KEEPS))
            if found in text and found not in typed and not shared:
                leaks.append(f"{actor} reads {found} ({whose}) at {url} ({response.status_code})")
        if "text/html" in response.get("Content-Type", "") and response.status_code == 200:
            for link in Links(text).found:
                target = urljoin(url, link).split("#")[0]
                kind = route_of(urlsplit(target).path)
                if not urlsplit(target).netloc and per_route.get(kind, 0) < most_of_a_kind:
                    waiting.append(target)
    return len(seen), leaks


def test_no_notice_or_mail_carries_the_words_of_a_unit_outside_the_rights(world: World) -> None:  # noqa: F811
    """Of all that happened so far, and of the reminders of the day."""
    announcer.announce()
    jobs.remind(today())
    jobs.send_notices()
    names = {person.pk: name for name, person in world.people.items()}
    mails = {person.email: name for name, person in world.people.items()}
    leaks, read = [], 0
    for notice in Notice.objects.all():
        name = names[notice.recipient_id]
        for found in foreign_tokens(name):
            if found in f"{notice.text} {notice.detail} {notice.url}":
                leaks.append(f"{name}: notice {notice.text}")
        read += 1
    for sent in mail.outbox:
        (name,) = (mails[each] for each in sent.to)
        bodies = [sent.subject, str(sent.body), *(str(part[0]) for part in getattr(sent, "alternatives", ()))]
        leaks += [
            f"{name}: mail {sent.subject}" for found in foreign_tokens(name) if found in " ".join(bodies)
        ]
        read += 1
    assert not leaks, "\n".join(leaks)
    assert read > 5 and mail.outbox, "nothing was sent: the test proves nothing"
