"""The end of a therapy on the page: looked at first, then stored; taken back; left out of the figures."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from practice.actions.sessions import RefusedFieldError
from practice.actions.versions import version_of
from practice.domain.endings import Ending, LeftOut
from practice.models import Episode, MeasureCompletion
from tests.cast import Cast, day, make_client, make_completion, make_episode, make_session, saved

pytestmark = pytest.mark.django_db
LAST = "2026-02-14"  # day 40
LOST = {"ending": "loss_of_contact", "ended_on": LAST}
ALL = ("alice", "leda", "bob", "charlie")


@pytest.fixture
def episode(cast: Cast) -> Episode:
    """Open; treatment on days 10, 20, 40; PHQ-9 15 at first and 9 on day 20."""
    made = make_episode(client=make_client(service=cast.service), holder=cast.alice)
    first, second, _last = (
        make_session(episode=made, held_on=day(on), by=cast.alice) for on in (10, 20, 40)
    )
    make_completion(of=first, total=15, by=cast.alice)
    make_completion(of=second, total=9, by=cast.alice)
    return made


def url(name: str, episode: Episode) -> str:
    return reverse(f"episode-{name}", args=[episode.uid])


def version_on(browser: Browser, name: str, episode: Episode) -> dict[str, str]:
    """What a page has that was opened just now."""
    return {"version": browser.get(url(name, episode)).context["form"]["version"].value()}


def look(browser: Browser, episode: Episode, **values: str) -> Any:
    """What the page says when it is looked at."""
    seen = version_on(browser, "end", episode)
    return browser.post(url("end", episode), {**seen, "look": "1"} | LOST | values)


def store(browser: Browser, looked: Any, episode: Episode, **values: str) -> Any:
    """Press the button that stores what was looked at."""
    sent = {
        "version": looked.context["form"]["version"].value(),
        "seal": looked.context["looked"].seal,
    }
    return browser.post(url("end", episode), sent | {"end": "1"} | LOST | values)


def end(browser: Browser, episode: Episode, **values: str) -> Any:
    return store(browser, look(browser, episode, **values), episode, **values)


def errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 200
    form = answer.context["form"]
    found: dict[str, list[str]] = dict(form.errors)
    for score in form.scores:
        found |= {f"{score.measure.code}-{name}": said for name, said in score.errors.items()}
    return found


def later(monkeypatch: pytest.MonkeyPatch, hours: int = 25) -> None:
    moment = timezone.now() + dt.timedelta(hours=hours)
    monkeypatch.setattr("practice.views.endings.timezone.now", lambda: moment)


@pytest.mark.parametrize("page", ["end", "reopen", "leave-out"])
@pytest.mark.parametrize("person", ALL)
def test_who_may(client: Browser, cast: Cast, episode: Episode, page: str, person: str) -> None:
    if page == "reopen":
        episode.ended_on = day(40)
        saved(episode, by=cast.alice)
    before = episode.history.count()
    client.force_login(getattr(cast, person))
    status = 200 if person in {"alice", "leda"} else 404
    assert client.get(url(page, episode)).status_code == status
    assert client.head(url(page, episode)).status_code == status
    if status == 404:
        assert client.post(url(page, episode), LOST | {"left_out": "under_18"}).status_code == 404
    assert client.put(url(page, episode)).status_code == 405
    assert episode.history.count() == before


class TestForm:
    def test_it_begins_with_the_last_attended_session(
        self, client: Browser, cast: Cast, episode: Episode
    ) -> None:
        make_session(episode=episode, held_on=day(45), attendance="dna")
        make_session(episode=episode, held_on=day(50), kind="follow_up")
        client.force_login(cast.alice)
        page = client.get(url("end", episode)).content.decode()
        assert f'value="{LAST}"' in page
        assert "checked" not in page
        assert "Why it is changed" not in page

    def test_or_with_today(self, client: Browser, cast: Cast) -> None:
        bare = make_episode(client=make_client(service=cast.service), holder=cast.alice)
        client.force_login(cast.alice)
        page = client.get(url("end", bare)).content.decode()
        assert f'value="{timezone.localdate().isoformat()}"' in page

    def test_every_ending_in_plain_words(
        self, client: Browser, cast: Cast, episode: Episode
    ) -> None:
        bare = make_episode(client=make_client(service=cast.service), holder=cast.alice)
        client.force_login(cast.alice)
        for shown, offered in ((bare, set(Ending)), (episode, set(Ending) - {Ending.REFERRED_ON})):
            groups = client.get(url("end", shown)).context["form"].groups
            values = [choice.value for group in groups for choice in group.choices]
            assert set(values) == {*offered, "not_recorded"}
            assert len(values) == len(set(values))

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"ending": ""}, "ending"),
            ({"ending": "referred_on"}, "ending"),
            ({"ending": "left"}, "ending"),
            ({"ended_on": ""}, "ended_on"),
            ({"ended_on": "2026-02-13"}, "ended_on"),
            ({"ended_on": "2999-01-01"}, "ended_on"),
            ({"ended_on": "14.2.26"}, "ended_on"),
            ({"wished_to_continue": "yes"}, "wished_to_continue"),
            ({"got_what_they_came_for": "maybe"}, "got_what_they_came_for"),
            ({"phq9-total": "28"}, "phq9-total"),
            ({"phq9-total": "1.5"}, "phq9-total"),
            ({"phq9-total": "x"}, "phq9-total"),
            ({"phq9-risk": "4"}, "phq9-risk"),
            ({"gad7-total": "22"}, "gad7-total"),
        ],
    )
    def test_what_is_wrong_stands_beside_its_field(
        self, client: Browser, cast: Cast, episode: Episode, values: dict[str, str], field: str
    ) -> None:
        client.force_login(cast.alice)
        answer = look(client, episode, found="A long wait", **values)
        assert list(errors(answer)) == [field]
        assert answer.context["looked"] is None
        # Nothing typed is lost.
        assert "A long wait" in answer.content.decode()
        episode.refresh_from_db()
        assert episode.ended_on is None

    def test_everything_that_is_wrong_is_said_at_once(
        self, client: Browser, cast: Cast, episode: Episode
    ) -> None:
        client.force_login(cast.alice)
        answer = look(client, episode, ended_on="2026-02-13", **{"phq9-total": "99"})
        assert set(errors(answer)) == {"ended_on", "phq9-total"}
        page = answer.content.decode()
        assert '<a href="#id_ended_on">Ended on</a>' in page
        assert "PHQ-9 total, 0 to 27</a>" in page

    def test_the_latest_scores_stand_beside_the_fields(
        self, client: Browser, cast: Cast, episode: Episode
    ) -> None:
        client.force_login(cast.alice)
        page = client.get(url("end", episode)).content.decode()
        assert "Latest recorded: 9 on 25 January 2026." in page
        assert "None recorded yet." in page

    def test_a_measure_of_that_day_is_recorded_already(
        self, client: Browser, cast: Cast, episode: Episode
    ) -> None:
        make_completion(of=episode.sessions.get(held_on=day(40)), total=7)
        client.force_login(cast.alice)
        answer = look(client, episode, **{"phq9-total": "8"})
        assert "recorded already (7)" in errors(answer)["phq9-total"][0]

    def test_a_risk_answer_against_its_total_is_asked_about(
        self, client: Browser, cast: Cast, episode: Episode
    ) -> None:
        client.force_login(cast.alice)
        page = look(client, episode, **{"phq9-total": "1", "phq9-risk": "3"}).content.decode()
        assert "Look twice." in page
        assert "does not go with 3 on item 9" in page


class TestLook:
    def test_it_says_what_it_counts_as_and_stores_nothing(
        self, client: Browser, cast: Cast, episode: Episode
    ) -> None:
        client.force_login(cast.alice)
        page = look(client, episode, **{"phq9-total": "7"}).content.decode()
        assert "This will count as an unplanned ending: due to loss of contact." in page
        assert "Last 7 against 15 at the start: reliably improved" in page
        assert "Yes, 3 treatment sessions." in page
        episode.refresh_from_db()
        assert episode.ended_on is None
        assert MeasureCompletion.objects.count() == 2

    def test_looking_by_itself_is_not_enough_to_store(
        self, client: Browser, cast: Cast, episode: Episode
    ) -> None:
        client.force_login(cast.alice)
        version = version_of(episode, episode.client)
        for seal in ("", "0" * 64):
            sent = {"version": version, "seal": seal, "end": "1"} | LOST
            assert "Look again" in str(errors(client.post(url("end", episode), sent)))
        episode.refresh_from_db()
        assert episode.ended_on is None

    @pytest.mark.parametrize(
        "values", [{"ending": "crisis"}, {"phq9-total": "20"}, {"found": "Something else"}]
    )
    def test_what_is_stored_is_what_was_looked_at(
        self, client: Browser, cast: Cast, episode: Episode, values: dict[str, str]
    ) -> None:
        client.force_login(cast.alice)
        answer = store(client, look(client, episode), episode, **values)
        assert "Something has changed since you looked" in str(errors(answer))
        episode.refresh_from_db()
        assert episode.ended_on is None
        # And now that it was looked at, it goes.
        assert store(client, answer, episode, **values).status_code == 302

    def test_a_score_entered_meanwhile_is_looked_at_first(
        self, client: Browser, cast: Cast, episode: Episode
    ) -> None:
        client.force_login(cast.alice)
        looked = look(client, episode)
        make_completion(of=episode.sessions.get(held_on=day(40)), total=22)
        answer = store(client, looked, episode)
        assert "Look again" in str(errors(answer))
        assert "Last 22 against 15" in answer.content.decode()

    def test_never_over_somebody_elses_change(
        self, client: Browser, cast: Cast, episode: Episode
    ) -> None:
        client.force_login(cast.alice)
        looked = look(client, episode)
        other = Episode.objects.get()
        other.ended_on, other.ending = day(50), "crisis"
        saved(other, by=cast.leda)
        answer = store(client, looked, episode)
        page = answer.content.decode()
        assert "was changed while the page was open" in page
        assert "Changed by Leda" in page
        assert "<p>due to a crisis</p>" in page
        episode.refresh_from_db()
        assert episode.ending == "crisis"

    @pytest.mark.parametrize("version", ["", "x"])
    def test_a_page_without_its_version(
        self, client: Browser, cast: Cast, episode: Episode, version: str
    ) -> None:
        client.force_login(cast.alice)
        answer = client.post(url("end", episode), LOST | {"version": version, "end": "1"})
        assert errors(answer)
        episode.refresh_from_db()
        assert episode.ended_on is None


class TestStore:
    def test_all_of_it(self, client: Browser, cast: Cast, episode: Episode) -> None:
        client.force_login(cast.alice)
        answer = end(
            client,
            episode,
            ending="agreed_at_end",
            wished_to_continue="yes",
            got_what_they_came_for="partly",
            found="A long\r\nwait",
            would_try="Write sooner",
            **{"phq9-total": "7", "phq9-risk": "0", "gad7-total": "5"},
        )
        assert answer["Location"] == url("detail", episode)
        found = Episode.objects.get()
        assert (found.ended_on, found.ending) == (day(40), "agreed_at_end")
        assert (found.wished_to_continue, found.got_what_they_came_for) == (True, "partly")
        assert (found.found, found.would_try) == ("A long\nwait", "Write sooner")
        forms = MeasureCompletion.objects.filter(session__held_on=day(40))
        assert {(form.measure, form.total, form.risk_answer) for form in forms} == {
            ("phq9", Decimal(7), 0),
            ("gad7", Decimal(5), None),
        }
        page = client.get(url("end", episode)).content.decode()
        assert url("reopen", episode) in page
        assert "write what was asked" not in page

    def test_not_recorded(self, client: Browser, cast: Cast, episode: Episode) -> None:
        client.force_login(cast.alice)
        end(client, episode, ending="not_recorded", wished_to_continue="")
        found = Episode.objects.get()
        assert (found.ended_on, found.ending, found.wished_to_continue) == (day(40), "", None)

    def test_a_risk_item_above_0_is_asked_about(
        self, client: Browser, cast: Cast, episode: Episode
    ) -> None:
        client.force_login(cast.alice)
        end(client, episode, **{"phq9-total": "7", "phq9-risk": "1"})
        form = MeasureCompletion.objects.get(total=7)
        page = client.get(url("end", episode)).content.decode()
        assert reverse("risk-write", args=[form.uid]) in page

    def test_the_second_of_two_clicks_stores_nothing_more(
        self, client: Browser, cast: Cast, episode: Episode
    ) -> None:
        client.force_login(cast.alice)
        looked = look(client, episode, **{"phq9-total": "7"})
        for _ in range(2):
            assert store(client, looked, episode, **{"phq9-total": "7"}).status_code == 302
        assert MeasureCompletion.objects.filter(total=7).count() == 1
        assert episode.history.count() == 2

    def test_put_right_the_same_day_without_a_reason(
        self, client: Browser, cast: Cast, episode: Episode
    ) -> None:
        client.force_login(cast.alice)
        end(client, episode)
        form = client.get(url("end", episode)).context["form"]
        assert form["ending"].value() == "loss_of_contact"
        assert "reason" not in form.fields
        end(client, episode, ending="crisis")
        kept: Any = episode.history.first()
        assert (kept.ending, kept.history_user) == ("crisis", cast.alice)

    def test_later_with_a_reason(
        self, client: Browser, cast: Cast, episode: Episode, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client.force_login(cast.alice)
        end(client, episode)
        later(monkeypatch)
        # The day after, one signs in again.
        client.force_login(cast.alice)
        assert list(errors(look(client, episode, ending="crisis"))) == ["reason"]
        end(client, episode, ending="crisis", reason="she wrote")
        kept: Any = episode.history.first()
        assert (kept.ending, kept.history_change_reason) == ("crisis", "she wrote")

    def test_what_we_found_may_be_written_later(
        self, client: Browser, cast: Cast, episode: Episode
    ) -> None:
        client.force_login(cast.alice)
        end(client, episode)
        end(client, episode, found="A long wait")
        assert Episode.objects.get().found == "A long wait"

    def test_a_session_logged_in_that_very_moment(
        self, client: Browser, cast: Cast, episode: Episode, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def too_late(**_: Any) -> None:
            raise RefusedFieldError("ended_on", "The end comes before the last session.")

        client.force_login(cast.alice)
        looked = look(client, episode)
        monkeypatch.setattr("practice.actions.endings.end_episode", too_late)
        assert list(errors(store(client, looked, episode))) == ["ended_on", "__all__"]


class TestReopen:
    @pytest.fixture
    def ended(self, cast: Cast, episode: Episode) -> Episode:
        episode.ended_on, episode.ending, episode.found = day(40), "crisis", "A long wait"
        return saved(episode, by=cast.alice)

    def test_one_s_own_of_today(self, client: Browser, cast: Cast, ended: Episode) -> None:
        client.force_login(cast.alice)
        page = client.get(url("reopen", ended)).content.decode()
        assert "due to a crisis" in page
        assert "Why it is taken back" not in page
        assert (
            client.post(url("reopen", ended), version_on(client, "reopen", ended)).status_code
            == 302
        )
        found = Episode.objects.get()
        assert (found.ended_on, found.ending, found.found) == (None, "", "A long wait")

    @pytest.mark.parametrize("person", ["alice", "leda"])
    def test_later_or_of_somebody_else_with_a_reason(
        self,
        client: Browser,
        cast: Cast,
        ended: Episode,
        monkeypatch: pytest.MonkeyPatch,
        person: str,
    ) -> None:
        if person == "alice":
            later(monkeypatch)
        client.force_login(getattr(cast, person))
        answer = client.post(url("reopen", ended), version_on(client, "reopen", ended))
        assert list(answer.context["form"].errors) == ["reason"]
        assert (
            client.post(
                url("reopen", ended), version_on(client, "reopen", ended) | {"reason": "came back"}
            ).status_code
            == 302
        )
        kept: Any = ended.history.first()
        assert (kept.ended_on, kept.history_change_reason) == (None, "came back")

    def test_how_it_ended_is_not_recorded(
        self, client: Browser, cast: Cast, ended: Episode
    ) -> None:
        ended.ending = ""
        saved(ended, by=cast.alice)
        client.force_login(cast.alice)
        assert "how is not recorded" in client.get(url("reopen", ended)).content.decode()

    def test_not_beside_a_later_episode(self, client: Browser, cast: Cast, ended: Episode) -> None:
        make_episode(client=ended.client, holder=cast.alice, referred_on=day(50))
        client.force_login(cast.alice)
        answer = client.post(url("reopen", ended), version_on(client, "reopen", ended))
        assert "one open episode at a time" in answer.content.decode()
        ended.refresh_from_db()
        assert ended.ended_on == day(40)

    def test_an_open_one_has_nothing_to_take_back(
        self, client: Browser, cast: Cast, episode: Episode
    ) -> None:
        client.force_login(cast.alice)
        assert client.get(url("reopen", episode)).status_code == 404
        # The second of two clicks.
        assert client.post(url("reopen", episode)).status_code == 302
        assert episode.history.count() == 1


class TestLeaveOut:
    def test_five_reasons_and_what_reports_say(
        self, client: Browser, cast: Cast, episode: Episode
    ) -> None:
        client.force_login(cast.alice)
        answer = client.get(url("leave-out", episode))
        page = answer.content.decode()
        assert [choice.value for choice in answer.context["form"].choices] == list(LeftOut)
        assert "left out after a second score was known" in page
        assert "Two scores are known already</strong> (PHQ-9)" in page
        assert "checked" not in page

    def test_without_a_second_score(self, client: Browser, cast: Cast) -> None:
        bare = make_episode(client=make_client(service=cast.service), holder=cast.alice)
        make_completion(of=bare, on=day(1), total=15)
        client.force_login(cast.alice)
        assert "known already" not in client.get(url("leave-out", bare)).content.decode()

    def test_the_year_of_birth_chooses_beforehand(self, client: Browser, cast: Cast) -> None:
        client.force_login(cast.alice)
        for born, chosen in ((2009, "under_18"), (2008, None)):
            made = make_client(service=cast.service, birth_year=born)
            page = client.get(url("leave-out", make_episode(client=made, holder=cast.alice)))
            assert page.context["form"]["left_out"].value() == chosen

    def test_left_out_and_taken_back(self, client: Browser, cast: Cast, episode: Episode) -> None:
        client.force_login(cast.alice)
        answer = client.post(url("leave-out", episode), {"left_out": "consent_withdrawn"})
        assert answer["Location"] == url("detail", episode)
        found = Episode.objects.get()
        assert (found.left_out, found.left_out_by) == ("consent_withdrawn", cast.alice)
        assert found.left_out_at is not None
        page = client.get(url("leave-out", episode)).content.decode()
        assert "by Alice" in page
        assert "consent refused or withdrawn" in page
        answer = client.post(url("leave-out", episode), {"take_in": "1", "reason": " "})
        assert list(answer.context["form"].errors) == ["reason"]
        sent = {"take_in": "1", "reason": "the wrong client"} | version_on(
            client, "leave-out", episode
        )
        for _ in range(2):
            assert client.post(url("leave-out", episode), sent).status_code == 302
        found = Episode.objects.get()
        assert (found.left_out, found.left_out_by) == ("", None)
        assert found.history.count() == 3

    @pytest.mark.parametrize("reason", ["", "did_not_improve"])
    def test_for_no_other_reason(
        self, client: Browser, cast: Cast, episode: Episode, reason: str
    ) -> None:
        client.force_login(cast.alice)
        answer = client.post(url("leave-out", episode), {"left_out": reason})
        assert list(answer.context["form"].errors) == ["left_out"]
        assert Episode.objects.get().left_out == ""

    def test_the_second_of_two_clicks(self, client: Browser, cast: Cast, episode: Episode) -> None:
        client.force_login(cast.alice)
        for reason in ("under_18", "test_record"):
            answer = client.post(url("leave-out", episode), {"left_out": reason})
            assert answer.status_code == 302
        assert (
            "left out already: under 18" in client.get(url("leave-out", episode)).content.decode()
        )
        assert Episode.objects.get().left_out == "under_18"


@pytest.mark.parametrize("page", ["end", "reopen", "leave-out"])
def test_the_same_queries_however_long_the_therapy(
    client: Browser, cast: Cast, episode: Episode, page: str
) -> None:
    episode.ended_on = day(60) if page == "reopen" else None
    saved(episode, by=cast.alice)
    client.force_login(cast.alice)
    counts = []
    for more in (range(50, 51), range(51, 59)):
        for on in more:
            make_completion(of=make_session(episode=episode, held_on=day(on)), total=9)
        with CaptureQueriesContext(connection) as queries:
            client.get(url(page, episode))
        if page == "end":
            with CaptureQueriesContext(connection) as looking:
                look(client, episode, ended_on="2026-03-20")
            counts.append((len(queries), len(looking)))
        else:
            counts.append((len(queries), 0))
    assert counts[0] == counts[1]
