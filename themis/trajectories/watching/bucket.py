"""A prefix in a bucket of any S3-compatible store.

Keys, region and address come from where every S3 client takes them: AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL, or ~/.aws.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from themis.domain.errors import Misconfigured, Unreachable, UnreadableTrajectory
from themis.formats.bounds import MAX_ENTRIES
from themis.trajectories.uploads import laid_out
from themis.trajectories.watching.contract import Fetched, Item, fingerprint_of

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client
    from types_boto3_s3.type_defs import ObjectTypeDef

SCHEME = "s3://"
CHUNK = 2**20  # bytes fetched at a time
_PATIENCE = Config(connect_timeout=10, read_timeout=60, retries={"max_attempts": 4})
_OURS = ("AccessDenied", "InvalidAccessKeyId", "NoSuchBucket", "SignatureDoesNotMatch")


class Bucket:
    """What stands below a prefix, one item a name up to the next slash."""

    def __init__(self, address: str, client: S3Client | None = None) -> None:
        """An address such as s3://bucket/prefix/; Misconfigured for anything else."""
        self.address = address
        self._bucket, _, prefix = address.removeprefix(SCHEME).partition("/")
        if not address.startswith(SCHEME) or not self._bucket:
            raise Misconfigured(f"{address}: expected s3://bucket/prefix")
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._client = client or _connected(address)

    def items(self) -> Iterator[Item]:
        """One item a folder or object; Unreachable where the store does not answer."""
        for name, group in itertools.groupby(self._objects(self._prefix), self._item_of):
            files = [(each["Key"], each["Size"], each.get("ETag", "")) for each in group]
            if name and not name.startswith("."):
                yield Item(
                    name=name,
                    fingerprint=fingerprint_of(files),
                    n_files=len(files),
                    n_bytes=sum(size for _, size, _ in files),
                )

    @contextmanager
    def fetched(self, item: Item) -> Iterator[Fetched]:
        """The item in a private folder that is gone afterwards."""
        if item.n_files > settings.UPLOAD_FILES or item.n_bytes > settings.UPLOAD_UNPACKED:
            raise UnreadableTrajectory(
                f"{self.address}: {item.name}: {item.n_files:,} files and {item.n_bytes:,} bytes;"
                f" an item may have {settings.UPLOAD_FILES:,} and {settings.UPLOAD_UNPACKED:,};"
                " divide it"
            )
        wanted = (
            each
            for each in self._objects(f"{self._prefix}{item.name}")
            if self._item_of(each) == item.name
        )
        files = [
            (each["Key"].removeprefix(self._prefix), _Object(self, each["Key"], each["Size"]))
            for each in wanted
        ]
        with laid_out(files) as (folder, complaints):
            yield Fetched(path=folder, root=folder, complaints=tuple(complaints))

    def pieces(self, key: str) -> Iterator[bytes]:
        """The content of one object, piece by piece."""
        with _explained(self.address):
            body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
            with body:
                while piece := body.read(CHUNK):
                    yield piece

    def _objects(self, prefix: str) -> Iterator[ObjectTypeDef]:
        with _explained(self.address):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix
            )
            seen = 0
            for page in pages:
                objects = page.get("Contents", ())
                seen += len(objects)
                if seen > MAX_ENTRIES:
                    raise Misconfigured(
                        f"{self.address}: more than {MAX_ENTRIES:,} objects; watch a longer prefix"
                    )
                # A key that ends in a slash is a console's way to draw an empty folder.
                yield from (each for each in objects if each["Key"][-1:] != "/")

    def _item_of(self, each: ObjectTypeDef) -> str:
        return each["Key"].removeprefix(self._prefix).partition("/")[0]


class _Object:
    """One object as a file that comes in."""

    def __init__(self, bucket: Bucket, key: str, size: int) -> None:
        self._bucket, self._key, self.size = bucket, key, size

    def chunks(self) -> Iterator[bytes]:
        return self._bucket.pieces(self._key)


def _connected(address: str) -> S3Client:
    with _explained(address):
        return boto3.client("s3", config=_PATIENCE)


@contextmanager
def _explained(address: str) -> Iterator[None]:
    """The store's errors as ours: a wrong setting, or a store that may answer next time."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _OURS:
            raise Misconfigured(
                f"{address}: {code}; check the bucket's name and the keys"
            ) from None
        raise UnreadableTrajectory(f"{address}: {error}; it is tried again") from None
    except BotoCoreError as error:
        raise Unreachable(
            f"{address}: {error}; check AWS_ENDPOINT_URL, AWS_REGION and the keys"
        ) from None
