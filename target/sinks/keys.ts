// What the sinks take as credentials. They guard nothing: they let a wrong header show.

export const langfuseKeys = { publicKey: 'pk-lf-local', secretKey: 'sk-lf-local' } as const;
export const rudderStackWriteKey = 'local-write-key';
