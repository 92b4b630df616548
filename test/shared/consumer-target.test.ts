import { describe, expect, test } from 'vitest';
import { parseTarget, targetText, type ConsumerTarget } from '../../shared/consumer-target.ts';

const ARN = 'arn:aws:events:eu-west-1:111122223333:event-bus/partner';

describe('a consumer’s target', () => {
  test.each<ConsumerTarget>([
    { kind: 'function' },
    { kind: 'queue' },
    { kind: 'bus', arn: ARN },
    { kind: 'state-machine', arn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:resize' },
  ])('goes through the stack’s output as it is: %j', (target) => {
    expect(parseTarget(targetText(target))).toEqual(target);
  });

  test.each([
    ['no JSON', 'queue', /no JSON: queue/],
    ['another kind', '{"kind":"topic"}', /target\.kind.*"topic".*state-machine/],
    ['a bus without its ARN', '{"kind":"bus"}', /target\.arn/],
    ['a queue with an ARN', `{"kind":"queue","arn":"${ARN}"}`, /target\.arn/],
    ['a field that is not known', '{"kind":"queue","fifo":true}', /fifo/],
  ])('is refused as %s', (_, text, message) => {
    expect(() => parseTarget(text)).toThrow(message);
  });
});
