import type { Command } from 'commander';
import { variablesOf } from '../scenario/command.ts';
import type { PlanOptions } from '../plan/plan.ts';
import { say } from '../say.ts';

interface Options extends PlanOptions {
  env?: string;
}

/** `k6-overhead plan --difference 25 --mean 100 --sd 50`: how long a verdict will take. */
export function register(program: Command): void {
  program
    .command('plan')
    .description('how many blocks, requests and minutes a verdict takes; loads nothing')
    .option('--difference <ms>', 'how far the overhead lies from the budget, at least')
    .option('--mean <ms>', 'mean latency')
    .option('--sd <ms>', 'its standard deviation')
    .option('--from <result.json>', 'take the spread from a result of this suite, best of an A/A run')
    .option('--spread <ms>', "standard deviation of a block's difference, if it is known")
    .option('--rate <per second>', 'requests per second; by default that of the environment')
    .option('--seconds <seconds>', 'length of an arm in a block; by default that of the environment')
    .option('--env <name>', 'environment whose plan it is (TEST_ENV)')
    .action(async ({ env, ...options }: Options) => {
      const { planLines } = await import('../plan/plan.ts');
      const lines = await planLines(options, { ...process.env, ...variablesOf({ env, set: {} }) });
      say(...lines);
    });
}
