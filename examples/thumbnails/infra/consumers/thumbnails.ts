import { allow, type ConsumerDefinition } from '@sluice-pipeline/sluice';

// sluice add consumer thumbnails --prefix images/ --suffix .jpg --suffix .jpeg --suffix .png --suffix .webp --created --reads object --keeps objects --kind slow
/** Keeps objects under thumbnails/ of the output bucket, of objects under images/ named ….jpg or ….jpeg or ….png or ….webp, created. */
export const thumbnails = (): ConsumerDefinition => ({
  name: 'thumbnails',
  pattern: {
    'detail-type': ['Object Created'],
    detail: { object: { key: [{ prefix: 'images/' }] } },
  },
  keeps: {
    objects: 'thumbnails/',
    of: { endings: ['.jpg', '.jpeg', '.png', '.webp'], otherwise: 'of another name than it takes' },
  },
  kind: 'slow',
  // native code: put beside the bundle, for Lambda's platform and for this machine's
  modules: ['sharp'],
  environment: ({ outputBucket }) => ({ OUTPUT_BUCKET: outputBucket.bucketName }),
  grants: ({ ingestBucket, outputBucket }) => [
    allow(['s3:GetObject', 's3:GetObjectVersion'], ingestBucket.arnForObjects('images/*')),
    // without it S3 answers 403, not 404, for an object that is gone
    allow(['s3:ListBucket'], ingestBucket.bucketArn),
    // keepObject looks at what lies there before it replaces it
    allow(['s3:PutObject', 's3:GetObject'], outputBucket.arnForObjects('thumbnails/*')),
  ],
});
