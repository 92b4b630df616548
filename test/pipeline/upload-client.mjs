// An ordinary client: it knows the endpoint, the Region and dummy credentials from its environment, and nothing else.
import { gzipSync } from 'node:zlib';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const s3 = new S3Client();
const keys = JSON.parse(process.argv[2]);
const next = keys[Symbol.iterator]();

await Promise.all(
  Array.from({ length: 16 }, async () => {
    for (const Key of next) {
      const text = `a,b\n${Key.length},2\n`;
      const Body = /\.gz$/i.test(Key) ? gzipSync(text) : text;
      await s3.send(new PutObjectCommand({ Bucket: process.env.BUCKET, Key, Body }));
    }
  }),
);
