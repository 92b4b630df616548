import type { Canary } from '../canary.ts';

/** Mistakes in who may do what. */
export const DOORS_CANARIES: readonly Canary[] = [
  {
    name: 'a denial is outweighed by another policy’s permission',
    file: 'local/iam/decision.ts',
    before: "return !findings.includes('denied') && findings.includes('allowed');",
    after: "return findings.includes('allowed');",
    caughtBy: ['test/local/iam/decision.test.ts', 'is no under a Deny of everything'],
  },
  {
    name: 'a denial counts as a permission',
    file: 'local/iam/decision.ts',
    before: "if (applying.some(({ effect }) => effect === 'Deny')) return 'denied';",
    after: '',
    caughtBy: ['test/local/iam/decision.test.ts', 'is never turned to yes by a further Deny'],
  },
  {
    name: 'a condition on what a request does not say holds',
    file: 'local/iam/policy-conditions.ts',
    before: "return ifExists || (set === undefined ? isNegated : set === 'ForAllValues');",
    after: 'return true;',
    caughtBy: [
      'test/local/iam/policy-conditions.test.ts',
      'that are negated hold exactly where the others do not',
    ],
  },
  {
    name: 'every host name means this machine',
    file: 'local/gateway/loopback.ts',
    before: 'return LOOPBACK.test(hostname);',
    after: "return hostname !== '';",
    caughtBy: ['test/local/gateway.test.ts', 'and says why'],
  },
  {
    name: 'a page of another origin is no page',
    file: 'local/gateway/pages.ts',
    before:
      'if (origin !== undefined) return origin === `http://${host}` ? undefined : { origin, navigates };',
    after: '',
    caughtBy: ['test/local/gateway.test.ts', 'and says why'],
  },
  {
    name: 'a presigned URL never expires',
    file: 'local/gateway/signature-expiry.ts',
    before: 'if (nowMs > untilMs) {',
    after: 'if (nowMs > Infinity) {',
    caughtBy: ['test/local/gateway.test.ts', 'takes a presigned URL until its time is over'],
  },
  {
    name: 'any signature is right',
    file: 'local/gateway/verified-signature.ts',
    before: 'if (!isSameSignature(value, signatureV4(key, text))) {',
    after: 'if (value === text) {',
    caughtBy: ['test/local/s3/verified.test.ts', 'a signed request that was changed on its way is refused'],
  },
  {
    name: 'a header that is not signed is believed',
    file: 'local/gateway/verified-signature.ts',
    before: 'checkSignedHeaders(head, signature);',
    after: '',
    caughtBy: ['test/local/s3/verified.test.ts', 'a signed request that was changed on its way is refused'],
  },
  {
    name: 'a row of another bucket may be asked for',
    file: 'local/dynamodb/leading-keys.ts',
    before: 'return ofKey.length === 1 ? textOf(values[ofKey[0]!.value]) : NONE;',
    after: 'return textOf(values[ofKey[0]!.value]);',
    caughtBy: ['test/local/dynamodb/leading-keys.test.ts', 'the leading keys'],
  },
  {
    name: 'the console answers to any host name',
    file: 'cli/console/door.ts',
    before: 'if (HOSTNAMES.some((name) => host === `${name}:${port}`)) return;',
    after: 'return;',
    caughtBy: [
      'test/cli/console/console-server.test.ts',
      'a request that the console’s own page did not send',
    ],
  },
  {
    name: 'any page may ask the console',
    file: 'cli/console/door.ts',
    before: 'if (origin !== `http://${host}`) {',
    after: 'if (origin === undefined) {',
    caughtBy: [
      'test/cli/console/console-server.test.ts',
      'a request that the console’s own page did not send',
    ],
  },
  {
    name: 'the console takes any token',
    file: 'cli/console/door.ts',
    before: "if (!isSame(headers['x-sluice-token'], token)) {",
    after: "if (headers['x-sluice-token'] === undefined) {",
    caughtBy: [
      'test/cli/console/console-server.test.ts',
      'a request that the console’s own page did not send',
    ],
  },
  {
    name: 'a console that only looks changes something',
    file: 'cli/console/allowed-command.ts',
    before: 'if (isChange && readOnly) {',
    after: 'if (isChange && readOnly && words.length > 0) {',
    caughtBy: ['test/cli/console/allowed-command.test.ts', 'is refused (only looking: '],
  },
  {
    name: 'a page hands any value to a verb',
    file: 'cli/console/allowed-command.ts',
    before: 'if (value === undefined || !check(value)) {',
    after: 'if (value === undefined) {',
    caughtBy: ['test/cli/console/allowed-command.test.ts', 'is refused (only looking: '],
  },
  {
    name: 'a quote ends the word of a shell',
    file: 'cli/terminal/shell-word.ts',
    before: "return `'${text.replaceAll(\"'\", String.raw`'\\''`)}'`;",
    after: "return `'${text}'`;",
    caughtBy: ['test/cli/terminal/shell-word.test.ts', 'a text as a word of a shell'],
  },
];
