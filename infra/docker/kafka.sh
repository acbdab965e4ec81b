#!/bin/sh
# Starts one KRaft broker with SCRAM and ACLs: formats the data folder the first time, with the administrator in it.
set -eu
: "${KAFKA_ADMIN_PASSWORD:?is missing; run scripts/make-env}" "${KAFKA_CLUSTER_ID:?is missing; run scripts/make-env}"
sed "s|@PASSWORD@|$KAFKA_ADMIN_PASSWORD|g" /etc/zvh/server.properties.in > /tmp/server.properties
if [ ! -f /var/lib/kafka/data/meta.properties ]; then
  /opt/kafka/bin/kafka-storage.sh format --standalone -t "$KAFKA_CLUSTER_ID" -c /tmp/server.properties \
    --add-scram "SCRAM-SHA-256=[name=admin,password=$KAFKA_ADMIN_PASSWORD]"
fi
exec /opt/kafka/bin/kafka-server-start.sh /tmp/server.properties
