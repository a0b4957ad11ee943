/** Names that someone may have meant. */

/** The name that a wrong one most likely stands for; `undefined` where none is near. */
export function nearestName(wrong: string, names: readonly string[]): string | undefined {
  const [nearest] = byDistance(wrong, names);
  // More than a third of the letters wrong is another name.
  if (nearest !== undefined && nearest.distance <= Math.max(2, wrong.length / 3)) return nearest.name;
  // Often it is the unit that was left out.
  return names.find((name) => wrong.length > 2 && name.toLowerCase().startsWith(wrong.toLowerCase()));
}

/** Names by how near they are to another, nearest first. */
function byDistance(wrong: string, names: readonly string[]): { name: string; distance: number }[] {
  return names
    .map((name) => ({ name, distance: distance(wrong.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
}

/** Levenshtein's distance: how many letters must be put in, taken out or replaced. */
export function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
