/** What a bundle was built from. The build replaces this file; run from source it says so. */
export const buildInfo: BuildInfo = { thresholds: 'source', commit: null };

export interface BuildInfo {
  /** First eight digits of the SHA-256 of `thresholds/`: a stale bundle shows in the first line of its report. */
  thresholds: string;
  /** The suite's own git commit, `null` outside a repository. */
  commit: string | null;
}
