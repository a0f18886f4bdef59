"""Rewrites facts/ from a folder of provider schemas: `python -m toolchain.offline_aws.facts_build DIR`.

DIR holds one JSON file a module, each resource type with its properties as terraform-provider-aws
states them, paired with Pulumi's names.  What the offline provider does not use is left out, and
validation messages become rules (`probe_messages`).  Which properties Pulumi names by itself
is read from the installed SDK: Terraform requires them, the SDK does not.
"""

from __future__ import annotations

import argparse
import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast  # schema files are JSON of many shapes; nothing depends on one

from toolchain.offline_aws import probe_messages
from toolchain.offline_aws.naming import camel, snake

FOLDER = Path(__file__).parent / "facts"
_LETTERS = {
    "string": "s", "int": "i", "number": "n", "float": "n", "bool": "b", "list": "l", "set": "t",
    "map": "m", "blocklist": "l", "blockset": "t", "blocksingle": "o", "blockmap": "m",
}  # fmt: skip
_FLAGS = (
    ("required", "r"), ("optional", "o"), ("computed", "c"), ("sensitive", "s"),
    ("write_only", "w"), ("force_new", "f"),
)  # fmt: skip
_COUNT = re.compile(r"^(?:list|set|map) must contain (?:at least (\d+) elements)?(?: and )?"
                    r"(?:at most (\d+) elements)?$")  # fmt: skip
_REQUIRED_BLOCK = "must have a configuration value as the provider has marked it as required"
_NOT_RULES = (
    "list must contain",
    "set must contain",
    "map must contain",
    "Ensure that",
    "must have a conf",
)

# Properties that Pulumi renames by hand, so that the pairing missed them.
_CORRECTIONS = {"topic": "rf s", "logGroup": "rf s"}

# What Pulumi names by itself besides `name`.
_AUTONAMED = frozenset(
    (
        "deploymentConfigName", "fargateProfileName", "clusterId", "replicationGroupId",
        "domainName", "brokerName", "clusterName",
    )
)  # fmt: skip
_AUTONAMED_MODULES = {
    "identifier": ("aws:rds/instance:", "aws:rds/clusterInstance:"),
    "clusterIdentifier": ("aws:rds/cluster:",),
    "bucket": ("aws:s3/bucket:", "aws:s3/bucketV2:"),
}


def _type_of(entry: dict[str, Any]) -> str:
    text = str(entry.get("type") or "?")
    collection = re.fullmatch(r"(list|set|map)\[(\w+)(?:\[.*)?\]", text, re.DOTALL)
    if collection:
        return _LETTERS[collection[1]] + ":" + _LETTERS.get(collection[2], "?")
    letter = _LETTERS.get(text, "?")
    if letter in "ltm" and not entry.get("fields"):
        return letter + ":" + _LETTERS.get(str(entry.get("element") or "?"), "?")
    return letter


def _is_object(name: str, source: dict[str, Any], messages: list[str]) -> bool:
    """Whether a block of at most one item is an object in Pulumi: a list's name is plural there."""
    at_most_one = "list must contain at most 1 elements" in messages or source.get("max") == 1
    return bool(source.get("fields")) and at_most_one and camel(str(source.get("tf"))) == name


def _texts(source: dict[str, Any], key: str) -> list[str]:
    return [str(item) for item in cast("list[object]", source.get(key) or [])]


class _Type:
    """The conversion of one resource type."""

    def __init__(
        self, token: str, properties: dict[str, Any], sdk_required: set[str] | None
    ) -> None:
        self.token = token
        self.properties = properties
        self.sdk_required = sdk_required

    def path(self, terraform: str) -> str | None:
        """Pulumi's path for an absolute Terraform path such as `table.0.name`."""
        fields, names = self.properties, list[str]()
        for part in terraform.split("."):
            if part == "0":
                continue
            for name, entry in fields.items():
                if entry.get("tf") == part:
                    names.append(name)
                    fields = cast("dict[str, Any]", entry.get("fields") or {})
                    break
            else:
                return None
        return ".".join(names)

    def entry(self, name: str, source: dict[str, Any], *, top: bool) -> object:
        """One property: `flags type`, or an object where there is more to say."""
        messages = _texts(source, "rules")
        flags = self._flags(name, source, messages, top=top)
        out: dict[str, object] = {"is": f"{flags} {_type_of(source)}".strip()}
        if source.get("tf") is None and name in _CORRECTIONS:
            out["is"] = _CORRECTIONS[name]
        if source.get("flattened") or _is_object(name, source, messages):
            out["one"] = 1
        if top and self._autonamed(name, source):
            out["auto"] = 1
        if source.get("default") not in ("", None):
            out["default"] = source["default"]
        self._bounds(source, messages, out)
        self._constraints(source, out)
        rules = probe_messages.groups([m for m in messages if not m.startswith(_NOT_RULES)])
        if rules:
            out["rules"] = rules
        if (terraform := source.get("tf")) and terraform != snake(name):
            out["tf"] = terraform
        if source.get("fields"):
            out["fields"] = {
                key: self.entry(key, value, top=False) for key, value in source["fields"].items()
            }
        return out["is"] if len(out) == 1 else out

    def _flags(self, name: str, source: dict[str, Any], messages: list[str], *, top: bool) -> str:
        flags = "".join(letter for key, letter in _FLAGS if source.get(key))
        if _REQUIRED_BLOCK in messages and "r" not in flags:
            flags = "r" + flags.replace("o", "")
        if not flags and source.get("fields"):
            flags = "o"
        if top and self.sdk_required is not None:
            flags = self._as_sdk(name, flags, matched=source.get("tf") is not None)
        return flags

    def _as_sdk(self, name: str, flags: str, *, matched: bool) -> str:
        """Flags as the SDK sees a top-level property: it names some that Terraform requires."""
        needed = name in (self.sdk_required or ())
        if not flags and not matched:
            # Newer than the Terraform provider at hand: all that is known is the SDK's view.
            return "r" if needed else "oc"
        if "r" in flags and not needed:
            return flags.replace("r", "o")
        if "o" in flags and needed:
            return flags.replace("o", "r").replace("c", "")
        return flags

    def _constraints(self, source: dict[str, Any], out: dict[str, object]) -> None:
        for key, short in (
            ("conflicts", "not"),
            ("exactly_one", "one_of"),
            ("at_least_one", "any_of"),
            ("with", "with"),
        ):
            paths = [self.path(other) for other in _texts(source, key)]
            if paths and None not in paths:
                out[short] = paths

    def _autonamed(self, name: str, source: dict[str, Any]) -> bool:
        if source.get("type") != "string" or self.sdk_required is None:
            return False
        given = source.get("required") or source.get("optional")
        return (
            bool(given)
            and name not in self.sdk_required
            and (
                name == "name"
                or (bool(source.get("required")) and name in _AUTONAMED)
                or self.token.startswith(_AUTONAMED_MODULES.get(name, ("-",)))
            )
        )

    @staticmethod
    def _bounds(source: dict[str, Any], messages: list[str], out: dict[str, object]) -> None:
        low, high = source.get("min") or 0, source.get("max") or 0
        for message in messages:
            if found := _COUNT.match(message):
                low, high = int(found[1] or low), int(found[2] or high)
        if low:
            out["min"] = low
        if high and "one" not in out:
            out["max"] = high


def _sdk_required() -> dict[str, set[str]]:
    """By type token, the arguments that the installed SDK demands."""
    spec = find_spec("pulumi_aws")
    if spec is None or spec.origin is None:
        raise SystemExit("pulumi_aws is not installed: its SDK says which names are automatic")
    required: dict[str, set[str]] = {}
    for file in Path(spec.origin).parent.glob("*/*.py"):
        text = file.read_text(encoding="utf-8")
        token = re.search(r"super\((\w+), __self__\)\.__init__\(\s*'([^']+)'", text)
        if token is None:
            continue
        head = re.search(
            rf"^class {token[1]}(?:Init)?Args:\n    def __init__\(__self__,?(.*?)\):",
            text,
            re.MULTILINE | re.DOTALL,
        )
        if head is None:
            continue
        names: set[str] = set()
        for line in head[1].splitlines():
            argument = re.match(r"\s*(\w+): (.*)$", line)
            if argument and "= None" not in argument[2]:
                names.add(camel(argument[1]))
        required[token[2]] = names
    return required


def convert(folder: Path, target: Path) -> int:
    """Write `target`/<module>.json from `folder`; the number of resource types."""
    required, count = _sdk_required(), 0
    for source in sorted(folder.glob("*.json")):
        lines: list[str] = []
        for token, resource in sorted(json.loads(source.read_text(encoding="utf-8")).items()):
            kind = _Type(token, resource["properties"], required.get(token))
            facts = {
                "tf": resource["terraform"],
                "kind": resource["kind"],
                "p": {
                    name: kind.entry(name, entry, top=True)
                    for name, entry in resource["properties"].items()
                },
            }
            body = json.dumps(facts, separators=(",", ":"), ensure_ascii=False)
            lines.append(f"{json.dumps(token)}:{body}")
            count += 1
        (target / source.name).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    return count


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the schemas, one JSON file a module")
    print(convert(parser.parse_args().folder, FOLDER), "resource types")
