"""Roles, policies, keys."""

from integration.emulated.samples.kinds import RETAGGED, TAGS, Of, Sample, policy

SAMPLES: dict[str, Sample] = {
    "role": Sample(
        "aws:iam/role:Role",
        {
            "assumeRolePolicy": policy("sts:AssumeRole", "ecs-tasks.amazonaws.com"),
            "description": "A sample",
            "tags": TAGS,
        },
        {
            "assumeRolePolicy": policy("sts:AssumeRole", "ec2.amazonaws.com"),
            "tags": RETAGGED,
        },
    ),
    "role-inline": Sample(
        "aws:iam/role:Role",
        {
            "assumeRolePolicy": policy("sts:AssumeRole", "ecs-tasks.amazonaws.com"),
            "inlinePolicies": [{"name": "one", "policy": policy("s3:GetObject")}],
            "managedPolicyArns": [Of("policy", "arn")],
        },
        {"inlinePolicies": [{"name": "two", "policy": policy("s3:PutObject")}]},
    ),
    "policy": Sample(
        "aws:iam/policy:Policy",
        {"policy": policy("s3:GetObject"), "tags": TAGS},
        {"policy": policy("s3:PutObject")},
    ),
    "role-policy": Sample(
        "aws:iam/rolePolicy:RolePolicy",
        {"role": Of("role", "name"), "policy": policy("sqs:SendMessage")},
        {"policy": policy("sqs:ReceiveMessage")},
    ),
    "attachment": Sample(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        {"role": Of("role", "name"), "policyArn": Of("policy", "arn")},
    ),
    "profile": Sample("aws:iam/instanceProfile:InstanceProfile", {"role": Of("role", "name")}),
    "key": Sample(
        "aws:kms/key:Key",
        {
            "description": "A sample",
            "enableKeyRotation": True,
            "deletionWindowInDays": 7,
            "tags": TAGS,
        },
        {"description": "Changed", "tags": RETAGGED},
    ),
    "key-alias": Sample("aws:kms/alias:Alias", {"targetKeyId": Of("key", "keyId")}),
}
