"""What is taken for a secret, and what only looks like one."""

from __future__ import annotations

import pytest

from policies.aws.leaves import assigned_secrets
from policies.aws.sensitive import (
    known_format,
    mentions_a_secret,
    names_a_secret,
    plausible_secret,
    words,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dbPassword", ("db", "password")),
        ("DB_PASSWORD", ("db", "password")),
        ("db-password.2", ("db", "password", "2")),
        ("DBPassword", ("db", "password")),
        ("AWSSecretAccessKey", ("aws", "secret", "access", "key")),
    ],
)
def test_a_name_falls_into_the_same_words_however_it_is_spelled(
    name: str, expected: tuple[str, ...]
) -> None:
    assert words(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "DB_PASSWORD",
        "dbpassword",
        "MYSQL_PWD",
        "jwtSecret",
        "STRIPE_API_KEY",
        "aws_secret_access_key",
        "accessToken",
        "SECRET_KEY_BASE",
        "/chat/prod/db-password",
        "plumbline:dbPassword",
        "password2",
    ],
)
def test_a_name_that_means_a_secret_is_told(name: str) -> None:
    assert names_a_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "passwordPolicy",
        "DB_PASSWORD_ARN",
        "secretName",
        "SECRET_ID",
        "masterUserSecretKmsKeyId",
        "manageMasterUserPassword1Day",
        "authTokenUpdateStrategy",
        "httpTokens",
        "creationToken",
        "idempotencyToken",
        "partitionKey",
        "kmsKeyId",
        "publicKey",
        "keyName",
        "compass",
        "bypass",
        "tokenization",
    ],
)
def test_a_name_that_only_speaks_of_secrets_is_let_be(name: str) -> None:
    assert not names_a_secret(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("DATABASE_PASSWORD_FALLBACK", True),
        ("OLD_API_KEY_COPY", True),
        ("PASSWORD_MIN_LENGTH", False),
        ("TOKEN_URL", False),
        ("JWT_SECRET_ARN", False),
        ("PORT", False),
    ],
)
def test_a_made_up_name_mentions_a_secret_unless_it_ends_in_what_is_said_about_one(
    name: str, *, expected: bool
) -> None:
    assert mentions_a_secret(name) is expected


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:chat/db-AbCdEf",
        "${DB_PASSWORD}",
        "$DB_PASSWORD",
        "{{resolve:secretsmanager:chat:SecretString:password}}",
        "<your password>",
        "/run/secrets/password",
        "/aws/reference/secretsmanager/chat",
        "chat/prod/database",
        "password.txt",
        "https://auth.example.com/token",
        "ssm:/chat/password",
        "",
        "***",
        "xxxxxxxx",
        "true",
        "REPLACE_ME",
        "placeholder",
    ],
)
def test_references_and_blanks_are_no_secrets(text: str) -> None:
    assert not plausible_secret(text)


@pytest.mark.parametrize("text", ["hunter2", "changeme", "postgres", "Tr0ub4dor&3", "s3cr3t/Key+="])
def test_a_password_is_plausible_however_weak_it_is(text: str) -> None:
    assert plausible_secret(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgres://chat:hunter2@db/chat", "a URL with a password"),
        ("redis://:hunter2@cache:6379", "a URL with a password"),
        ("Server=db;User Id=chat;Password=hunter2;", "a connection string with a password"),
        ("alter user chat identified by 'hunter2'", "an SQL statement with a password"),
        ("glpat-" + "a1B2c3D4e5F6g7H8i9J0", "a GitLab token"),
        ("AIza" + "Sy0123456789abcdefghijklmnopqrstuv0", "a Google API key"),
        ("npm_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8", "an npm token"),
        ("-----BEGIN OPENSSH " + "PRIVATE KEY-----", "a private key"),
        ("sk-" + "ant-api03-a1B2c3D4e5F6g7H8i9J0", "a service's token"),
        ("SK" + "0123456789abcdef" * 2, "a Twilio key"),
        ("0123456789abcdef" * 2 + "-us12", "a Mailchimp key"),
        ("AccountName=chat;AccountKey=" + "aB3" * 28 + "ab==", "an Azure storage key"),
        ("//registry.npmjs.org/:_authToken=" + "npm_short", "an npm token"),
        ("aws_key = '" + "q7RkX2vT9mZbW4cY8nHs3LpDf6GjA1eU5oQi+/aB" + "'", "an AWS secret key"),
        ("gldt-" + "a1B2c3D4e5F6g7H8i9J0", "a GitLab token"),
        ("123456789:" + "AAH" + "a1B2" * 8, "a Telegram bot's token"),
        # An account's number and a name are no bot's token.
        ("arn:aws:ecs:eu-central-1:123456789012:cluster_with_a_name_of_thirty_five_", None),
        ("arn:aws:sns:eu-central-1:1234567890:" + "a" * 35, None),
        ("SKU" + "0123456789abcdef" * 2, None),
        ("AKIAIOSFODNN7EXAMPLE", None),
        ("postgres://chat:${PASSWORD}@db/chat", None),
        ("postgres://db/chat", None),
        ("http://host:8080/a@b", None),
        ("ssh://git@github.com/chat/chat", None),
        ("-----BEGIN CERTIFICATE-----", None),
        ("PWD=/srv/app;", None),
    ],
)
def test_known_formats_are_told_from_what_resembles_them(text: str, expected: str | None) -> None:
    assert known_format(text) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("export DB_PASSWORD=hunter2", ["DB_PASSWORD"]),
        ("docker run -e API_TOKEN='abcdef0123' chat", ["API_TOKEN"]),
        ("db_password: hunter2", ["db_password"]),
        ('"secret_key" = "abcdef0123"', ["secret_key"]),
        ("DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id chat)", []),
        ("DB_PASSWORD=`aws secretsmanager get-secret-value`", []),
        ("PASSWORD_FILE=/run/secrets/db", []),
        ("PORT=3000\necho done", []),
    ],
)
def test_a_script_is_searched_line_by_line(script: str, expected: list[str]) -> None:
    assert assigned_secrets(script) == expected
