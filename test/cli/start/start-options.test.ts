import { describe, expect, test } from 'vitest';
import { parseStartOptions, UsageError } from '../../../cli/start/start-options.ts';

const DEFAULTS = {
  port: 4566,
  console: { port: 4567, isChosen: false },
  dataDir: '.sluice',
  fresh: false,
  json: false,
  follow: 'objects',
  context: {},
  region: 'us-east-1',
  watch: false,
  isPrivate: false,
};

describe('the flags of npm start', () => {
  test('have these defaults, and no debugger', () => {
    expect(parseStartOptions([])).toEqual(DEFAULTS);
  });

  test.each<[args: readonly string[], change: object]>([
    // beside the gateway; any where it has any, or there is none beside it
    [['--port', '0'], { port: 0, console: { port: 0, isChosen: false } }],
    [['--port=65535'], { port: 65_535, console: { port: 0, isChosen: false } }],
    [['--port=5000'], { port: 5_000, console: { port: 5_001, isChosen: false } }],
    [['--console-port', '0'], { console: { port: 0, isChosen: true } }],
    [['--no-console'], { console: undefined }],
    [['--json'], { json: true, console: undefined }],
    [['--json', '--console-port=7000'], { json: true, console: { port: 7_000, isChosen: true } }],
    [['--data-dir', 'here'], { dataDir: 'here' }],
    [['--fresh', '--json'], { fresh: true, json: true, console: undefined }],
    [['--stage', 'prod'], { context: { stage: 'prod' } }],
    [['--stage', 'team-2'], { context: { stage: 'team-2' } }],
    [
      ['--stage', 'prod', '-c', 'bucket=uploads', '--context', 'a=b=c', '-c', 'stage=prod', '-c', 'none='],
      { context: { stage: 'prod', bucket: 'uploads', a: 'b=c', none: '' } },
    ],
    [['--region', 'us-gov-west-1'], { region: 'us-gov-west-1' }],
    [['--assembly', 'cdk.out'], { assembly: 'cdk.out' }],
    [['--watch'], { watch: true }],
    [['--private'], { isPrivate: true }],
    [['--logs'], { follow: 'logs' }],
    [['--quiet'], { follow: 'nothing' }],
    [['--inspect', 'one'], { inspect: { consumer: 'one', port: 9_229 } }],
    [['--inspect', 'one', '--inspect-port', '0'], { inspect: { consumer: 'one', port: 0 } }],
  ])('%j', (args, change) => {
    expect(parseStartOptions(args)).toEqual({ ...DEFAULTS, ...change });
  });

  test.each(['--help', '-h'])('%s asks for help, whatever else is wrong', (flag) => {
    expect(parseStartOptions([flag, '--port', 'x'])).toBeUndefined();
  });

  test.each<[args: readonly string[], message: string | RegExp]>([
    [['--port', '65536'], '--port must be a whole number from 0 to 65535, not "65536"'],
    [['--port=-1'], '--port must be a whole number from 0 to 65535, not "-1"'],
    [['--port', '80.5'], '--port must be a whole number from 0 to 65535, not "80.5"'],
    [['--port', 'http'], '--port must be a whole number from 0 to 65535, not "http"'],
    [
      ['--inspect', 'one', '--inspect-port', 'x'],
      '--inspect-port must be a whole number from 0 to 65535, not "x"',
    ],
    [['--inspect-port', '0'], '--inspect-port is of use only with --inspect CONSUMER'],
    [['--console-port', '-1'], /^Option '--console-port' argument is ambiguous/],
    [['--console-port=70000'], '--console-port must be a whole number from 0 to 65535, not "70000"'],
    [['--console-port=1', '--no-console'], '--console-port and --no-console exclude one another'],
    [['--logs', '--quiet'], '--logs and --quiet exclude one another'],
    [['--private', '--inspect', 'one'], /^--inspect and --private exclude one another: whoever can open/],
    [['--watch', '--assembly', 'x'], /^--watch and --assembly exclude one another/],
    [['--watch', '--assembly', 'x', '--stage', 'dev'], /^--watch and --assembly exclude one another/],
    [
      ['--assembly', 'x', '--stage', 'prod'],
      /^--stage and --assembly exclude one another: .* is not synthesized/,
    ],
    [['--assembly', 'x', '-c', 'a=b'], /^--context and --assembly exclude one another/],
    [['--stage', 'Test'], /^--stage must be a name of small letters, .*, such as dev or prod, not "Test"/],
    [['--stage', ''], /^--stage must be a name of small letters, .*, not ""/],
    [['-c', 'bucket'], '--context must be NAME=VALUE, not "bucket"'],
    [['-c', '=x'], '--context must be NAME=VALUE, not "=x"'],
    [['-c', 'a=1', '-c', 'a=2'], 'the context "a" is given twice: "1" and "2"'],
    [['--stage', 'dev', '-c', 'stage=prod'], 'the context "stage" is given twice: "dev" and "prod"'],
    [['--inspect', 'one', '--inspect', 'two'], /^--inspect is given 2 times \(one, two\); .* name it once/],
    [['--region', 'Frankfurt'], '--region "Frankfurt" does not look like a Region, e.g. eu-west-1'],
    [['--region', ''], '--region "" does not look like a Region, e.g. eu-west-1'],
    [['--fast'], /Unknown option '--fast'/],
    [['here'], /Unexpected argument 'here'/],
    [['--port'], /argument missing/],
  ])('%j are refused', (args, message) => {
    expect(() => parseStartOptions(args)).toThrow(UsageError);
    expect(() => parseStartOptions(args)).toThrow(message);
  });
});
