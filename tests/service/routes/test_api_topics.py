"""Programs are told what comes back, and when it was discussed."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.service.meetings import Library
from tests.service.season import HOSE, ROTA, RULES, season, slug_of

ADDRESS = "/api/v1/topics"


def test_topics_in_pages(client: FlaskClient, library: Library) -> None:
    """Each page leads to the next; what is asked for narrows them down."""
    season(library)
    ids, address = [], f"{ADDRESS}?limit=2"
    while address:
        page = client.get(address).get_json()
        ids += [each["id"] for each in page["topics"]]
        address = page["next"]
    assert ids == [HOSE, ROTA, RULES, "code/water_rota"]
    narrowed = client.get(f"{ADDRESS}?kind=issue&q=minutes&min_meetings=4").get_json()["topics"]
    assert narrowed == [
        {
            "id": HOSE,
            "kind": "issue",
            "name": "minutes#12",
            "about": "The leaking hose",
            "meetings": 6,
            "first": "2023-01-03",
            "last": "2023-06-02",
            "new": None,
            "tracker": "https://github.com/Garden-Club/minutes/issues/12",
            "url": f"http://localhost/topics/{HOSE}",
        }
    ]
    assert client.get(f"{ADDRESS}?kind=odd").status_code == 400


def test_a_topic_with_its_moments(client: FlaskClient, library: Library) -> None:
    """In the notes and in what was said, newest first; by a name, too. One that nobody names is not found."""
    season(library)
    topic = client.get(f"{ADDRESS}/{HOSE}").get_json()
    assert [hit["slug"] for hit in topic["written"]] == [slug_of(number) for number in (5, 4, 3, 2, 1, 0)]
    assert [hit["start"] for hit in topic["written"]] == [None] * 4 + [6.0, None]
    assert [(hit["slug"], hit["source"], hit["speaker"]) for hit in topic["spoken"]] == [
        (slug_of(1), "transcript", "Ana")
    ]
    assert client.get(f"{ADDRESS}/water_rota").get_json()["id"] == "code/water_rota"
    problem = client.get(f"{ADDRESS}/nothing")
    assert problem.status_code == 404
    assert problem.get_json()["type"].endswith("#topic-not-found")


def test_what_is_new_since_a_day(client: FlaskClient, library: Library) -> None:
    """Topics have the meetings of the time that is asked for; the next page asks for the same time."""
    season(library)
    page = client.get(f"{ADDRESS}?after=2023-05&limit=1").get_json()
    assert [(each["id"], each["meetings"], each["new"]) for each in page["topics"]] == [(ROTA, 3, True)]
    rest = client.get(page["next"]).get_json()["topics"]
    assert [(each["id"], each["meetings"], each["new"]) for each in rest] == [(RULES, 3, True)]
    rest = client.get(f"{ADDRESS}?after=2023-05&kind=issue").get_json()["topics"]
    assert [(each["id"], each["meetings"], each["new"]) for each in rest] == [(ROTA, 3, True), (HOSE, 2, False)]
    assert [each["id"] for each in client.get(f"{ADDRESS}?before=2023-06-02").get_json()["topics"]] == [HOSE]
    early = client.get(f"{ADDRESS}?before=2023-06-02").get_json()["topics"][0]
    assert (early["meetings"], early["last"]) == (5, "2023-05-03")
    assert client.get(f"{ADDRESS}?after=2023-13").status_code == 400


def test_a_topic_in_pages(client: FlaskClient, library: Library) -> None:
    """By meetings; what was said is told once. What the notes mark a block with is said."""
    season(library)
    library.notes("# Late call 2024-05-01\n\n## Decisions\n\n- Buy a hose for garden-club/minutes#12\n", slug="late")
    slugs, spoken, states, address = [], [], [], f"{ADDRESS}/{HOSE}?limit=3"
    while address:
        page = client.get(address).get_json()
        slugs.append([hit["slug"] for hit in page["written"]])
        states += [hit["state"] for hit in page["written"]]
        spoken.append(len(page["spoken"]))
        address = page["next"]
    assert slugs == [["late", slug_of(5), slug_of(4)], [slug_of(3), slug_of(2), slug_of(1)], [slug_of(0)]]
    assert states == ["Decisions", *[None] * 6]
    assert spoken == [1, 0, 0]
