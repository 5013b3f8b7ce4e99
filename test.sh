#!/usr/bin/env bash
# Builds everything and runs every test.
#   ./test.sh        all tests; installs what they need when it is missing (Debian and its relatives)
#   ./test.sh fast   without the slow and the browser tests; installs nothing
#   ./test.sh soak   the platforms' soak alone, ten minutes for each (OPENCLAW_SOAK_MINUTES)
# Logs and .trx files are left in TestResults/. The last line is "N passed, N failed, N skipped";
# the exit code is 0 only when the build worked, tests ran and none failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en
export MSBUILDTERMINALLOGGER=off        # its summary cannot be added up
results=$PWD/TestResults
export OPENCLAW_PLATFORM_CAPTURE=$results/platforms   # tests that break rules on purpose do not write there
mark=OPENCLAW_TEST_RUN=$$-$RANDOM       # in the environment of every process that a test starts
export OPENCLAW_PORTAL_LOGS=$results/portal           # logs of portals that met an unhandled exception
group=                                  # process group of the test project that is running
failed=0
hang=8min

say() { printf '\n== %s\n' "$*"; }

# A test that dies can leave a gateway, a browser or an agent behind: end the project's process group,
# then whatever carries our mark but has left the group (browsers open a group of their own).
sweep() {
  local signal environ pid
  for signal in TERM KILL; do
    [ -z "$group" ] || kill -"$signal" -- "-$group" 2>/dev/null || true
    for environ in /proc/[0-9]*/environ; do
      grep -qzxF -- "$mark" "$environ" 2>/dev/null || continue
      pid=${environ#/proc/}
      kill -"$signal" "${pid%/environ}" 2>/dev/null || true
    done
    [ "$signal" = KILL ] || sleep 0.2
  done
  group=
}

# Adds up the line that the runner prints for each project, says the total last, and sets the exit code.
finish() {
  local total
  total=$({ cat "$results"/*.log 2>/dev/null || true; } | awk '
    /^(Passed|Failed|Skipped)!/ { for (i = 1; i <= NF; i++) {
      if ($i == "Failed:") f += $(i+1); if ($i == "Passed:") p += $(i+1); if ($i == "Skipped:") s += $(i+1) } }
    END { printf "%d passed, %d failed, %d skipped\n", p, f, s }')
  case $total in
    "0 passed, 0 failed, "*) failed=1; say "No test ran." ;;
    *", 0 failed, "*) ;;
    *) failed=1 ;;
  esac
  captured
  portal_logs
  printf '\n%s\n' "$total"
  exit "$failed"
}

# What the adapters asked the stand-ins of the platforms, and how much of it broke a published rule: none may.
captured() {
  [ -d "$OPENCLAW_PLATFORM_CAPTURE" ] || return 0
  say "Requests to the platforms' stand-ins"
  cat "$OPENCLAW_PLATFORM_CAPTURE"/soak-*.txt 2>/dev/null || true
  dotnet run --no-build -c Release --project benchmarks/OpenClaw.FakePlatforms -- captured "$OPENCLAW_PLATFORM_CAPTURE" || failed=1
}

# Portals that met an unhandled exception while a test used them.
portal_logs() {
  local log
  for log in "$OPENCLAW_PORTAL_LOGS"/*.log; do
    [ -f "$log" ] || continue
    say "${log#"$PWD"/}"
    grep -m 3 -A 20 'Unhandled exception' "$log" || true
  done
}

give_up() { say "$*"; failed=1; finish; }

find_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

install_tools() {
  local missing=() root=()
  find_browser >/dev/null || missing+=(chromium)
  command -v strace >/dev/null || missing+=(strace)
  command -v sqlite3 >/dev/null || missing+=(sqlite3)
  command -v node >/dev/null || missing+=(nodejs)
  [ -x /usr/sbin/postfix ] || missing+=(postfix)
  [ -x /usr/bin/doveadm ] || missing+=(dovecot-core)
  [ -x /usr/lib/dovecot/imap ] || missing+=(dovecot-imapd)
  [ -x /usr/lib/dovecot/lmtp ] || missing+=(dovecot-lmtpd)
  command -v openssl >/dev/null || missing+=(openssl)
  command -v npm >/dev/null || missing+=(npm)
  ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1 || missing+=(postgresql)
  [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
  command -v promtool >/dev/null || missing+=(prometheus)
  [ ${#missing[@]} -gt 0 ] || return 0

  local advice="The tests need: ${missing[*]}. Install them, or run ./test.sh fast, which does without."
  command -v apt-get >/dev/null || give_up "$advice (There is no apt-get here to do it.)"
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || give_up "$advice (Not root, and no sudo.)"
    if [ -t 0 ]; then root=(sudo); else root=(sudo -n); fi
  fi
  say "Installing ${missing[*]}"
  "${root[@]}" apt-get update -qq || give_up "$advice (apt-get update failed.)"
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    || give_up "$advice (apt-get install failed.)"
}

# Independent peers from the npm registry, which the tests run against and nobody ships. Without them those tests say "skipped".
install_peers() {
  local peer missing=()
  for peer in axe-core@4 ws@8 openai@6 @copilotkit/aimock@1 @a2a-js/sdk@1.3.0 @modelcontextprotocol/server-everything@2026.8.31 standardwebhooks@1.1.1; do
    [ -d "$OPENCLAW_PEERS/node_modules/${peer%@[0-9]*}" ] || missing+=("$peer")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "Installing ${missing[*]}"
  mkdir -p "$OPENCLAW_PEERS"
  npm install --prefix "$OPENCLAW_PEERS" --no-audit --no-fund --silent "${missing[@]}" || say "Not all of them could be installed; the tests that need them are skipped."
}

# In a session of its own, with its output in a file: nothing that it leaves behind can hold our output open.
run_project() {
  local project=$1 name log status=0
  name=$(basename "$project" .csproj)
  log=$results/$name.log
  say "$name"
  : >"$log"
  env "$mark" setsid dotnet test "$project" --no-build -c Release "${filter[@]}" \
    --logger "trx;LogFileName=$name.trx" --results-directory "$results" \
    --blame-hang-timeout "$hang" --blame-hang-dump-type none >"$log" 2>&1 &
  group=$!
  tail -n +1 -f --pid="$group" "$log" || true
  wait "$group" || status=$?
  sweep
  [ "$status" -eq 0 ] || { failed=1; printf '%s: exit code %s\n' "$name" "$status"; }
}

rm -rf "$results"
mkdir -p "$results"
trap sweep EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

filter=()
case ${1-} in
  '') install_tools; export OPENCLAW_PEERS=$PWD/artifacts/peers; install_peers; OPENCLAW_CHROMIUM=$(find_browser) || true; export OPENCLAW_CHROMIUM ;;
  fast) filter=(--filter 'Category!=Slow&Category!=Browser&Category!=Soak') ;;
  soak) hang=40min; filter=(--filter 'Category=Soak' --logger 'console;verbosity=detailed'); export OPENCLAW_SOAK_MINUTES=${OPENCLAW_SOAK_MINUTES-10} ;;
  *) printf 'usage: %s [fast|soak]\n' "$0" >&2; exit 2 ;;
esac
exec </dev/null

command -v dotnet >/dev/null || give_up "The .NET SDK 10 is needed (see global.json): https://dotnet.microsoft.com/download"
say "Build"
dotnet build OpenClaw.sln -c Release -warnaserror -nodeReuse:false || give_up "The build failed."

for project in *.Tests/*.Tests.csproj; do run_project "$project"; done
finish
