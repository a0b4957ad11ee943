/** What a bundle was built from. The build replaces this file; run from source it says so. */
export const buildInfo: BuildInfo = { thresholds: 'source', build: 'source', commit: null };

export interface BuildInfo {
  /** First eight digits of the SHA-256 of `thresholds/`: a stale bundle shows in the first line of its report. */
  thresholds: string;
  /** First eight digits of the SHA-256 of all that a bundle is built from: load generators of one run have the same. */
  build: string;
  /** The suite's own git commit, `null` outside a repository. */
  commit: string | null;
}
