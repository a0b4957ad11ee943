/** What few users need, behind one function: each function that a user makes costs memory. */
import loadControl from './control.ts' with { load: 'deferred' };
import timedAnswer from './timed-answer.ts' with { load: 'deferred' };
import tokenOf from './token.ts' with { load: 'deferred' };
import watchBeside from './watcher.ts' with { load: 'deferred' };

export default () => ({ loadControl, timedAnswer, tokenOf, watchBeside });
