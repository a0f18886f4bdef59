"""A trading venue, put together; `EXCHANGE_FAULTS` plants faults in it (see faults.yaml)."""

import pulumi
from venue.assurance import make_backups, make_trail
from venue.common import load_settings
from venue.data import make_stores
from venue.edge import make_edge
from venue.groups import make_groups
from venue.identity import release_pipeline
from venue.keys import make_keys
from venue.messaging import make_messaging
from venue.network import Network
from venue.services import Parts, make_services
from venue.settlement import make_settlement
from venue.storage import make_buckets
from venue.vault import make_vault
from venue.watch import make_alarms

settings = load_settings()
keys = make_keys(settings)
network = Network("network", settings, keys.audit)
groups = make_groups(settings, network)
buckets = make_buckets(settings, keys)
messaging = make_messaging(settings, keys)
parts = Parts(
    network=network,
    groups=groups,
    keys=keys,
    buckets=buckets,
    messaging=messaging,
    stores=make_stores(settings, network, groups, keys, messaging),
    vault=make_vault(settings, keys),
    edge=make_edge(settings, network, groups, keys, buckets),
)
services = make_services(settings, parts)
settlement = make_settlement(settings, parts)
make_alarms(settings, parts, services, settlement)
make_trail(settings, keys, buckets)
make_backups(settings, keys, messaging)
release_pipeline(settings)

pulumi.export("balancer", parts.edge.balancer.dns_name)
pulumi.export("cluster", services.cluster.name)
