"""The database as a size with a read replica has it, with what it stands on and no more."""

import sys
from pathlib import Path

# The engine runs this directory as a script; the packages lie at the top of the repository.
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import pulumi
import pulumi_aws as aws

from infra.components.database import Database, DatabaseArgs
from infra.components.encryption_key import EncryptionKey, EncryptionKeyArgs
from infra.components.network import Network, NetworkArgs
from infra.plan.context import Context, Environment, Place
from infra.plan.keys import logs_encryption
from infra.plan.lifecycle import lifecycle_of
from infra.plan.subnets import plan_zones

_REGION = aws.get_region().region
_PLACE = Place(
    account=aws.get_caller_identity().account_id,
    region=_REGION,
    partition=aws.get_partition().partition,
)
_CONTEXT = Context(
    project="plumbline",
    system="chat",
    stack=pulumi.get_stack(),
    environment=Environment.DEV,
    place=_PLACE,
)
_KEY = EncryptionKey(
    "data-key",
    EncryptionKeyArgs(
        context=_CONTEXT,
        part="data",
        description="Data at rest",
        users=(logs_encryption(_PLACE),),
        deletion_days=7,
    ),
)
_NETWORK = Network(
    "network",
    NetworkArgs(context=_CONTEXT, zones=plan_zones((f"{_REGION}a", f"{_REGION}b"), 0)),
)
_GROUP = aws.ec2.SecurityGroup("postgres", vpc_id=_NETWORK.vpc_id)
Database(
    "postgres",
    DatabaseArgs(
        context=_CONTEXT,
        lifecycle=lifecycle_of(Environment.DEV),
        instance_class="db.t3.micro",
        allocated_storage=20,
        engine_version="16",
        multi_az=False,
        replicated=True,
        backed_up_elsewhere=False,
        subnet_ids=_NETWORK.private_subnet_ids,
        security_group_id=_GROUP.id,
        key_arn=_KEY.arn,
        log_key_arn=_KEY.arn,
    ),
)
