"""The Serverless Application Repository, of which the emulator has nothing.

It holds AWS's own functions that rotate a PostgreSQL password, as templates of the same parameters
and outputs; deploying one is CloudFormation's, which the emulator has. Sources: the application's
page in the repository, and the API reference of the Serverless Application Repository.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeAlias, cast  # JSON of any shape
from urllib.parse import unquote, urlencode
from xml.etree import ElementTree as ET

Ask: TypeAlias = Callable[[Mapping[str, str], bytes], Awaitable[tuple[int, bytes]]]
"""Sends a request of another service to the emulator, for the same account."""

_ROTATIONS = (
    "SecretsManagerRDSPostgreSQLRotationSingleUser",
    "SecretsManagerRDSPostgreSQLRotationMultiUser",
)
_VERSION = "1.1.0"
_APPLICATION_TAG, _VERSION_TAG = "serverlessrepo:applicationId", "serverlessrepo:semanticVersion"
_REQUIRED = ("endpoint", "functionName")
_OPTIONAL = (
    "excludeCharacters", "excludeLowercase", "excludeNumbers", "excludePunctuation",
    "excludeUppercase", "kmsKeyArn", "passwordLength", "requireEachIncludedType", "vpcSecurityGroupIds",
    "vpcSubnetIds",
)  # fmt: skip
_CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_RESOURCE_POLICY")
_PATH = re.compile(r"/applications/(?P<id>[^/]+(?:/[^/]+)?)(?P<sets>/changesets)?/?")


def asked(headers: Mapping[str, str]) -> bool:
    """Whether a request (header names in lower case) is for the repository."""
    return "/serverlessrepo/aws4_request" in headers.get("authorization", "")


async def answer(
    path: str, headers: Mapping[str, str], body: bytes, ask: Ask
) -> tuple[int, bytes, str]:
    """Status, body and error code of the response."""
    found = _PATH.fullmatch(unquote(path))
    name = found["id"].replace("~", "/").rpartition("/")[2] if found else ""
    if found is None or name not in _ROTATIONS:
        known = ", ".join(_ROTATIONS)
        return _refusal(404, "NotFoundException", f"No application {name}; there are {known}")
    identity = found["id"].replace("~", "/")
    if not found["sets"]:
        version = {"ApplicationId": identity, "SemanticVersion": _VERSION}
        told = {"ApplicationId": identity, "Name": name, "Version": version}
        return 200, json.dumps(_lower(told)).encode(), ""
    request = _upper(json.loads(body or b"{}"))
    if missing := [need for need in _CAPABILITIES if need not in request.get("Capabilities", [])]:
        said = f"The application requires the capabilities {', '.join(missing)}"
        return _refusal(400, "BadRequestException", said)
    return await _change_set(identity, name, request, headers, ask)


async def _change_set(
    identity: str, name: str, request: dict[str, Any], headers: Mapping[str, str], ask: Ask
) -> tuple[int, bytes, str]:
    """A change set of CloudFormation; a new stack is created by it, a known one is changed."""
    stack = f"serverlessrepo-{request['StackName']}"
    version = request.get("SemanticVersion") or _VERSION
    values = _pairs(request.get("ParameterOverrides"), "Name")
    content = template(name, values)
    if unknown := sorted(values.keys() - cast("dict[str, object]", content["Parameters"]).keys()):
        said = f"Parameters: [{', '.join(unknown)}] do not exist in the template"
        return _refusal(400, "BadRequestException", said)
    form = {
        "StackName": stack,
        "ChangeSetName": f"a{uuid.uuid4().hex}",
        "TemplateBody": json.dumps(content),
    }
    known, _ = await _form(ask, headers, "DescribeStacks", {"StackName": stack})
    form["ChangeSetType"] = "UPDATE" if known == HTTPStatus.OK else "CREATE"
    # The other capability is the repository's own; CloudFormation's API does not know it.
    form["Capabilities.member.1"] = "CAPABILITY_IAM"
    for at, (key, value) in enumerate(values.items(), 1):
        form[f"Parameters.member.{at}.ParameterKey"] = key
        form[f"Parameters.member.{at}.ParameterValue"] = value
    tags = {**_pairs(request.get("Tags"), "Key"), _APPLICATION_TAG: identity, _VERSION_TAG: version}
    for at, (key, value) in enumerate(tags.items(), 1):
        form[f"Tags.member.{at}.Key"], form[f"Tags.member.{at}.Value"] = key, value
    status, said = await _form(ask, headers, "CreateChangeSet", form)
    if status != HTTPStatus.OK:
        return _refusal(400, "BadRequestException", _element(said, "Message") or said)
    told = {
        "ApplicationId": identity,
        "ChangeSetId": _element(said, "Id"),
        "SemanticVersion": version,
        "StackId": _element(said, "StackId"),
    }
    return 201, json.dumps(_lower(told)).encode(), ""


def _pairs(entries: object, key: str) -> dict[str, str]:
    """A list of names with values, as a map."""
    listed = cast("list[dict[str, str]]", entries or [])
    return {entry[key]: entry["Value"] for entry in listed}


def _parts(text: str) -> list[str]:
    return [part for part in text.split(",") if part]


def template(name: str, values: Mapping[str, str]) -> dict[str, object]:
    """The application's template, with a function that rotates nothing.

    The emulator sees no change in a stack of which parameters alone change, so their values are
    written into what the function is made of.
    """
    parameters: dict[str, object] = {one: {"Type": "String"} for one in _REQUIRED}
    parameters |= {one: {"Type": "String", "Default": ""} for one in _OPTIONAL}
    if name.endswith("MultiUser"):
        parameters |= {one: {"Type": "String"} for one in ("masterSecretArn",)}
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": parameters,
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}
                },
            },
            "SecretsManagerRotation": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "FunctionName": {"Ref": "functionName"},
                    "Handler": "index.handler",
                    "Runtime": "python3.12",
                    "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                    "Code": {"ZipFile": "def handler(event, context):\n    return None\n"},
                    "Environment": {
                        "Variables": {
                            "SECRETS_MANAGER_ENDPOINT": values.get("endpoint", ""),
                            "EXCLUDE_CHARACTERS": values.get("excludeCharacters", ""),
                            "PASSWORD_LENGTH": values.get("passwordLength", ""),
                        }
                    },
                    "VpcConfig": {
                        "SubnetIds": _parts(values.get("vpcSubnetIds", "")),
                        "SecurityGroupIds": _parts(values.get("vpcSecurityGroupIds", "")),
                    },
                },
            },
            "Permission": {
                "Type": "AWS::Lambda::Permission",
                "Properties": {
                    "FunctionName": {"Ref": "SecretsManagerRotation"},
                    "Action": "lambda:InvokeFunction",
                    "Principal": "secretsmanager.amazonaws.com",
                },
            },
        },
        "Outputs": {
            "RotationLambdaARN": {"Value": {"Fn::GetAtt": ["SecretsManagerRotation", "Arn"]}}
        },
    }


async def _form(
    ask: Ask, headers: Mapping[str, str], action: str, form: Mapping[str, str]
) -> tuple[int, str]:
    body = urlencode({"Action": action, "Version": "2010-05-15", **form}).encode()
    sent = {
        **{k: v for k, v in headers.items() if k not in ("content-length", "content-type")},
        "authorization": headers["authorization"].replace("/serverlessrepo/", "/cloudformation/"),
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
        "content-length": str(len(body)),
    }
    status, said = await ask(sent, body)
    return status, said.decode()


def _element(text: str, name: str) -> str:
    for element in ET.fromstring(text).iter():  # noqa: S314 - from the emulator itself
        if element.tag.rpartition("}")[2] == name:
            return element.text or ""
    return ""


def _refusal(status: int, code: str, said: str) -> tuple[int, bytes, str]:
    return status, json.dumps({"errorCode": code, "message": said}).encode(), code


def _upper(value: Any) -> Any:
    """The API spells its members in camel case on the wire."""
    if isinstance(value, dict):
        return {k[:1].upper() + k[1:]: _upper(v) for k, v in cast("dict[str, Any]", value).items()}
    return [_upper(v) for v in cast("list[Any]", value)] if isinstance(value, list) else value


def _lower(value: Mapping[str, object]) -> dict[str, object]:
    return {
        k[:1].lower() + k[1:]: _lower(cast("Mapping[str, object]", v)) if isinstance(v, dict) else v
        for k, v in value.items()
    }
