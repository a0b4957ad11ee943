import { Option, type Command } from 'commander';
import type { Given } from '../init/run.ts';

const also = (value: string, before: string[]) => [...before, value];

/** `k6-overhead init`: a team's own service from one example request. Ends as `doctor` does. */
export function register(program: Command): void {
  program
    .command('init')
    .description(
      'write thresholds/ for your own service from one example request, and check it; asks in a terminal',
    )
    .option('--env <name>', 'environment to write, a file of thresholds/; staging by default')
    .option('--curl <line>', 'an example request as a line for curl; - reads it from standard input')
    .option('--har <file>', 'as an entry of a HAR file: file.har#3')
    .option('--openapi <file>', 'as an operation of an OpenAPI 3 file')
    .option('--operation <id>', 'its operationId, or method and path: "POST /orders"')
    .option('--path <path>', 'by its path below --base-url, or its address')
    .option('--method <method>', 'of --path; GET by default, POST with a --body')
    .option('--body <text>', 'of --path')
    .option(
      '--header <name: value>',
      'beside those of the example; $NAME is a variable; may be repeated',
      also,
      [],
    )
    .option('--base-url <url>', 'where the service is, if the example does not tell')
    .option('--token <variable>', 'the variable that holds the bearer token, never the token')
    .option('--probe <path>', "asked before any load; the example's own path by default")
    .option('--monitor <path>', 'where the service says numbers about itself; may be repeated', also, [])
    .addOption(
      new Option('--by <way>', 'how observability is switched').choices([
        'call',
        'command',
        'header',
        'deployments',
        'none',
      ]),
    )
    .option('--setting <NAME=off,on>', 'what is switched, and its values; may be repeated', also, [])
    .option('--main <setting>', 'the setting without which the others do nothing')
    .option('--switch <call>', 'by call: PUT /flags {"on":"{value}"}, or a line for curl', also, [])
    .option('--command <command>', 'by command: run for each switch, with the settings in its environment')
    .option('--usual <arm>', 'by call or command: put back where the service does not say what it has')
    .option('--switch-header <name: value>', 'by header: X-Flags: {settings}')
    .option('--url <arm=address>', 'by deployments: none=https://a, all=https://b', also, [])
    .option('--swap <command>', 'by deployments: exchanges the two')
    .option(
      '--proof <proof>',
      "how a switch is proven: 'echo X-Flags', 'read /flags flags', 'counter /metrics spans_total', 'uptime /health uptime', none; may be repeated",
      also,
      [],
    )
    .option('--no-send', 'do not send the example once to see its answer')
    .option('--force', 'write over files that were edited', false)
    .action(async (given: Given) => {
      const { runInit } = await import('../init/run.ts');
      process.exitCode = await runInit(given);
    });
}
