import { ObjectError } from '../object-error.ts';
import type { ByteSource } from './byte-source.ts';

/** How many bytes of what does not belong are shown. */
const SHOWN_BYTES = 8;

/**
 * Accounts for every byte behind a finished member (gzip), frame (zstd) or stream: nothing, zeros to the very end as
 * padding, or another one, which `isNext` tells by its first bytes. The source is then at its end, or at the next one.
 *
 * @returns whether another one follows.
 * @throws ObjectError `damaged-content` on anything else, with how many bytes there are, where and which.
 */
export async function goesOn(
  source: ByteSource,
  what: string,
  isNext: (head: Buffer) => boolean = () => false,
): Promise<boolean> {
  const endsAt = source.position;
  const head = await source.peek(SHOWN_BYTES);
  if (head.length > 0 && isNext(head)) {
    return true;
  }
  await skipZeros(source);
  const strange = Buffer.from(await source.peek(SHOWN_BYTES));
  if (strange.length === 0) {
    return false;
  }
  const at = source.position;
  const zeros = at - endsAt;
  const bytes = await bytesToTheEnd(source);
  const padding = zeros === 0 ? '' : `, and ${count(zeros, 'zero byte')} of padding`;
  throw new ObjectError(
    'damaged-content',
    `behind the last ${what}, which ends at byte ${endsAt}${padding}, there ${bytes === 1 ? 'is' : 'are'} ${count(bytes, 'byte')} from byte ${at} on ` +
      `(${strange.toString('hex').replaceAll(/..(?=.)/g, '$& ')}${bytes > SHOWN_BYTES ? ' …' : ''}), ` +
      `${isNext(strange) ? `another ${what}, which readers would miss: take the zero bytes before it out` : `no ${what}: cut that off, or compress the whole file again`}, and upload it again`,
  );
}

async function skipZeros(source: ByteSource): Promise<void> {
  for (let chunk = await source.next(); chunk !== undefined; chunk = await source.next()) {
    const zeros = chunk.findIndex((byte) => byte !== 0);
    if (zeros >= 0) {
      source.giveBack(chunk.subarray(zeros));
      return;
    }
  }
}

async function bytesToTheEnd(source: ByteSource): Promise<number> {
  const from = source.position;
  while ((await source.next()) !== undefined);
  return source.position - from;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
