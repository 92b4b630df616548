import type { ChecksumAlgorithm } from './checksum.ts';

// reflected polynomials: bit i of the number is the coefficient of x^(width-1-i)
const POLYNOMIALS = {
  CRC32: { width: 32n, polynomial: 0xedb88320n },
  CRC32C: { width: 32n, polynomial: 0x82f63b78n },
  CRC64NVME: { width: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
} as const;

export type CombinableAlgorithm = keyof typeof POLYNOMIALS;

export function isCombinable(algorithm: ChecksumAlgorithm): algorithm is CombinableAlgorithm {
  return Object.hasOwn(POLYNOMIALS, algorithm);
}

/**
 * The CRC of several pieces put one behind the other, from the CRC and the length of each, without their bytes:
 * appending n bytes multiplies the CRC so far by x^8n modulo the polynomial.
 */
export function combineCrcs(
  algorithm: CombinableAlgorithm,
  pieces: readonly { readonly digest: Buffer; readonly sizeBytes: number }[],
): Buffer {
  const { width, polynomial } = POLYNOMIALS[algorithm];
  // parts are mostly of one size
  const shifts = new Map<number, bigint>();
  let combined = 0n;
  for (const { digest, sizeBytes } of pieces) {
    const shift = shifts.get(sizeBytes) ?? powerOfX(BigInt(sizeBytes) * 8n, width, polynomial);
    shifts.set(sizeBytes, shift);
    combined = multiply(combined, shift, width, polynomial) ^ BigInt(`0x${digest.toString('hex')}`);
  }
  return Buffer.from(combined.toString(16).padStart(Number(width / 4n), '0'), 'hex');
}

/** x^exponent modulo the polynomial, by squaring. */
function powerOfX(exponent: bigint, width: bigint, polynomial: bigint): bigint {
  let result = 1n << (width - 1n);
  let square = 1n << (width - 2n);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(result, square, width, polynomial);
    square = multiply(square, square, width, polynomial);
  }
  return result;
}

function multiply(a: bigint, b: bigint, width: bigint, polynomial: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = width - 1n; bit >= 0n; bit--) {
    if ((a >> bit) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n;
  }
  return product;
}
