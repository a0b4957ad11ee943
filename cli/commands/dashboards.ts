import type { Command } from 'commander';
import { say } from '../say.ts';

interface Options {
  check?: boolean;
}

/** `k6-overhead dashboards`: alert rules and a dashboard from `thresholds/`. */
export function register(program: Command): void {
  program
    .command('dashboards')
    .description('write alert rules for Prometheus and a dashboard for Grafana from thresholds/')
    .option('--check', 'write nothing; exit code 1 where a file is not as thresholds/ would have it')
    .action(async (options: Options) => {
      const { madeFiles } = await import('../prometheus/files.ts');
      const { differences, writeFiles } = await import('../prometheus/write.ts');
      const { projectFolder } = await import('../scenario/project.ts');
      const files = madeFiles();
      if (options.check !== true) {
        say(...(await writeFiles(projectFolder, files)));
        return;
      }
      const found = await differences(projectFolder, files);
      if (found.length === 0) say('alert rules and dashboard are as thresholds/ has them');
      else say(...found, '"npm run dashboards" writes them anew');
      process.exitCode = found.length === 0 ? 0 : 1;
    });
}
