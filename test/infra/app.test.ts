import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from './support/temporary-folder.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** Synthesizes the real app, by itself or as the CLI would run it, and gives its folder. */
async function synthesized(
  how: 'alone' | 'by the CLI',
  context: Record<string, unknown> = {},
): Promise<string> {
  const dir = temporaryFolder();
  const options = { cwd: PROJECT_DIR, env: { ...process.env } };
  if (how === 'alone') {
    const env = { ...options.env, CDK_OUTDIR: dir, CDK_CONTEXT_JSON: JSON.stringify(context) };
    await run(process.execPath, ['infra/app.ts'], { ...options, env });
  } else {
    const flags = Object.entries(context).flatMap(([name, value]) => [
      '--context',
      `${name}=${String(value)}`,
    ]);
    const cli = fileURLToPath(import.meta.resolve('aws-cdk/bin/cdk'));
    await run(
      process.execPath,
      [cli, 'synth', '--quiet', '--no-notices', '--output', dir, ...flags],
      options,
    );
  }
  return dir;
}

/** What the CLI has a slow synth write beside the assembly: how long each part of it took. */
const TIMES = 'performance-counters.json';

/** Path → digest of every file of the assembly. */
function digests(dir: string): Record<string, string> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name !== TIMES,
  );
  return Object.fromEntries(
    files
      .map((file) => join(file.parentPath, file.name))
      .toSorted()
      .map((path) => [relative(dir, path), createHash('sha256').update(readFileSync(path)).digest('hex')]),
  );
}

describe('infra/app.ts', () => {
  let dev: string;

  beforeAll(async () => {
    dev = await synthesized('alone');
  });

  test('gives the same bytes twice', { timeout: 120_000 }, async () => {
    const first = digests(dev);
    const second = digests(await synthesized('alone'));

    expect(Object.keys(first)).toContain('Sluice-dev.template.json');
    expect(second).toEqual(first);
  });

  test('gives the same bytes by itself and under the CLI', { timeout: 120_000 }, async () => {
    const alone = digests(await synthesized('alone', { stage: 'prod' }));
    const byCli = digests(await synthesized('by the CLI', { stage: 'prod' }));

    expect(Object.keys(alone)).toContain('Sluice-prod.template.json');
    expect(byCli).toEqual(alone);
  });

  test('leaves no finding in the validation report', () => {
    const { pluginReports } = JSON.parse(readFileSync(join(dev, 'validation-report.json'), 'utf8')) as {
      pluginReports: unknown[];
    };
    expect(pluginReports).toEqual([]);
  });

  test('refuses a stage that cannot be a part of names', async () => {
    await expect(synthesized('alone', { stage: 'Staging' })).rejects.toThrow('context stage is "Staging"');
  });

  test('makes the stack that the context describes, for another stage too', async () => {
    const dir = await synthesized('alone', {
      stage: 'staging',
      stackName: 'Files',
      region: 'eu-west-1',
      account: '111122223333',
      tags: 'team=data,note=a=b',
      permissionsBoundary: 'developers',
    });
    const { artifacts } = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as {
      artifacts: Record<string, { environment?: string; properties?: { tags?: unknown } }>;
    };
    const { Resources } = JSON.parse(readFileSync(join(dir, 'Files.template.json'), 'utf8')) as {
      Resources: Record<string, { Type: string; DeletionPolicy?: string; Properties: object }>;
    };
    const boundaries = Object.values(Resources)
      .filter(({ Type }) => Type === 'AWS::IAM::Role')
      .map(({ Properties }) => JSON.stringify(Properties));

    expect(artifacts['Files']).toMatchObject({
      environment: 'aws://111122223333/eu-west-1',
      properties: { tags: { team: 'data', note: 'a=b' } },
    });
    expect(boundaries.length).toBeGreaterThan(0);
    for (const role of boundaries) expect(role).toContain(':iam::111122223333:policy/developers');
    expect(Object.values(Resources).filter(({ Type }) => Type === 'AWS::DynamoDB::Table')).toContainEqual(
      expect.objectContaining({ DeletionPolicy: 'Retain' }),
    );
  });
});
