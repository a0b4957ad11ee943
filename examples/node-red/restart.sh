#!/usr/bin/env bash
# Starts Node-RED under OpenTelemetry's auto-instrumentation, and ends the one that this script started before. The settings
# that are compared come in its environment, all off by default; the others stand here.
set -euo pipefail
cd "$(dirname "$0")"

export OTEL_SDK_DISABLED="${OTEL_SDK_DISABLED:-true}" OTEL_TRACES_SAMPLER_ARG="${OTEL_TRACES_SAMPLER_ARG:-0}"
export OTEL_METRICS_EXPORTER="${OTEL_METRICS_EXPORTER:-none}"
export OTEL_NODE_ENABLED_INSTRUMENTATIONS="${OTEL_NODE_ENABLED_INSTRUMENTATIONS:-http}"
export OTEL_SERVICE_NAME=orders
export OTEL_EXPORTER_OTLP_PROTOCOL=http/json
export OTEL_EXPORTER_OTLP_ENDPOINT="${OTEL_EXPORTER_OTLP_ENDPOINT:-http://127.0.0.1:4318}"
export OTEL_LOGS_EXPORTER=none
export OTEL_TRACES_SAMPLER=traceidratio
export OTEL_NODE_RESOURCE_DETECTORS=env,process
# By default spans go out each 5 s and metrics each 60 s: short arms would not see them.
export OTEL_BSP_SCHEDULE_DELAY=500
export OTEL_METRIC_EXPORT_INTERVAL=1000 OTEL_METRIC_EXPORT_TIMEOUT=1000

if [ -f node-red.pid ]; then
  old=$(cat node-red.pid)
  kill "$old" 2>/dev/null || true
  while kill -0 "$old" 2>/dev/null; do sleep 0.05; done
fi
if [ "${1:-}" = stop ]; then
  rm -f node-red.pid
  exit
fi

nohup node --require @opentelemetry/auto-instrumentations-node/register \
  node_modules/node-red/red.js --userDir . > node-red.log 2>&1 < /dev/null &
echo $! > node-red.pid
