#!/usr/bin/env python3
"""Checks one receipt against a published root, alone: this file, Python 3.9 or newer, no network, no
server to trust.

    check_receipt.py RECEIPT.json ROOT.json      (a root, or a list of roots, as published)
    check_receipt.py RECEIPT.json 5f16f4c7f1...  (the root itself, 64 hexadecimal digits)

Ends with 0 when the receipt is true, 1 when it is false, 2 when it cannot be read, 3 when the root given
covers another number of entries and so says nothing about this receipt. How it works: the entry is written as
one line of JSON and hashed (SHA-256); the hashes of `path` lead from there to the root of a Merkle tree as in
RFC 9162.
"""

import hashlib
import hmac
import json
import re
import sys
from pathlib import Path

FORMAT = "gridloop receipt 1"
KEYS = {"format", "entry", "words", "leaf", "size", "path", "root", "sealed_at"}
FIELDS = {
    "id": "记录编号 Entry",
    "at": "时间（UTC）Time (UTC)",
    "event": "事件 Event",
    "subject_kind": "对象类型 Kind of subject",
    "subject": "对象编号 Subject",
    "actor_kind": "操作者类型 Kind of actor",
    "person": "人员编号 Person",
    "post": "岗位编号 Post",
    "actor_name": "操作者名称 Name of actor",
    "area": "辖区编号 Area",
    "before": "变更前 Before",
    "after": "变更后 After",
    "words_digest": "文字摘要 Digest of the words",
    "facts": "事实 Facts",
}


class Unreadable(Exception):
    """A file that is not what it should be; the words are Chinese and English."""


class Untrue(Exception):
    """The receipt does not hold; the words say why."""


class OtherRoot(Exception):
    """The published root says nothing about this receipt."""


def once(pairs):
    """A JSON object; a key written twice could show a reader one thing and the checker another."""
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError("a key is written twice")
    return dict(pairs)


def read_json(path):
    """What a JSON file holds."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8-sig"), object_pairs_hook=once)
    except (OSError, ValueError, RecursionError) as error:
        raise Unreadable(f"无法读取文件：{path}。 The file {path} cannot be read: {error}") from None


def whole_numbers(value):
    """The value with 1.0 written as 1, at any depth."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: whole_numbers(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [whole_numbers(inner) for inner in value]
    return value


def leaf_hash(entry):
    """The hash of the entry as it was sealed."""
    line = json.dumps(
        whole_numbers(entry), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )
    return hashlib.sha256(b"\x00" + line.encode()).digest()


def root_of(leaf, size, hashed, path):
    """The root the path leads to (RFC 9162, section 2.1.3.2)."""
    number, last = leaf, size - 1
    for beside in path:
        if last == 0:
            raise Untrue("证明路径过长。 The path is too long.")
        if number & 1 or number == last:
            hashed = hashlib.sha256(b"\x01" + beside + hashed).digest()
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            hashed = hashlib.sha256(b"\x01" + hashed + beside).digest()
        number, last = number >> 1, last >> 1
    if last:
        raise Untrue("证明路径过短。 The path is too short.")
    return hashed


def is_hash(text):
    return isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text) is not None


def is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def check_shape(receipt):
    """A receipt has these parts and no others: what is not checked should not stand there."""
    if not isinstance(receipt, dict) or receipt.get("format") != FORMAT:
        raise Unreadable("这不是本程序能识别的存证。 This is not a receipt this program knows.")
    if set(receipt) != KEYS:
        odd = ", ".join(sorted(set(receipt) ^ KEYS))
        raise Untrue(f"存证的内容多了或少了：{odd}。 Parts of the receipt are missing or were added: {odd}.")
    path = receipt["path"]
    if not (is_count(receipt["leaf"]) and is_count(receipt["size"]) and receipt["leaf"] < receipt["size"]):
        raise Untrue("序号不合理。 Its number among the entries makes no sense.")
    if not (is_hash(receipt["root"]) and isinstance(path, list) and all(is_hash(beside) for beside in path)):
        raise Untrue("哈希值格式不对。 Its hashes are not well formed.")
    if not isinstance(receipt["entry"], dict) or set(receipt["entry"]) != set(FIELDS):
        raise Untrue("记录的项目多了或少了。 Fields of the entry are missing or were added.")


def check_words(receipt):
    """The words are those of the entry. A receipt without the words is as good: they may have been erased."""
    words = receipt["words"]
    if words is None:
        return
    try:
        salt, text = bytes.fromhex(words["salt"]), words["text"]
        fits = hashlib.sha256(salt + text.encode()).hexdigest() == receipt["entry"]["words_digest"]
    except (TypeError, KeyError, ValueError, AttributeError):
        fits = False
    if not fits or len(salt) != 16 or set(words) != {"text", "salt"}:
        raise Untrue("文字与当时记下的不一致。 The words are not those that were written down.")


def check_path(receipt):
    """The entry leads to the root that the receipt names."""
    try:
        hashed = leaf_hash(receipt["entry"])
    except (ValueError, OverflowError, RecursionError):
        raise Untrue("记录内容不合规范。 The content of the entry is not well formed.") from None
    path = [bytes.fromhex(beside) for beside in receipt["path"]]
    root = root_of(receipt["leaf"], receipt["size"], hashed, path)
    if not hmac.compare_digest(root.hex(), receipt["root"]):
        raise Untrue(
            "记录内容与封存的不一致，存证被改动过。 "
            "The entry is not the one that was sealed: the receipt was changed."
        )


def check_root(receipt, published):
    """The root the receipt names is the published one; returns what the publication adds (when it was
    sealed)."""
    if isinstance(published, str):
        if published != receipt["root"]:
            raise Untrue("根哈希与公布的不同。 Its root is not the published one.")
        return None
    roots = published if isinstance(published, list) else [published]
    if not roots or not all(
        isinstance(root, dict) and is_count(root.get("size")) and is_hash(root.get("root")) for root in roots
    ):
        raise Unreadable("公布的根文件格式不对。 The file of published roots is not well formed.")
    same = [root for root in roots if root["size"] == receipt["size"]]
    if not same:
        raise OtherRoot
    if any(root["root"] != receipt["root"] for root in same):
        raise Untrue("根哈希与公布的不同。 Its root is not the published one.")
    if any("sealed_at" in root and root["sealed_at"] != receipt["sealed_at"] for root in same):
        raise Untrue("封存时间与公布的不同。 It was not sealed when it says.")
    return same[0].get("sealed_at")


def published_root(argument):
    """The root given on the command line or in a file."""
    if is_hash(argument.strip().lower()):
        return argument.strip().lower()
    return read_json(argument)


def shown(value):
    """A value for the screen: nothing in it may move the cursor or change colours."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return "".join(letter if letter.isprintable() else " " for letter in text)


def tell_truth(receipt, sealed_at):
    """Say what is now certain."""
    print("真：这份存证属实。 TRUE: this receipt holds.")
    print(f"这是被封存的{receipt['size']}条记录中的第{receipt['leaf'] + 1}条，内容未被改动。")
    print(
        f"It is number {receipt['leaf'] + 1} of the {receipt['size']} entries sealed, "
        "and nothing in it was changed."
    )
    if sealed_at:
        print(f"封存时间（UTC）Sealed at (UTC): {shown(sealed_at)}")
    else:
        print("只核对了根哈希；总条数与封存时间请对照公布的清单。")
        print("Only the root was compared; the published list tells the number of entries and the time.")
    for name, title in FIELDS.items():
        value = receipt["entry"][name]
        if value not in ("", None, {}) and name != "words_digest":
            print(f"  {title}: {shown(value)}")
    if receipt["words"]:
        print(f"  文字 Words: {shown(receipt['words']['text'])}")
    elif receipt["entry"]["words_digest"]:
        print("  文字：本存证不含，或已依法删除。 Words: not part of this receipt, or erased.")


def main(arguments):
    if len(arguments) != 2 or arguments[0] in {"-h", "--help"}:
        print(__doc__)
        return 2
    try:
        receipt = read_json(arguments[0])
        published = published_root(arguments[1])
        check_shape(receipt)
        check_words(receipt)
        check_path(receipt)
        sealed_at = check_root(receipt, published)
    except Untrue as why:
        print(f"假：这份存证不属实。{why}\nFALSE: this receipt does not hold.")
        return 1
    except Unreadable as why:
        print(f"无法核验：{why}")
        return 2
    except OtherRoot:
        print(f"无法比对：公布的根不是针对{receipt['size']}条记录的；请取那一条公布的根，或换一份新存证。")
        print(
            f"Not comparable: no published root covers {receipt['size']} entries; "
            "take that root, or a newer receipt."
        )
        return 3
    tell_truth(receipt, sealed_at)
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))
