"""Both places for bytes keep the same promises: what was written is read, listed and gone when removed."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from gridloop.core.evidence.stores import BucketStore, FolderStore, Store


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """S3 as moto plays it: boto3's own requests, answered in this process."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="photos")
        yield BucketStore("photos", "")


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return FolderStore(tmp_path) if request.param == "folder" else request.getfixturevalue("bucket")


def test_what_was_written_is_read_listed_and_removed(store: Store) -> None:
    store.write("ab/cd/abcd.key1", b"photo")
    store.write("ab/cd/abcd.key1.thumbnail", b"small")

    with store.open("ab/cd/abcd.key1") as kept:
        assert kept.read() == b"photo"
    assert sorted((one.path, one.key) for one in store.everything()) == [
        ("ab/cd/abcd.key1", "key1"),
        ("ab/cd/abcd.key1.thumbnail", "key1"),
    ]

    store.remove("ab/cd/abcd.key1")
    store.remove("ab/cd/abcd.key1")  # twice is no trouble
    with pytest.raises(FileNotFoundError):
        store.open("ab/cd/abcd.key1")
    assert [one.path for one in store.everything()] == ["ab/cd/abcd.key1.thumbnail"]
