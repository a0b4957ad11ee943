/** The gauge of all that the monitor sees; every user has it, so it stands alone here. */
export const MONITOR = 'monitor';
