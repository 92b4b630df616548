import { startS3World } from './s3-world.ts';

/** S3 in a process of its own, to be killed: prints its port. */
const world = await startS3World({ dataDir: process.argv[2]! });
console.log(world.port);
