import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { bundleHandler } from '../bundle.ts';
import type { ConsumerDefinition } from '../consumer-definition.ts';

/** In place of a bundle, for a stack that needs none. */
const NO_CODE = "throw new Error('this stack was synthesized without bundles');\n";

/**
 * Makes, by `make`, what takes a consumer's bundled handler as its code. Nothing is bundled for a stack that the CDK needs no
 * code of: `cdk list`, or a test whose app has the context `aws:cdk:bundling-stacks: []`.
 *
 * @throws Error naming the consumer whose handler is missing
 */
export function withCode<T>(
  scope: Construct,
  definition: Pick<ConsumerDefinition, 'name' | 'handler' | 'modules'>,
  make: (code: Code) => T,
): T {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bundle-'));
  try {
    if (Stack.of(scope).bundlingRequired) bundleHandler(definition, process.cwd(), folder);
    else writeFileSync(join(folder, 'index.mjs'), NO_CODE);
    return make(Code.fromAsset(folder));
  } finally {
    // `make` has it copied into the cloud assembly
    rmSync(folder, { recursive: true });
  }
}
