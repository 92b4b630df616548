/**
 * What we need of Node's `http`. An `import` of it reads each of its members, `WebSocket` too, and with that loads the
 * whole of undici: 50 ms of CPU at every start of a process.
 *
 * @see https://github.com/nodejs/node/blob/v24.x/lib/http.js
 */
export const { Agent, createServer, request } = process.getBuiltinModule('node:http');
