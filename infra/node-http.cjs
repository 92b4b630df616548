// Node's `http`, for a bundle. Imported by an ES module as itself, Node reads each of its members, WebSocket too, and with that
// loads the whole of undici: a fifth of the time in which a function's code is loaded.
module.exports = process.getBuiltinModule('node:http');
