import '../../../shared/require-node-24.mjs';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { table } from '../../../cli/terminal/table.ts';
import { JUDGED, PACKS, judge, type Finding, type Judgement } from './rule-packs.ts';

/**
 * `npm run security`, or `npm run security -- prod kms`: what the rule packs find in each stack, as a table; `--list` names what is
 * left. It ends with 1 where something is left, or a pack did not run.
 */
const words = process.argv.slice(2);
const asked = words.filter((word) => word !== '--list');
const unknown = asked.find((name) => !(name in JUDGED));
if (unknown !== undefined) {
  console.error(
    `security: no stack is called ${JSON.stringify(unknown)}; there are ${Object.keys(JUDGED).join(', ')}`,
  );
  process.exit(2);
}

/** Stage → rule → how often it was broken in version 0.2, before anything was done about it. */
const before = JSON.parse(readFileSync(join(import.meta.dirname, 'findings-0.2.json'), 'utf8')) as Readonly<
  Record<string, Readonly<Record<string, number>>>
>;

/** `AwsSolutions-IAM5[Resource::*]` is a finding of the rule `AwsSolutions-IAM5`. */
const ruleOf = (rule: string): string => rule.replace(/\[.*/, '');

function counted(findings: readonly Finding[], pack: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of findings) {
    if (one.pack === pack) counts.set(ruleOf(one.rule), (counts.get(ruleOf(one.rule)) ?? 0) + 1);
  }
  return counts;
}

/** CDK's own rules are in no list: they are shown where they find something. */
const isNamed = (pack: string): boolean => (PACKS as readonly string[]).includes(pack);

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, one) => total + one, 0);

function line(pack: string, earlier: Readonly<Record<string, number>>, judgement: Judgement) {
  const [found, open] = [counted(judgement.found, pack), counted(judgement.left, pack)];
  const rules = new Set([...Object.keys(earlier).filter((rule) => packOf(rule) === pack), ...found.keys()]);
  const changes = [...rules].map((rule) => (found.get(rule) ?? 0) - (earlier[rule] ?? 0));
  return [
    pack,
    sum([...rules].map((rule) => earlier[rule] ?? 0)),
    sum(changes.map((change) => Math.max(0, -change))),
    sum(changes.map((change) => Math.max(0, change))),
    sum(found.values()) - sum(open.values()),
    !isNamed(pack) || judgement.ran.includes(pack) ? sum(open.values()) : 'did not run',
  ];
}

/** cdk-nag puts the pack before the rule; the rules of Guard have no such name. */
const packOf = (rule: string): string =>
  PACKS.find((pack) => rule.startsWith(`${pack}-`)) ?? 'cdk-validator-cfnguard';

function judged(context: Readonly<Record<string, string>>): Judgement {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-security-'));
  try {
    return judge(folder, context);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const HEADINGS = ['pack', 'before', 'fixed', 'added', 'acknowledged', 'left'];

for (const [name, context] of Object.entries(JUDGED)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const judgement = judged(context);
  const packs = [...new Set([...PACKS, ...judgement.left.map(({ pack }) => pack)])];
  const lines = packs.map((pack) => line(pack, before[context['stage'] ?? 'dev'] ?? {}, judgement));
  console.log(
    `\n${name}: ${Object.entries(context)
      .map(([key, value]) => `-c ${key}=${value}`)
      .join(' ')}\n`,
  );
  console.log(
    table(
      HEADINGS.map((heading, index) => ({ heading, kind: index === 0 ? 'name' : 'count' })),
      [
        ...lines,
        [
          'all',
          ...HEADINGS.slice(1).map((_, column) => sum(lines.map((cells) => Number(cells[column + 1])))),
        ],
      ],
    ),
  );
  if (words.includes('--list')) {
    for (const { rule, path = 'no path' } of judgement.left) console.log(`  ${rule}  ${path}`);
  }
  if (judgement.left.length > 0 || PACKS.some((pack) => !judgement.ran.includes(pack))) process.exitCode = 1;
}
