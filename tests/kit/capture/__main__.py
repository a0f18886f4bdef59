"""A policy pack that writes down what the engine asks of it, to the file $CAPTURE.

With it, `tests/unit/graph/captured` is made again after an upgrade of the engine; see its README.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import ClassVar, cast

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import grpc
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import analyzer_pb2
from typing_extensions import override

from policies.engine.profiles import known_profiles
from policies.engine.servicer import Servicer
from policies.engine.serving import serve, servicer_of


class Capture(Servicer):
    """Finds nothing, and keeps the questions."""

    asked: ClassVar[list[dict[str, object]]] = []

    @override
    def Analyze(
        self, request: analyzer_pb2.AnalyzeRequest, _context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzeResponse:
        self.asked.append(cast("dict[str, object]", MessageToDict(request)))
        return analyzer_pb2.AnalyzeResponse()

    @override
    def AnalyzeStack(
        self, request: analyzer_pb2.AnalyzeStackRequest, _context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzeResponse:
        content = {"analyze": self.asked, "analyzeStack": MessageToDict(request)}
        text = json.dumps(content, indent=1, sort_keys=True)
        Path(os.environ["CAPTURE"]).write_text(text + "\n", encoding="utf-8")
        return analyzer_pb2.AnalyzeResponse()


if __name__ == "__main__":
    stopped = threading.Event()
    servicer = servicer_of((), known_profiles(), {}, stopped)
    servicer.__class__ = Capture
    _, port = serve(servicer)
    print(port, flush=True)
    stopped.wait()
