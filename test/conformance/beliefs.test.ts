import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CHECKS } from './checks.ts';

test('docs/local-fidelity.md lists every belief that npm run conformance looks at, and no other', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/local-fidelity.md'), 'utf8');
  const section = /^## What only AWS can prove$(.*?)^## /ms.exec(page)?.[1] ?? '';

  const listed = [...section.matchAll(/^\* (.+)$/gm)].map(([, belief]) => belief);

  expect(listed).toEqual(CHECKS.map(({ belief }) => belief));
});
