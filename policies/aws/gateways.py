"""API Gateway: which settings, plans and keys belong to which stage of which API."""

from __future__ import annotations

from graph.model import Graph, Resource

STAGE = "aws:apigateway/stage:Stage"
METHOD = "aws:apigateway/method:Method"
METHOD_SETTINGS = "aws:apigateway/methodSettings:MethodSettings"
INTEGRATION = "aws:apigateway/integration:Integration"
USAGE_PLAN = "aws:apigateway/usagePlan:UsagePlan"
KEY_OF_PLAN = "aws:apigateway/usagePlanKey:UsagePlanKey"
API = "aws:apigatewayv2/api:Api"
HTTP_STAGE = "aws:apigatewayv2/stage:Stage"
HTTP_ROUTE = "aws:apigatewayv2/route:Route"
HTTP_INTEGRATION = "aws:apigatewayv2/integration:Integration"


def settings_by_stage(graph: Graph) -> dict[str, list[Resource]]:
    """The method settings of each REST stage by its URN; they name its API and its name."""
    by_name = {
        (api.urn, stage["stageName"].scalar()): stage
        for stage in graph.of_type(STAGE)
        for api in stage.references("restApi")
    }
    found: dict[str, list[Resource]] = {}
    for one in graph.of_type(METHOD_SETTINGS):
        stages = one.references("stageName", STAGE)
        name = one["stageName"].scalar()
        if not stages and name is not None:
            keys = [(api.urn, name) for api in one.references("restApi")]
            stages = [by_name[key] for key in keys if key in by_name]
        for stage in stages:
            found.setdefault(stage.urn, []).append(one)
    return found


def plans_by_api(graph: Graph) -> dict[str, list[Resource]]:
    """The usage plans that have a stage of a REST API, by the API's URN."""
    found: dict[str, list[Resource]] = {}
    for plan in graph.of_type(USAGE_PLAN):
        named = plan.references("apiStages")
        stages = [one for one in named if one.type == STAGE]
        apis = [api for stage in stages for api in stage.references("restApi")]
        for urn in {one.urn for one in (*named, *apis)}:
            found.setdefault(urn, []).append(plan)
    return found
