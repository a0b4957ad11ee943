/** Server-sent events, as far as k6's dashboard uses them: one `data` and one `event` line, then an empty line. */

/**
 * Gives a function that takes the stream piece by piece, and calls `on` for each event that is whole.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function eventReader(on: (event: string, data: string) => void): (piece: string) => void {
  let rest = '';
  return (piece) => {
    const blocks = (rest + piece).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const [event, data] = [field('event'), field('data')];
      if (event !== undefined && data !== undefined) on(event, data);
    }
  };
}
