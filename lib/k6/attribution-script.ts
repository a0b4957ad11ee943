/** The attribution of the overhead to its flags as k6's five exports. */
import { attributionConfig } from '../config/attribution-config.ts';
import { resultOfAttribution } from '../summary/from-attribution-summary.ts';
import { armsTest } from './arms-script.ts';

/** k6's five exports of attribution; `iteration` is its default function. */
export function attributionTest() {
  return armsTest(attributionConfig, resultOfAttribution);
}
