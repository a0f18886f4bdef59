"""A serverless shop with flash sales: catalog, orders, payments, partners."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws
from shop import keys, settings, storage
from shop.cache import Cache
from shop.database import Database
from shop.domain import Domain
from shop.edge import Front, make_distribution
from shop.firewall import make_firewall
from shop.front_api import FrontApi, make_customers
from shop.functions import Functions, make_functions
from shop.messages import make_messages
from shop.network import Doors, Network
from shop.partner_api import PartnerApi
from shop.parts import Parts
from shop.safety import make_backups, make_budget
from shop.settings import Settings, faulty
from shop.tables import make_tables
from shop.vault import make_parameters, make_vault, rotate
from shop.watch import Watched, alarm_topic, make_alarms, make_dashboard, make_edge_alarms
from shop.workflow import make_refunds


def make_parts(shop: Settings, key: aws.kms.Key, logs: storage.Bucket) -> Parts:
    """All that keeps something."""
    network = Network("network", shop, key, shop.here())
    doors = Doors("doors", shop, network, shop.here())
    vault = make_vault(shop, key)
    uploads = storage.Bucket("uploads", shop, key=key, logs=logs, expire_days=90, opts=shop.here())
    uploads.allow()
    return Parts(
        shop=shop,
        key=key,
        network=network,
        doors=doors,
        database=Database(
            "database", shop, network=network, doors=doors, key=key, vault=vault, opts=shop.here()
        ),
        cache=Cache("cache", shop, network=network, doors=doors, key=key, opts=shop.here()),
        tables=make_tables(shop, key),
        messages=make_messages(shop, key),
        vault=vault,
        uploads=uploads,
        images=storage.image_repository(shop, key),
    )


def publish(
    parts: Parts, functions: Functions, logs: storage.Bucket, edge: aws.kms.Key
) -> tuple[aws.cloudfront.Distribution, FrontApi, PartnerApi]:
    """All that the world can reach."""
    shop, key = parts.shop, parts.key
    domain = Domain("domain", shop, edge, shop.near_viewers())
    apart = shop.home if faulty("certificate-in-wrong-region") else shop.virginia
    shown = domain.certificate("shop", shop.domain, apart)
    front_api = FrontApi(
        "front",
        shop,
        functions=functions,
        customers=make_customers(shop),
        key=key,
        certificate=domain.certificate("front", f"api.{shop.domain}", shop.home),
        opts=shop.here(),
    )
    partner_api = PartnerApi(
        "partners",
        shop,
        functions=functions,
        key=key,
        certificate=domain.certificate("partners", f"partners.{shop.domain}", shop.home),
        firewall=make_firewall("partners", "REGIONAL", shop, key, shop.here()),
        opts=shop.here(),
    )
    distribution = make_distribution(
        Front(
            shop=shop,
            assets=storage.Bucket(
                "assets", shop, key=key, logs=logs, expire_days=None, opts=shop.here()
            ),
            logs=logs,
            api_host=front_api.host,
            certificate=shown,
            firewall=make_firewall("front", "CLOUDFRONT", shop, edge, shop.near_viewers()),
        )
    )
    for host in (shop.domain, f"www.{shop.domain}"):
        domain.alias(host, distribution.domain_name, distribution.hosted_zone_id)
    configured = front_api.domain.domain_name_configuration
    domain.alias(front_api.host, configured.target_domain_name, configured.hosted_zone_id)
    regional = partner_api.domain
    domain.alias(partner_api.host, regional.regional_domain_name, regional.regional_zone_id)
    return distribution, front_api, partner_api


def main() -> None:
    """Put the shop together."""
    shop = settings.load()
    key, edge = keys.data_key(shop), keys.edge_key(shop)
    logs = storage.log_bucket(shop)
    parts = make_parts(shop, key, logs)
    functions = make_functions(parts)
    rotate(parts.vault, shop, functions.rotation)
    refunds = make_refunds(shop, key, parts.messages, functions.refund)
    distribution, front_api, partner_api = publish(parts, functions, logs, edge)
    parameters = make_parameters(shop, key)
    tables, messages = parts.tables, parts.messages
    dead = {"failures": messages.failures.name}
    if messages.fulfilment.dead is not None:
        dead["fulfilment-dead"] = messages.fulfilment.dead.name
    watched = Watched(
        functions=functions.names(),
        database=parts.database.cluster.cluster_identifier,
        cache=parts.cache.group.replication_group_id,
        tables={
            "orders": tables.orders.name,
            "sessions": tables.sessions.name,
            "stock": tables.stock.name,
        },
        dead_letters=dead,
        fulfilment=messages.fulfilment.main.name,
        front_api=front_api.api.id,
        partner_api=partner_api.api.name,
        workflow=refunds.arn,
        distribution=distribution.id,
    )
    bell = alarm_topic("alarms", shop, key, shop.here())
    make_alarms(shop, watched, bell)
    make_edge_alarms(shop, watched, alarm_topic("edge-alarms", shop, edge, shop.near_viewers()))
    make_dashboard(shop, watched)
    kept = {
        "database": parts.database.cluster.arn,
        "orders": tables.orders.arn,
        "sessions": tables.sessions.arn,
        "stock": tables.stock.arn,
        "uploads": parts.uploads.bucket.arn,
    }
    make_backups(shop, key, kept, bell)
    make_budget(shop)
    aws.xray.EncryptionConfig("traces", type="KMS", key_id=key.arn, opts=shop.here())
    pulumi.export("storefront", f"https://{shop.domain}")
    pulumi.export("distribution", distribution.id)
    pulumi.export("banner", parameters["banner"].name)
    if faulty("password-in-output"):
        password = parts.vault.database_password
        pulumi.export("databasePassword", pulumi.Output.unsecret(password))


main()
