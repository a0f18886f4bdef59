"""Answers of the provider's service that take more than a line."""

from __future__ import annotations

from collections.abc import Mapping

import grpc
from pulumi.runtime.proto import provider_pb2, status_pb2

from toolchain.offline_aws import preview
from toolchain.offline_aws.diff import Diff, Kind
from toolchain.offline_aws.outcome import Life, Outcome
from toolchain.offline_aws.wire import encode


def partial_detail(
    life: Life, partial: Outcome, reason: str
) -> provider_pb2.ErrorResourceInitFailed:
    """What exists of a resource whose creation or update stopped half-way."""
    return provider_pb2.ErrorResourceInitFailed(
        id=partial.id,
        properties=encode(preview.marked(life.facts, partial.properties)),
        reasons=[reason],
        inputs=encode(partial.inputs),
    )


class RichStatus(grpc.Status):
    """A status with a detail message, as google.rpc.Status in the trailers."""

    def __init__(self, message: str, detail: provider_pb2.ErrorResourceInitFailed) -> None:
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=message)
        status.details.add().Pack(detail)
        self.code = grpc.StatusCode.UNKNOWN
        self.details = message
        self.trailing_metadata = (("grpc-status-details-bin", status.SerializeToString()),)


def some(*, changed: bool) -> provider_pb2.DiffResponse.DiffChanges.ValueType:
    return provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE


def diff_response(found: Diff) -> provider_pb2.DiffResponse:
    kinds: Mapping[tuple[Kind, bool], int] = {
        (Kind.ADD, False): provider_pb2.PropertyDiff.ADD,
        (Kind.ADD, True): provider_pb2.PropertyDiff.ADD_REPLACE,
        (Kind.DELETE, False): provider_pb2.PropertyDiff.DELETE,
        (Kind.DELETE, True): provider_pb2.PropertyDiff.DELETE_REPLACE,
        (Kind.UPDATE, False): provider_pb2.PropertyDiff.UPDATE,
        (Kind.UPDATE, True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
    }
    response = provider_pb2.DiffResponse(
        changes=some(changed=bool(found.changes)),
        diffs=found.properties,
        replaces=found.replaces,
        deleteBeforeReplace=found.delete_before_replace,
        hasDetailedDiff=True,
    )
    for path, change in found.changes.items():
        entry = response.detailedDiff[path]
        entry.kind = kinds[change.kind, change.replaces]
        entry.inputDiff = True
    return response
