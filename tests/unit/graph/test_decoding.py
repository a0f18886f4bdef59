"""Values come through the wire format and exported JSON as they were."""

from __future__ import annotations

import json
from typing import cast

from google.protobuf.json_format import Parse
from google.protobuf.struct_pb2 import Struct
from hypothesis import given

from graph.decoding import (
    OUTPUT_VALUE,
    RESOURCE_REFERENCE,
    SECRET,
    SIGNATURE,
    UNKNOWN_TEXTS,
    Json,
    decode_json,
    decode_struct,
)
from graph.encoding import encode_struct
from graph.raw import UNKNOWN, Raw, Secret
from graph.values import Property
from tests.unit.graph.trees import JSON, PROPERTIES


def _struct(content: object) -> Struct:
    return Parse(json.dumps(content), Struct())


@given(PROPERTIES)
def test_what_is_encoded_is_decoded_as_it_was(properties: dict[str, Raw]) -> None:
    assert decode_struct(encode_struct(properties)) == properties


@given(PROPERTIES)
def test_decoded_maps_are_in_the_order_of_their_names(properties: dict[str, Raw]) -> None:
    decoded = decode_struct(encode_struct(properties))

    assert list(decoded) == sorted(decoded)


@given(JSON)
def test_no_struct_whatsoever_makes_the_decoder_raise(content: object) -> None:
    decoded = decode_struct(_struct({"x": content}))

    assert all(isinstance(part.text(), str) for part in Property(decoded).walk())


@given(JSON)
def test_no_json_whatsoever_makes_the_state_decoder_raise(content: object) -> None:
    decoded = decode_json(cast("Json", content))

    assert all(isinstance(part.text(), str) for part in Property(decoded).walk())


def test_each_of_the_engines_unknowns_is_unknown() -> None:
    struct = _struct({str(number): text for number, text in enumerate(sorted(UNKNOWN_TEXTS))})

    assert set(decode_struct(struct).values()) == {UNKNOWN}
    assert len(UNKNOWN_TEXTS) == 7


def test_a_secret_keeps_its_mark_around_an_unknown() -> None:
    wrapped = {SIGNATURE: SECRET, "value": min(UNKNOWN_TEXTS)}

    assert decode_struct(_struct({"x": wrapped})) == {"x": Secret(UNKNOWN)}


def test_an_output_value_without_value_is_unknown_and_may_be_secret() -> None:
    plain = {SIGNATURE: OUTPUT_VALUE, "value": 1, "dependencies": ["urn"]}
    unknown = {SIGNATURE: OUTPUT_VALUE}
    secret = {SIGNATURE: OUTPUT_VALUE, "value": "x", "secret": True}

    decoded = decode_struct(_struct({"a": plain, "b": unknown, "c": secret}))

    assert decoded == {"a": 1, "b": UNKNOWN, "c": Secret("x")}


def test_a_resource_reference_is_the_id_or_for_a_component_the_urn() -> None:
    custom = {SIGNATURE: RESOURCE_REFERENCE, "urn": "urn:x", "id": "i-1"}
    component = {SIGNATURE: RESOURCE_REFERENCE, "urn": "urn:x"}

    assert decode_struct(_struct({"a": custom, "b": component})) == {"a": "i-1", "b": "urn:x"}


def test_an_asset_is_its_text() -> None:
    asset = {SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "text": "hello", "hash": "h"}

    assert decode_struct(_struct({"a": asset})) == {"a": {"text": "hello", "hash": "h"}}


def test_the_bridges_own_properties_are_left_out() -> None:
    assert decode_struct(_struct({"__defaults": [], "__meta": "x", "a": 1})) == {"a": 1}


def test_an_encrypted_secret_of_a_state_is_secret_and_unknown() -> None:
    entry: Json = {SIGNATURE: SECRET, "ciphertext": "v1:abc"}

    assert decode_json(entry) == Secret(UNKNOWN)


def test_a_decrypted_secret_of_a_state_is_what_its_json_says() -> None:
    entry: Json = {SIGNATURE: SECRET, "plaintext": '{"a":[1,2]}'}

    assert decode_json(entry) == Secret({"a": [1, 2]})
