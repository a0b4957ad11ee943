/** The version of a result's JSON: raised when a field changes its meaning or goes away. */
export const SCHEMA_VERSION = 1;
