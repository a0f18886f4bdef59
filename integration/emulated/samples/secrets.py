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
    "secret-renewed": Sample(
        "aws:secretsmanager/secretVersion:SecretVersion",
        {
            "secretId": Of("secret-version", "secretId"),
            "secretString": "not to be told either",
        },
    ),
    "rotation-function": Sample(
        "aws:serverlessrepository/cloudFormationStack:CloudFormationStack",
        {
            "applicationId": "arn:aws:serverlessrepo:us-east-1:297356227824:applications/"
            "SecretsManagerRDSPostgreSQLRotationSingleUser",
            "capabilities": ["CAPABILITY_IAM", "CAPABILITY_RESOURCE_POLICY"],
            "parameters": {
                "endpoint": "https://secretsmanager.eu-west-1.amazonaws.com",
                "functionName": "sample-rotation",
                "excludeCharacters": "/@",
                "vpcSubnetIds": Of("subnet-a", "id"),
                "vpcSecurityGroupIds": Of("group", "id"),
            },
            "tags": TAGS,
        },
        {
            "parameters": {
                "endpoint": "https://secretsmanager.eu-west-1.amazonaws.com",
                "functionName": "sample-rotation",
                "excludeCharacters": "/@%",
                "vpcSubnetIds": Of("subnet-a", "id"),
                "vpcSecurityGroupIds": Of("group", "id"),
            }
        },
    ),
    "rotation": Sample(
        "aws:secretsmanager/secretRotation:SecretRotation",
        {
            "secretId": Of("secret-renewed", "secretId"),
            "rotationLambdaArn": Of("rotation-function", "outputs.RotationLambdaARN"),
            "rotationRules": {"automaticallyAfterDays": 30},
        },
        {"rotationRules": {"automaticallyAfterDays": 14}},
    ),
    "function-permission": Sample(
        "aws:lambda/permission:Permission",
        {
            "function": Of("rotation-function", "outputs.RotationLambdaARN"),
            "action": "lambda:InvokeFunction",
            "principal": "events.amazonaws.com",
        },
    ),
}
