import { GetObjectCommand, ListObjectsV2Command, type ListObjectsV2CommandInput } from '@aws-sdk/client-s3';
import { s3 } from './mocked-aws.ts';

/** An object of the ledger: when it was written, and its lines. */
export interface WrittenLines {
  readonly at: string;
  /** A text is written as it stands. */
  readonly lines: readonly (object | string)[];
}

/** The mocked output bucket holds these, by their keys: `ledger/dt=2026-11-20/hour=11/a.ndjson`. */
export function ledgerHolds(objects: Readonly<Record<string, WrittenLines>>): void {
  const texts = new Map(
    Object.entries(objects).map(([key, { lines }]) => [
      key,
      lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
    ]),
  );
  s3.on(ListObjectsV2Command).callsFake(({ Prefix = '' }: ListObjectsV2CommandInput) => ({
    Contents: Object.entries(objects)
      .filter(([key]) => key.startsWith(Prefix))
      .map(([key, { at }]) => ({
        Key: encodeURIComponent(key),
        Size: Buffer.byteLength(texts.get(key) ?? ''),
        LastModified: new Date(at),
      })),
  }));
  s3.on(GetObjectCommand).callsFake(({ Key = '' }: { readonly Key?: string }) => ({
    Body: { transformToString: async () => texts.get(Key) },
  }));
}
