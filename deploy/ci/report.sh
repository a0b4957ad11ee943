#!/usr/bin/env bash
# What CI makes of the results in reports/. Judges nothing but the trend: the gates are the exit codes of the runs.
#
#   report.sh pages     reports/report.html and reports/junit.xml
#   report.sh summary   reports/comment.md, and the summary of the step in GitHub Actions; HTML_LINK: where the HTML is
#   report.sh trend     adds the results to history/, and ends with 99 where something became worse that was not before
#   report.sh accept    takes the results for the baseline
#
# Run it in the suite's folder. Where there is no result, it says so in the same places.
set -euo pipefail
shopt -s nullglob

results=(reports/*.json)
step="${1:?pages, summary, trend or accept}"

if [ ${#results[@]} -eq 0 ]; then
  echo 'no load test has left a result: the steps above say why'
  if [ "$step" = summary ]; then
    printf '## ❌ No result\n\nNo load test has left a result. The log of the run says why.\n' >reports/comment.md
    if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat reports/comment.md >>"$GITHUB_STEP_SUMMARY"; fi
  fi
  exit 0
fi

case "$step" in
  pages)
    # The summary of the step is for the Markdown, which needs the link to these pages.
    GITHUB_STEP_SUMMARY='' npm run -s report -- "${results[@]}" --history history \
      --html reports/report.html --junit reports/junit.xml
    ;;
  summary)
    npm run -s report -- "${results[@]}" --history history --markdown reports/comment.md \
      ${HTML_LINK:+--html-link "$HTML_LINK"}
    ;;
  trend)
    npm run -s history -- add "${results[@]}"
    code=0
    # A history begins short.
    npm run -s trend -- --allow-short --html reports/trend.html --markdown reports/trend.md || code=$?
    if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f reports/trend.md ]; then cat reports/trend.md >>"$GITHUB_STEP_SUMMARY"; fi
    exit $code
    ;;
  accept)
    code=0
    # One that is no baseline leaves the others to be accepted.
    for result in "${results[@]}"; do npm run -s baseline -- accept "$result" || code=$?; done
    exit $code
    ;;
  *)
    echo "report.sh: '$step'; allowed: pages, summary, trend, accept" >&2
    exit 2
    ;;
esac
