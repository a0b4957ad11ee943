/** The overhead experiment as k6's five exports. */
import { overheadConfig } from '../config/overhead-config.ts';
import { resultOfOverhead } from '../summary/from-overhead-summary.ts';
import { armsTest } from './arms-script.ts';

/** k6's five exports of the experiment; `iteration` is its default function. */
export function overheadTest() {
  return armsTest(overheadConfig, resultOfOverhead);
}
