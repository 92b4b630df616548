/** What a role needs to send to something that does not run here, by the form of its ARN. */
const ACTIONS: readonly (readonly [form: RegExp, action: string])[] = [
  [/^arn:[^:]+:events:[^:]+:\d{12}:event-bus\/[^/]+$/, 'events:PutEvents'],
  [/^arn:[^:]+:states:[^:]+:\d{12}:stateMachine:[^:]+(:[^:]+)?$/, 'states:StartExecution'],
  [/^arn:[^:]+:sns:[^:]+:\d{12}:[^:]+$/, 'sns:Publish'],
];

/** The action that sends there: `events:PutEvents` for another event bus; `undefined` for what is no bus, state machine or topic. */
export function sendingAction(arn: string): string | undefined {
  return ACTIONS.find(([form]) => form.test(arn))?.[1];
}

/** `events`, of `arn:aws:events:…`. */
export function serviceOfArn(arn: string): string {
  return arn.split(':')[2] ?? '';
}
