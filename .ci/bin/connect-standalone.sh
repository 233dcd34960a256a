#!/usr/bin/env bash
# Kafka's own program of this name, out of Maven's libraries in place of Kafka's archive in /opt/kafka: as there, the file
# connector is not on the class path.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
libraries="$root/target/connect"
if [ ! -d "$libraries/libs" ]; then
  mvn -B -ntp -q -f "$root/.ci/connect.xml" dependency:copy-dependencies -DoutputDirectory="$libraries/libs" >&2
fi
sed "s#/opt/kafka/#$libraries/#" "$1" >"$libraries/worker.properties"
class_path=$(find "$libraries/libs" -name '*.jar' ! -name 'connect-file-*' -printf '%p:')
exec java -cp "$class_path" org.apache.kafka.connect.cli.ConnectStandalone "$libraries/worker.properties" "${@:2}"
