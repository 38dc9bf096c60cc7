"""Charts: tables, addresses of runs, files; what they teach where there is nothing."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from tests.pipeline.figures import story
from themis.accounts import services as accounts
from themis.accounts.models import Role, Team
from themis.pipeline.figures import counted
from themis.pipeline.figures.asked import Asked, Pick
from themis.trajectories.models import Trajectory
from themis.web.plots.addresses import runs_of
from themis.web.plots.all import CHARTS
from themis.web.plots.sheet import Cell, Column, Sheet

INDEX = "/charts/"
LINK = re.compile(r'<a href="(/charts/runs/\?[^"]+)">([\d,]+)</a>')
RUN = re.compile(r'<a class="clamp-2" href="/trajectories/(\w+)/\?verdict=')
TOTAL = re.compile(r"([\d,]+) runs?\s+·")


@pytest.fixture
def told(team: Team) -> story.Story:
    return story.told(team)


def page(client: Client, address: str = INDEX) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def plot(body: str, name: str) -> dict[str, object]:
    found = re.search(rf'data-chart="{name}" data-plot="([^"]*)"', body)
    assert found is not None
    return dict(json.loads(unescape(found[1])))


def hrefs(told: object) -> list[str]:
    """Every address in what is drawn."""
    if isinstance(told, dict):
        own = [told["href"]] if told.get("href") else []
        return own + [each for held in told.values() for each in hrefs(held)]
    return [each for held in told for each in hrefs(held)] if isinstance(told, list) else []


def test_every_count_in_every_table_leads_to_as_many_runs(
    as_owner: Client, told: story.Story
) -> None:
    links = LINK.findall(page(as_owner))
    assert len(links) > 60
    for address, count in links:
        body = page(as_owner, unescape(address))
        total = TOTAL.search(body)
        assert total is not None
        assert total[1] == count, address
        assert len(RUN.findall(body)) == int(count), address


def test_every_point_that_is_drawn_stands_in_its_table(as_owner: Client, told: story.Story) -> None:
    body = page(as_owner)
    tabled = {unescape(address) for address in re.findall(r'href="(/charts/runs/[^"]+)"', body)}
    for name in CHARTS:
        drawn = hrefs(plot(body, name))
        assert drawn, name
        assert set(drawn) <= tabled, name


def test_a_file_holds_what_the_table_holds(as_owner: Client, told: story.Story, team: Team) -> None:
    for name, make in CHARTS.items():
        response = as_owner.get(reverse("charts:table", args=[name]))
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        lines = list(csv.reader(io.StringIO(response.content.decode())))
        sheet = make(counted.figures(team, Asked()), Asked())
        assert lines[0] == [column.title for column in sheet.columns]
        values = [["" if c.value is None else str(c.value) for c in row] for row in sheet.rows]
        assert lines[1:] == values, name


def test_confusion_is_told_in_figures(as_owner: Client, told: story.Story) -> None:
    lines = as_owner.get("/charts/confusion.csv").content.decode().splitlines()
    assert lines == [
        "Critic,People say,Critic says passed,Critic says failed,Critic says undecided",
        "themis 1,passed,3,0,1",
        "themis 1,failed,1,3,0",
        "themis 1,undecided,0,1,0",
        "zerogui 2,passed,2,1,0",
        "zerogui 2,failed,1,2,0",
        "zerogui 2,undecided,0,0,1",
    ]


def test_filters_narrow_files_and_links_alike(as_owner: Client, told: story.Story) -> None:
    query = "against=labels&platform=android&critic=themis"
    lines = as_owner.get(f"/charts/confusion.csv?{query}").content.decode().splitlines()
    assert lines[1:] == ["themis 1,passed,0,0,0", "themis 1,failed,0,2,0"]
    body = page(as_owner, f"{INDEX}?{query}")
    assert f'href="/charts/confusion.csv?{query.replace("&", "&amp;")}"' in body
    assert all("against=labels" in each and "platform=" in each for each, _ in LINK.findall(body))


def test_what_makes_no_sense_in_an_address_is_left_out(as_owner: Client, told: story.Story) -> None:
    nonsense = "against=x&platform=y&since=yesterday&until=2026-99-99&queue=-1&critic="
    assert page(as_owner, f"{INDEX}?{nonsense}").count("sheet-of") == len(CHARTS)
    odd = "said=x&truth=y&length=7&bin=12&week=monday&page=0&right=maybe&model=%00&version=%00"
    assert as_owner.get(f"/charts/runs/?{odd}").status_code == 200
    assert as_owner.get(f"/charts/runs/?queue={'9' * 30}&page={'9' * 30}").status_code == 200
    assert as_owner.get("/charts/nothing.csv").status_code == 404


def test_where_no_price_is_known_it_says_so(as_owner: Client, told: story.Story) -> None:
    assert "No price is known" not in page(as_owner)
    assert "No critic here has a known price" in page(as_owner, f"{INDEX}?platform=android")


def test_unknown_apps_are_called_unknown(as_owner: Client, told: story.Story) -> None:
    rows = as_owner.get("/charts/outcomes-app.csv").content.decode().splitlines()
    assert rows[1].startswith("unknown,1,4,1,0.2")
    assert "6 runs do not say" in page(as_owner)


def test_without_verdicts_it_says_how_to_get_some(as_owner: Client) -> None:
    body = page(as_owner)
    assert "No verdicts to draw yet" in body
    assert "judge --all" in body
    assert "Nothing matches" in page(as_owner, f"{INDEX}?platform=ios")


def test_without_rulings_it_leads_to_a_new_queue(as_owner: Client, told: story.Story) -> None:
    assert reverse("review:new") not in page(as_owner).split('id="board"')[1]
    told.queue.items.all().delete()
    assert reverse("review:new") in page(as_owner).split('id="board"')[1]


def test_one_critic_alone_is_told_how_to_get_company(as_owner: Client, told: story.Story) -> None:
    assert "One critic alone" not in page(as_owner)
    assert "One critic alone" in page(as_owner, f"{INDEX}?critic=themis")


def test_others_see_nothing_of_it(as_stranger: Client, told: story.Story) -> None:
    pick = Pick(truth="passed", said="passed")
    assert "No verdicts to draw yet" in page(as_stranger)
    assert "No run fits" in page(as_stranger, runs_of(Asked(), pick))
    assert "No run fits" in page(as_stranger, f"/charts/runs/?queue={told.queue.pk}")


def test_annotators_may_not_look(team: Team, told: story.Story) -> None:
    client = Client()
    client.force_login(
        accounts.enrol(username="ann", password="ann-pass", team=team, role=Role.ANNOTATOR)
    )
    for address in (INDEX, "/charts/runs/", "/charts/confusion.csv"):
        assert client.get(address).status_code == 403


def test_names_from_recordings_are_text_everywhere(as_owner: Client, told: story.Story) -> None:
    evil = '=1+1</script><script>alert("x")</script>'
    Trajectory.objects.filter(pk=told.runs[0].pk).update(app=evil)
    body = page(as_owner)
    assert "<script>alert" not in body
    assert evil in str(plot(body, "outcomes-app")["rows"])
    rows = list(csv.reader(io.StringIO(as_owner.get("/charts/outcomes-app.csv").content.decode())))
    assert [row[0] for row in rows if "alert" in row[0]] == [f"'{evil}"]
    assert "<script>alert" not in page(as_owner, runs_of(Asked(), Pick(app=evil)))


def test_a_spreadsheet_gets_numbers_as_they_are() -> None:
    columns = (Column(title="a", kind="text"), Column(title="b"))
    rows = ((Cell(value="-x"), Cell(value=-1)), (Cell(value=None), Cell(value=0.5)))
    sheet = Sheet(name="n", title="t", says="", columns=columns, rows=rows, plot={})
    assert sheet.as_csv() == "a,b\n'-x,-1\n,0.5\n"


def test_filters_swap_only_the_board(as_owner: Client, told: story.Story) -> None:
    body = as_owner.get(INDEX, headers={"HX-Request": "true"}).content.decode()
    assert "<header" in body
    assert 'id="filters"' not in body
