#!/usr/bin/env bash
# Exchanges the flags of the two deployments, and waits until both have forgotten the old ones.
set -euo pipefail
redis=(redis-cli -u "${REDIS_URL:-redis://127.0.0.1:6379}")
a=$("${redis[@]}" GET tracing:a)
b=$("${redis[@]}" GET tracing:b)
"${redis[@]}" MSET tracing:a "$b" tracing:b "$a"
sleep 2.5
