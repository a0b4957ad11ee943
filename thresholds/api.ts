/**
 * The API under test: the guide's, until `npm run init` writes your own here. An environment changes by `api` what differs
 * there: local and ci, which are for the reference target, keep the guide's.
 */
import { guideApi } from './guide-api.ts';
import type { Api } from './types.ts';

export const api: Api = guideApi;
