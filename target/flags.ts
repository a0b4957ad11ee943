// The five switches of observability, by the names that the guide gives them.

export const flagNames = [
  'ENABLE_OBSERVABILITY',
  'ENABLE_LANGFUSE_EXPORT',
  'ENABLE_ASYNC_TRACE_EXPORT',
  'TRACK_MODEL_COSTS',
  'ENABLE_SIMILARITY_LOGGING',
] as const;

export type FlagName = (typeof flagNames)[number];
export type Flags = Readonly<Record<FlagName, boolean>>;

/** Echoes the flags in force in every answer of the workflow API; asks for others in a request. */
export const flagHeader = 'X-Observability-Flags';

export const isFlagName = (name: string): name is FlagName => (flagNames as readonly string[]).includes(name);

/** Flags from `read`, which returns undefined for a flag that is not given; those become true. */
export function flagsFrom(read: (name: FlagName) => boolean | undefined): Flags {
  return Object.fromEntries(flagNames.map((name) => [name, read(name) ?? true])) as Flags;
}

/** `NAME=true,NAME=false,…` in the order of `flagNames`: the header's format. */
export function formatFlags(flags: Flags): string {
  return flagNames.map((name) => `${name}=${flags[name]}`).join(',');
}

/** Reads the header's format; names may be left out. Throws an Error of one line. */
export function parseFlagHeader(text: string): Partial<Flags> {
  const pairs = text.split(',').map((pair) => pair.trim());
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value] = pair.split('=');
      if (!isFlagName(name) || (value !== 'true' && value !== 'false'))
        throw new Error(
          `${flagHeader}: "${pair}" is not NAME=true or NAME=false with one of ${flagNames.join(', ')}`,
        );
      return [name, value === 'true'];
    }),
  );
}

/** Reads `{"NAME": true, …}` from an untrusted body; names may be left out. Throws an Error of one line. */
export function parseFlagObject(input: unknown): Partial<Flags> {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new Error('flags: must be an object such as {"TRACK_MODEL_COSTS": false}');
  for (const [name, value] of Object.entries(input)) {
    if (!isFlagName(name)) throw new Error(`flags.${name}: no such flag; there are ${flagNames.join(', ')}`);
    if (typeof value !== 'boolean') throw new Error(`flags.${name}: must be true or false`);
  }
  return input;
}
