#!/usr/bin/env bash
# A standalone Spark cluster on loopback from the pyspark wheel: a master and two workers, each a JVM of its own.
#   scripts/spark_cluster.sh start FOLDER [PORT] [PYTHON]   prints spark://127.0.0.1:PORT when both workers are there
#   scripts/spark_cluster.sh stop FOLDER                    ends exactly what start had started
# FOLDER keeps the logs, the process ids and the workers' scratch files. PORT 0 (default) takes a free one.
set -euo pipefail

verb=${1:-} folder=${2:-} port=${3:-0} python=${4:-python3}
[ -n "$verb" ] && [ -n "$folder" ] || { sed -n '2,5s/^# //p' "$0" >&2; exit 2; }

stop() {
  [ -f "$folder/pids" ] || return 0
  while read -r pid began; do
    # A number may belong to another process by now: only one that began when ours did is ours.
    [ "$(cut -d' ' -f22 "/proc/$pid/stat" 2>/dev/null)" = "$began" ] && kill "$pid" 2>/dev/null || true
  done <"$folder/pids"
  rm -f "$folder/pids"
}

note() { echo "$1 $(cut -d' ' -f22 "/proc/$1/stat")" >>"$folder/pids"; }

wait_for() { # what is written in a log, within a minute
  for _ in $(seq 300); do
    [ "$(grep -c "$1" "$folder/master.log" 2>/dev/null || true)" -ge "$2" ] && return 0
    sleep 0.2
  done
  echo "The Spark cluster did not start within a minute; its logs are in $folder." >&2
  stop
  exit 1
}

start() {
  mkdir -p "$folder"
  folder=$(cd "$folder" && pwd)
  [ ! -f "$folder/pids" ] || { echo "$folder holds a running cluster; stop it first." >&2; exit 1; }
  : >"$folder/master.log"
  SPARK_HOME=$("$python" -c 'import pathlib, pyspark; print(pathlib.Path(pyspark.__file__).parent)')
  PYSPARK_PYTHON=$("$python" -c 'import sys; print(sys.executable)')
  export SPARK_HOME PYSPARK_PYTHON SPARK_LOCAL_IP=127.0.0.1 SPARK_DAEMON_MEMORY=256m
  local role=$SPARK_HOME/bin/spark-class master
  "$role" org.apache.spark.deploy.master.Master --host 127.0.0.1 --port "$port" --webui-port 0 \
    >"$folder/master.log" 2>&1 </dev/null &
  note $!
  wait_for 'Starting Spark master at' 1
  master=$(grep -o 'spark://127.0.0.1:[0-9]*' "$folder/master.log" | head -n 1)
  for worker in 1 2; do
    "$role" org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --cores 1 --memory 2g \
      --work-dir "$folder/work$worker" --webui-port 0 "$master" >"$folder/worker$worker.log" 2>&1 </dev/null &
    note $!
  done
  wait_for 'Registering worker' 2
  echo "$master"
}

case $verb in
start) start ;;
stop) stop ;;
*) echo "start or stop, not $verb" >&2; exit 2 ;;
esac
