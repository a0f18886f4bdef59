"""Secrets and parameters."""

from integration.emulated.samples.kinds import RETAGGED, TAGS, Of, Sample, policy

SAMPLES: dict[str, Sample] = {
    "secret": Sample(
        "aws:secretsmanager/secret:Secret",
        {"description": "A sample", "recoveryWindowInDays": 0, "tags": TAGS},
        {"description": "Changed", "tags": RETAGGED},
    ),
    "secret-version": Sample(
        "aws:secretsmanager/secretVersion:SecretVersion",
        {"secretId": Of("secret", "id"), "secretString": "not to be told"},
    ),
    "secret-policy": Sample(
        "aws:secretsmanager/secretPolicy:SecretPolicy",
        {
            "secretArn": Of("secret", "arn"),
            "policy": policy("secretsmanager:GetSecretValue", "ecs-tasks.amazonaws.com"),
        },
    ),
    "parameter": Sample(
        "aws:ssm/parameter:Parameter",
        {"name": "/sample/value", "type": "String", "value": "one", "tags": TAGS},
        {"value": "two"},
    ),
}
