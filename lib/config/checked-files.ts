/** What stands in thresholds/, checked. Bundles for k6 are without these checks, because the build has made them (build.mjs). */
import { checked, type Content, type Field } from './fields.ts';
import { environmentField, profiles } from './schema/environment.ts';
import { settings } from './schema/settings.ts';

const files = { ...profiles, environment: environmentField, settings };

type Files = typeof files;

/**
 * The content of a file as its fields have it.
 * @param place where it stands, such as `thresholds/local.ts`
 * @throws ConfigError one line: the place and the name in it, what is wrong, and what would be right
 */
export function checkedFile<K extends keyof Files>(
  what: K,
  value: unknown,
  place: string,
): Content<Files[K]> {
  return checked(files[what] as Field<Content<Files[K]>>, value, place);
}
