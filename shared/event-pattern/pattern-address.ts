/** An IP address as a number of 32 or 128 bits. */
interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/**
 * The address that a text writes, in one form for all its spellings (`10.0.0.01`, `2001:DB8:0:0:0:0:0:1`).
 * `undefined` when it is none; zone indexes and dotted tails of IPv6 are none to EventBridge.
 */
export function parseAddress(text: string): Address | undefined {
  return parseIpv4(text) ?? parseIpv6(text);
}

/** Whether two texts write the same address; an IPv4-mapped IPv6 address is the IPv4 one. */
export function sameAddress(a: Address, b: Address): boolean {
  return a.bits === b.bits && a.value === b.value;
}

/** The test of a block such as `10.0.0.0/8`; host bits in the base are ignored. A text says why it is no block. */
export function compileCidr(text: string): ((address: Address) => boolean) | string {
  const [base = '', mask = '', ...more] = text.split('/');
  const address = parseAddress(base);
  if (address === undefined || more.length > 0 || !/^\d{1,3}$/.test(mask)) {
    return 'it is not an address, one "/" and a number of bits';
  }
  const { bits, value } = address;
  // AWS refuses the block of one address: an exact value says the same
  if (Number(mask) >= bits) return `the mask of an address of ${bits} bits is at most ${bits - 1}`;
  const hostBits = BigInt(bits - Number(mask));
  return (other) => other.bits === bits && other.value >> hostBits === value >> hostBits;
}

function parseIpv4(text: string): Address | undefined {
  if (text.length > 15 || !/^\d+\.\d+\.\d+\.\d+$/.test(text)) return undefined;
  // decimal even with a leading zero, which C's inet_aton would read as octal
  const bytes = text.split('.').map(Number);
  if (bytes.some((byte) => byte > 255)) return undefined;
  return { bits: 32, value: bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n) };
}

function parseIpv6(text: string): Address | undefined {
  if (text.length > 39 || !/^[0-9a-f:]*:[0-9a-f:]*$/i.test(text)) return undefined;
  const [left = '', right, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const missing = 8 - head.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const value = groups.reduce((sum, group) => sum * 65_536n + BigInt(Number.parseInt(group, 16)), 0n);
  return value >> 32n === 0xffffn ? { bits: 32, value: value & 0xffffffffn } : { bits: 128, value };
}
