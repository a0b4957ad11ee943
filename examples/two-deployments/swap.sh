#!/usr/bin/env bash
# Gives the two deployments each other's flags, or their own again, and waits until both have forgotten the old ones.
set -euo pipefail
if [ "$SETTINGS_CROSSED" = true ]; then flags=(on off); else flags=(off on); fi
redis-cli -u "${REDIS_URL:-redis://127.0.0.1:6379}" MSET tracing:a "${flags[0]}" tracing:b "${flags[1]}"
sleep 2.5
