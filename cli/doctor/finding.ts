/** What the doctor finds: one line, and for a problem another that says what to do. */

export type Finding = { subject: string; text: string } & (
  | { status: 'ok' }
  /** Worth knowing, and nothing that this run needs. */
  | { status: 'note' }
  | { status: 'problem'; remedy: string }
);

export function ok(subject: string, text: string): Finding {
  return { status: 'ok', subject, text };
}

export function note(subject: string, text: string): Finding {
  return { status: 'note', subject, text };
}

/** @param remedy what to do, in the imperative, in one line */
export function problem(subject: string, text: string, remedy: string): Finding {
  return { status: 'problem', subject, text, remedy };
}
