import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** What an HTTPS server on 127.0.0.1 needs, in PEM; a client trusts it by NODE_EXTRA_CA_CERTS. */
export interface SelfSigned {
  readonly key: string;
  readonly cert: string;
}

const ECDSA_WITH_SHA256 = '2a8648ce3d040302';
const COMMON_NAME = '550403';
const BASIC_CONSTRAINTS = '551d13';
const SUBJECT_ALTERNATIVE_NAME = '551d11';

/**
 * A certificate of a new key for 127.0.0.1, for a day: Node makes keys and signatures, but no certificates.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function selfSigned(): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(objectId(ECDSA_WITH_SHA256));
  const name = sequence(tagged(0x31, sequence(objectId(COMMON_NAME), tagged(0x0c, Buffer.from('bench')))));
  const day = 86_400_000;
  const validity = sequence(utcTime(Date.now() - day), utcTime(Date.now() + day));
  // a serial number is positive, so its first bit is 0
  const serial = tagged(0x02, Buffer.concat([Buffer.of(0x01), randomBytes(8)]));
  const isAuthority = sequence(tagged(0x01, Buffer.of(0xff)));
  const address = sequence(tagged(0x87, Buffer.of(127, 0, 0, 1)));
  const extensions = sequence(
    sequence(objectId(BASIC_CONSTRAINTS), tagged(0x04, isAuthority)),
    sequence(objectId(SUBJECT_ALTERNATIVE_NAME), tagged(0x04, address)),
  );
  const facts = sequence(
    // version 3, which has extensions
    tagged(0xa0, tagged(0x02, Buffer.of(2))),
    serial,
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, extensions),
  );
  const signature = tagged(0x03, Buffer.concat([Buffer.of(0), sign('sha256', facts, privateKey)]));
  const lines = sequence(facts, algorithm, signature)
    .toString('base64')
    .replaceAll(/.{64}/g, (line) => `${line}\n`);
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

/** A value of DER: its tag, its length, its bytes. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts));

const objectId = (hex: string): Buffer => tagged(0x06, Buffer.from(hex, 'hex'));

/** `261126204500Z` */
const utcTime = (ms: number): Buffer =>
  tagged(0x17, Buffer.from(`${new Date(ms).toISOString().replaceAll(/\D/g, '').slice(2, 14)}Z`));
