import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** A process of its own, as a function is: reads an object as the row counter does, counts nothing, prints milliseconds. */
const [endpoint = '', Bucket = '', Key = ''] = process.argv.slice(2);
const s3 = new S3Client({
  endpoint,
  forcePathStyle: true,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  responseChecksumValidation: 'WHEN_REQUIRED',
});
const began = performance.now();
const { Body, ContentLength } = await s3.send(new GetObjectCommand({ Bucket, Key }));
let readBytes = 0;
for await (const chunk of Body as unknown as AsyncIterable<Uint8Array>) readBytes += chunk.length;
if (readBytes !== ContentLength) throw new Error(`read ${readBytes} of ${ContentLength} bytes`);
console.log(performance.now() - began);
