// DynamoDB, in a process of its own: the busiest part of a local run must not hold up the gateway.
// Started by dynamodb.ts with the folder of its tables; says over the channel on which port it listens.
import dynalite from 'dynalite';

const server = dynalite({ path: process.argv[2], createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
// an idle SDK connection is kept for longer than Node's own five seconds
server.keepAliveTimeout = 65_000;

// Ctrl-C and the like reach every process of the group: it is the parent that decides when to stop
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
// the parent has stopped, or was killed; what was written is on its way to the disk in any case
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
