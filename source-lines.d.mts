/** A source map as text, with the lines of the sources and without their columns and names. */
export function withoutColumns(text: string): string;
