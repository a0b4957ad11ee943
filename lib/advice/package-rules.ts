/** Packages, or the application's own code, that use much of the CPU time that the treatment adds. */
import { humanUs } from '../format/format.ts';
import type { ProfileResult } from '../result/run-result.ts';

/** From this share of the added CPU time on a package is named. */
const COSTLY_SHARE = 0.2;

/**
 * Lines of evidence, the largest first.
 * @param whose CPU time it is: `its CPU`, `the added CPU`
 */
export function costlyPackages({ arms, packages, functions }: ProfileResult, whose: string): string[] {
  const [baseline, treatment] = arms;
  if (baseline === undefined || treatment === undefined) return [];
  const addedUs = treatment.cpuUs - baseline.cpuUs;
  return packages
    .filter(({ kind }) => kind === 'package' || kind === 'application')
    .map(({ name, charged }) => ({ name, us: charged.treatmentUs - charged.baselineUs }))
    .filter(({ us }) => addedUs > 0 && us >= COSTLY_SHARE * addedUs)
    .map(({ name, us }) => {
      const most = functions.find((of) => of.package === name);
      const percent = (Math.min(1, us / addedUs) * 100).toFixed(0);
      // What else differs may have become cheaper, if only by chance.
      const part = us > addedUs ? humanUs(us) : `${humanUs(us)} of ${humanUs(addedUs)}`;
      return (
        `${percent} % of ${whose} is in ${name}: ${part} a request` +
        (most === undefined ? '' : `, most of it in ${most.name} (${most.file})`)
      );
    });
}
