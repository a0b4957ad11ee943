/** A module of the project as Node has it, as its file is now: nothing of it is kept. */
export function importTypeScript(file: string): Promise<unknown>;
