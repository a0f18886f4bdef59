"""Tables: orders and sessions on demand, stock with the capacity that flash sales need."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .settings import Settings, faulty

BY_CUSTOMER = "by-customer"
BY_SUPPLIER = "by-supplier"


@dataclass(frozen=True)
class Tables:
    """The three tables."""

    orders: aws.dynamodb.Table
    sessions: aws.dynamodb.Table
    stock: aws.dynamodb.Table


def make_tables(shop: Settings, key: aws.kms.Key) -> Tables:
    """All tables, and the scaling of the one that has a fixed capacity."""
    kept = pulumi.ResourceOptions(provider=shop.home, protect=True)
    ours: aws.dynamodb.TableServerSideEncryptionArgsDict = {
        "enabled": True,
        "kms_key_arn": key.arn,
    }
    orders = aws.dynamodb.Table(
        "orders",
        name=shop.named("orders"),
        billing_mode="PAY_PER_REQUEST",
        hash_key="order",
        attributes=[
            {"name": "order", "type": "S"},
            {"name": "customer", "type": "S"},
            {"name": "placed", "type": "N"},
        ],
        global_secondary_indexes=[
            aws.dynamodb.TableGlobalSecondaryIndexArgs(
                name=BY_CUSTOMER,
                key_schemas=[
                    aws.dynamodb.TableGlobalSecondaryIndexKeySchemaArgs(
                        attribute_name="customer", key_type="HASH"
                    ),
                    aws.dynamodb.TableGlobalSecondaryIndexKeySchemaArgs(
                        attribute_name="placed", key_type="RANGE"
                    ),
                ],
                projection_type="INCLUDE",
                non_key_attributes=["state", "total"],
            )
        ],
        stream_enabled=True,
        stream_view_type="NEW_AND_OLD_IMAGES",
        point_in_time_recovery={"enabled": not faulty("orders-without-point-in-time")},
        server_side_encryption=None if faulty("orders-without-own-key") else ours,
        deletion_protection_enabled=not faulty("orders-deletable"),
        opts=kept,
    )
    sessions = aws.dynamodb.Table(
        "sessions",
        name=shop.named("sessions"),
        billing_mode="PAY_PER_REQUEST",
        hash_key="session",
        attributes=[{"name": "session", "type": "S"}],
        ttl={"attribute_name": "expires", "enabled": not faulty("sessions-never-expire")},
        point_in_time_recovery={"enabled": True},
        server_side_encryption=ours,
        deletion_protection_enabled=True,
        opts=kept,
    )
    starved = faulty("stock-index-starved")
    fixed = pulumi.ResourceOptions(
        provider=shop.home,
        protect=True,
        ignore_changes=["readCapacity", "writeCapacity", "globalSecondaryIndexes"],
    )
    stock = aws.dynamodb.Table(
        "stock",
        name=shop.named("stock"),
        billing_mode="PROVISIONED",
        read_capacity=400,
        write_capacity=200,
        hash_key="article",
        attributes=[{"name": "article", "type": "S"}, {"name": "supplier", "type": "S"}],
        global_secondary_indexes=[
            {
                "name": BY_SUPPLIER,
                "hash_key": "supplier",
                "projection_type": "KEYS_ONLY",
                "read_capacity": 1 if starved else 100,
                "write_capacity": 1 if starved else 200,
            }
        ],
        point_in_time_recovery={"enabled": True},
        server_side_encryption=ours,
        deletion_protection_enabled=True,
        opts=fixed,
    )
    _scale(shop, "stock-read", stock, "Read", bounds=(400, 8000))
    bounds = (200, 50) if faulty("stock-scaling-inverted") else (200, 4000)
    _scale(shop, "stock-write", stock, "Write", bounds=bounds)
    if not starved:
        _scale(shop, "stock-index-read", stock, "Read", bounds=(100, 2000), index=BY_SUPPLIER)
        _scale(shop, "stock-index-write", stock, "Write", bounds=(200, 4000), index=BY_SUPPLIER)
    return Tables(orders, sessions, stock)


def _scale(
    shop: Settings,
    name: str,
    table: aws.dynamodb.Table,
    direction: str,
    *,
    bounds: tuple[int, int],
    index: str | None = None,
) -> None:
    kind = "table" if index is None else "index"
    rest = "" if index is None else f"/index/{index}"
    low, high = bounds
    target = aws.appautoscaling.Target(
        name,
        service_namespace="dynamodb",
        resource_id=pulumi.Output.concat("table/", table.name, rest),
        scalable_dimension=f"dynamodb:{kind}:{direction}CapacityUnits",
        min_capacity=low,
        max_capacity=high,
        opts=shop.here(),
    )
    if name == "stock-read" and faulty("stock-scaling-without-policy"):
        return
    aws.appautoscaling.Policy(
        name,
        name=shop.named(name),
        policy_type="TargetTrackingScaling",
        service_namespace=target.service_namespace,
        resource_id=target.resource_id,
        scalable_dimension=target.scalable_dimension,
        target_tracking_scaling_policy_configuration={
            "target_value": 70,
            "predefined_metric_specification": {
                "predefined_metric_type": f"DynamoDB{direction}CapacityUtilization"
            },
        },
        opts=shop.here(),
    )
