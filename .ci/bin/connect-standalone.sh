#!/usr/bin/env bash
# Kafka's own program of this name, out of Maven's libraries in place of Kafka's archive.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
libraries="$root/target/connect"
if [ ! -d "$libraries" ]; then
  mvn -B -ntp -q -f "$root/.ci/connect.xml" dependency:copy-dependencies -DoutputDirectory="$libraries" >&2
fi
exec java -cp "$libraries/*" org.apache.kafka.connect.cli.ConnectStandalone "$@"
