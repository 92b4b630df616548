import { shellQuoted } from '../terminal/shell-word.ts';
import { resolve } from 'node:path';
import { styleText } from 'node:util';
import type { RuntimeDescription } from '../../shared/control-api.ts';
import { terminalText } from '../../shared/terminal-text.ts';
import { pipelineIds } from './pipeline-ids.ts';

/**
 * What is where and what to do next, for a person at a terminal.
 *
 * @param follow what the terminal shows from now on
 * @param consoleUrl with its token, where a console is served
 * @param isPrivate whether only who signs with the secret of this start is let in
 */
export function readySummary(
  { endpoint, region, account, stackName, outputs, dataDir }: RuntimeDescription,
  follow: 'objects' | 'logs' | 'nothing',
  consoleUrl?: string,
  isPrivate = false,
): string {
  const [folder, flag] = [terminalText(dataDir), dataDirFlag(dataDir)];
  const [first, ...others] = pipelineIds(outputs);
  const isOneOfSeveral = others.length > 0;
  const uploads = pipelineIds(outputs).map((id) => {
    const whose = isOneOfSeveral && id !== '' ? `  (--pipeline ${terminalText(id)})` : '';
    return `  uploads go to  s3://${bold(outputs[`${id}IngestBucketName`] ?? '')}${whose}`;
  });
  const chosen = isOneOfSeveral && first ? ` --pipeline ${terminalText(first)}` : '';
  return [
    `${bold(stackName)} runs on ${bold(endpoint)} (${region}, account ${account})`,
    ...uploads,
    ...(consoleUrl === undefined ? [] : [`  console        ${bold(consoleUrl)}`]),
    `  data is in     ${folder}`,
    ...(isPrivate ? [`  private        the access key of this start is in runtime.json there`] : []),
    ...(first === undefined
      ? [`  other tools    AWS_ENDPOINT_URL=${endpoint}   for the AWS CLI, boto3, any SDK`]
      : [
          `  try it         npx sluice put FILE csv/ --wait${chosen}${flag}`,
          `  other tools    eval "$(npx sluice env${chosen}${flag})"   for the AWS CLI, boto3, any SDK`,
        ]),
    `${FOLLOWS[follow]} Ctrl-C stops it.`,
    '',
  ].join('\n');
}

const FOLLOWS = {
  objects: 'A line per object follows, times in UTC (more: --logs).',
  logs: 'The functions’ own lines follow.',
  nothing: 'Nothing follows (--quiet); see sluice logs.',
} as const;

const bold = (text: string): string => styleText('bold', terminalText(text));

/** The command line looks into `.sluice` by itself. */
function dataDirFlag(dataDir: string): string {
  if (dataDir === resolve('.sluice')) return '';
  return ` --data-dir ${shellQuoted(terminalText(dataDir))}`;
}
