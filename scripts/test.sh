#!/bin/sh
# The whole suite on SQLite, then all that asks the database something of its own again on PostgreSQL
# with Redis (of the pages: lists, figures and the room).
# A test that is skipped although it could run here fails the suite (tests/conftest.py).
set -eu
export THEMIS_NO_SKIPS=1
THEMIS_HOME=$(mktemp -d)
export THEMIS_HOME
trap 'rm -rf "$THEMIS_HOME"' EXIT
# Where it is set, every program that a test starts would compile all it imports anew.
unset PYTHONDONTWRITEBYTECODE
cores=$(getconf _NPROCESSORS_ONLN)
workers=$((cores + 1)) # some of them wait for a browser or a server
if [ $# -gt 0 ]; then .venv/bin/pytest "$@"; exit; fi
.venv/bin/pytest -q -n "$workers" --dist loadfile --no-loadscope-reorder tests
echo
echo "Again on PostgreSQL and Redis:"
DATABASE_URL=$STACK_DATABASE_URL REDIS_URL=$STACK_REDIS_URL .venv/bin/pytest -q -n "$workers" --dist loadfile -m "not once" \
  tests/accounts tests/notices tests/trajectories tests/verdicts tests/reviews tests/rewards \
  tests/pipeline tests/api tests/live tests/agreement/test_work.py tests/web/test_list.py \
  tests/web/test_trust.py tests/web/test_charts.py tests/web/test_room.py tests/web/test_uploads.py
