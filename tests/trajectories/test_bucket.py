"""A prefix in a bucket, through the real client, against a store that speaks its protocol."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pytest_django.fixtures import Settings
from types_boto3_s3.client import S3Client

from tests import stories
from themis.accounts.models import Team
from themis.domain.errors import Misconfigured, Unreachable
from themis.formats.native import write
from themis.trajectories.ingest import Bringer, Stored, ingest
from themis.trajectories.watching.bucket import Bucket
from themis.trajectories.watching.places import place


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def client(store: str, monkeypatch: pytest.MonkeyPatch) -> S3Client:
    monkeypatch.setenv("AWS_ENDPOINT_URL", store)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket="runs")
    for each in client.list_objects_v2(Bucket="runs").get("Contents", ()):
        client.delete_object(Bucket="runs", Key=each["Key"])
    return client


@pytest.fixture
def bringer(team: Team) -> Bringer:
    return Bringer(team=team, by=None, at=stories.NOW)


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    return write(stories.recording(), tmp_path / "recorded")


def put(client: S3Client, folder: Path, prefix: str) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            key = f"{prefix}/{path.relative_to(folder)}"
            client.put_object(Bucket="runs", Key=key, Body=path.read_bytes())


def test_each_name_below_the_prefix_is_an_item(client: S3Client, recorded: Path) -> None:
    put(client, recorded, "team/one")
    client.put_object(Bucket="runs", Key="team/two.zip", Body=b"PK")
    client.put_object(Bucket="runs", Key="team/empty/", Body=b"")
    client.put_object(Bucket="runs", Key="other/three.zip", Body=b"PK")
    items = list(Bucket("s3://runs/team/").items())
    assert [(each.name, each.n_files) for each in items] == [("one", 5), ("two.zip", 1)]


def test_a_changed_object_changes_the_fingerprint(client: S3Client) -> None:
    client.put_object(Bucket="runs", Key="a.zip", Body=b"1")
    (before,) = Bucket("s3://runs").items()
    client.put_object(Bucket="runs", Key="a.zip", Body=b"2")
    (after,) = Bucket("s3://runs").items()
    assert before.fingerprint != after.fingerprint


@pytest.mark.django_db
def test_an_item_is_fetched_whole_and_leaves_nothing(
    client: S3Client, recorded: Path, settings: Settings, bringer: Bringer
) -> None:
    put(client, recorded, "team/one")
    put(client, recorded, "team/one-more")
    bucket = place("s3://runs/team")
    (item, _) = bucket.items()
    with bucket.fetched(item) as fetched:
        (result,) = ingest(fetched.path, bringer)
    assert isinstance(result, Stored)
    assert result.trajectory.n_screens == 4
    assert not list((settings.HOME / "incoming").iterdir())


@pytest.mark.django_db
def test_a_zip_in_a_bucket_is_unpacked(client: S3Client, recorded: Path, bringer: Bringer) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in recorded.rglob("*.*"):
            archive.write(path, path.relative_to(recorded))
    client.put_object(Bucket="runs", Key="in/run.zip", Body=packed.getvalue())
    bucket = Bucket("s3://runs/in")
    (item,) = bucket.items()
    with bucket.fetched(item) as fetched:
        assert [type(each) for each in ingest(fetched.path, bringer)] == [Stored]


def test_a_key_that_climbs_out_is_left_out_with_a_word(
    client: S3Client, settings: Settings
) -> None:
    client.put_object(Bucket="runs", Key="in/run/../../../../escaped.txt", Body=b"x")
    bucket = Bucket("s3://runs/in")
    (item,) = bucket.items()
    with bucket.fetched(item) as fetched:
        assert "not a name that can be stored" in fetched.complaints[0]
        assert not list(fetched.path.iterdir())


def test_a_bucket_that_is_not_there_is_a_wrong_setting(client: S3Client) -> None:
    with pytest.raises(Misconfigured, match="NoSuchBucket"):
        list(Bucket("s3://nowhere-at-all/x").items())


def test_a_store_that_is_down_is_tried_again(
    client: S3Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(Unreachable, match="AWS_ENDPOINT_URL"):
        list(Bucket("s3://runs/x").items())


@pytest.mark.parametrize("address", ["s3://", "s3:///prefix", "http://runs"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(Misconfigured, match="expected s3://bucket/prefix"):
        Bucket(address)
