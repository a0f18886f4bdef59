"""API Gateway: which settings, plans and keys belong to which stage of which API."""

from __future__ import annotations

from graph.model import Resource

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


def settings_of(stage: Resource) -> list[Resource]:
    """The method settings of a REST stage, which name it by its name and its API."""
    own = stage.references("restApi")
    named = stage["stageName"].scalar()
    return [
        one
        for api in own
        for one in api.referrers(METHOD_SETTINGS, property="restApi")
        if stage in one.references("stageName", STAGE)
        or (named is not None and one["stageName"].scalar() == named)
    ]


def plans_of_api(api: Resource) -> list[Resource]:
    """The usage plans that have a stage of a REST API."""
    return api.referrers(USAGE_PLAN, property="apiStages")
