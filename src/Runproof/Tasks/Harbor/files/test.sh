#!/bin/sh
# Grades the answer in /testbed: the reward stands in /logs/verifier/reward.txt afterwards. Nothing that an agent left in the environment or among Python's modules steers it.
rm -rf /logs/verifier/reward.txt /logs/verifier/reward.json || exit 1
exec env -i PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin LANG=C.UTF-8 /usr/bin/python3 -I -B "$(dirname "$(readlink -f "$0")")/judge.py"
