import { checkText, fieldsOf, refuseUnknown, wrong } from './checked-fields.ts';

/** What a stack says, in an output, of an ingest bucket that it did not make: `{"versioned":true,"keyArn":"arn:aws:kms:…"}`. */
export interface ExistingBucket {
  readonly versioned: boolean;
  /** ARN of the KMS key that encrypts its objects. */
  readonly keyArn?: string;
}

/** @param output its name, for an error @throws Error saying what cannot be read */
export function parseExistingBucket(output: string, text: string): ExistingBucket {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`the output ${output} is no JSON: ${text}`, { cause });
  }
  const { versioned, keyArn, ...unknown } = fieldsOf(value, output);
  refuseUnknown(unknown, output);
  if (typeof versioned !== 'boolean') throw wrong(`${output}.versioned`, versioned, 'write true or false');
  if (keyArn !== undefined) checkText(`${output}.keyArn`, keyArn);
  return { versioned, ...(keyArn !== undefined && { keyArn: keyArn as string }) };
}
