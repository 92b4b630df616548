/* A bit for each byte of a block, the first byte's the lowest. */

export const BLOCK: i32 = 64;

@inline
export function anyOf(a: v128, b: v128, c: v128, d: v128): v128 {
  return v128.or(v128.or(a, b), v128.or(c, d));
}

/** A bit for each of the 64 bytes that is this character, the first byte's the lowest. */
@inline
export function bitsOf(a: v128, b: v128, c: v128, d: v128, character: v128): u64 {
  const low = i8x16.bitmask(i8x16.eq(a, character)) | (i8x16.bitmask(i8x16.eq(b, character)) << 16);
  const high = i8x16.bitmask(i8x16.eq(c, character)) | (i8x16.bitmask(i8x16.eq(d, character)) << 16);
  return u64(u32(low)) | (u64(u32(high)) << 32);
}

/** Bit n: whether the bits up to and with n are odd in number. WASM has no carry-less multiplication, so by doubling. */
@inline
export function parity(bits: u64): u64 {
  let sums = bits;
  sums ^= sums << 1;
  sums ^= sums << 2;
  sums ^= sums << 4;
  sums ^= sums << 8;
  sums ^= sums << 16;
  sums ^= sums << 32;
  return sums;
}

/** The lowest bit and all below; all, where there is none. */
@inline
export function upToLowest(bits: u64): u64 {
  return bits ^ (bits - 1);
}

/** Whether so many bits in a row are set, 1 to 64: of the shorter runs nothing is left, each time by up to twice as much. */
export function hasRun(bits: u64, length: i32): bool {
  let covered = 1;
  while (covered < length) {
    const step = min(covered, length - covered);
    bits &= bits << step;
    covered += step;
  }
  return bits != 0;
}
