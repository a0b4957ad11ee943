import type { Command } from 'commander';

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
        process.stdout.write(`${(await writeFiles(projectFolder, files)).join('\n')}\n`);
        return;
      }
      const found = await differences(projectFolder, files);
      process.stdout.write(
        found.length === 0
          ? 'alert rules and dashboard are as thresholds/ has them\n'
          : `${found.join('\n')}\n"npm run dashboards" writes them anew\n`,
      );
      process.exitCode = found.length === 0 ? 0 : 1;
    });
}
