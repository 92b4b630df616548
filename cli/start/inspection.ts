import { reserveInspectorPort, type Inspection } from '../../local/lambda/inspector.ts';
import type { Plan } from '../../local/plan.ts';
import { terminalText } from '../../shared/terminal-text.ts';
import { consumersByFunction } from './consumer-names.ts';
import { UsageError, type StartOptions } from './start-options.ts';

/**
 * Chooses the function of `--inspect CONSUMER`, once the template is read.
 *
 * @param print gets a line for each process that a debugger can attach to
 * @throws PortTakenError; what it returns throws UsageError where there is no such consumer
 */
export async function inspectionOf(
  { consumer, port: wanted }: NonNullable<StartOptions['inspect']>,
  print: (line: string) => void,
): Promise<(plan: Plan) => Inspection> {
  const port = await reserveInspectorPort(wanted);
  return (plan) => {
    const consumers = [...consumersByFunction(plan)];
    const functionName = consumers.find(([, name]) => name === consumer)?.[0];
    if (functionName === undefined) {
      const names = consumers.map(([, name]) => name).join(', ');
      throw new UsageError(`--inspect ${JSON.stringify(consumer)}: no such consumer; there are ${names}`);
    }
    const onListening = (url: string): void =>
      print(
        `debug ${terminalText(consumer)} at ${url} (VS Code: attach to port ${port}; Chrome: chrome://inspect)`,
      );
    return { functionName, port, onListening };
  };
}
