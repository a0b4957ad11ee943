// Node-RED as a workflow engine: no editor, and nothing but warnings in its log.
module.exports = {
  flowFile: 'flows.json',
  credentialSecret: false,
  uiHost: '127.0.0.1',
  uiPort: process.env.PORT ?? 1880,
  httpAdminRoot: false,
  logging: { console: { level: 'warn' } },
};
