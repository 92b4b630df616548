import type { Template } from './installed-app.ts';

/** Names that somebody outside of the template may hold; to change one makes the resource anew, empty. */
const PHYSICAL_NAME =
  /^(Bucket|Table|Archive|LogGroup|Queue|Function|Role|Rule|Dashboard|Topic|StateMachine)?Name$/;

/**
 * What an upgrade would take away or make anew: logical ids, types, physical names and outputs.
 *
 * @returns one line each: `UploadsOutputBucketD3068AF5 (AWS::S3::Bucket) is gone`
 */
export function changesBetween(before: Template, after: Template): string[] {
  const [earlier, later] = [factsOf(before), factsOf(after)];
  const gone = [...earlier].flatMap(([name, fact]) => {
    const now = later.get(name);
    if (now === undefined) return [`${name} (${fact}) is gone`];
    return now === fact ? [] : [`${name} was ${fact}, and is ${now}`];
  });
  const come = [...later].filter(([name]) => !earlier.has(name));
  return [...gone, ...come.map(([name, fact]) => `${name} (${fact}) is new`)];
}

function factsOf({ Resources, Outputs = {} }: Template): ReadonlyMap<string, string> {
  const resources = Object.entries(Resources).map(([id, { Type, Properties = {} }]): [string, string] => {
    const names = Object.entries(Properties)
      .filter(([property]) => PHYSICAL_NAME.test(property))
      .map(([property, value]) => `${property} ${JSON.stringify(value)}`);
    return [id, [Type, ...names].join(', ')];
  });
  const outputs = Object.entries(Outputs).map(([name, output]): [string, string] => [
    `output ${name}`,
    JSON.stringify(output),
  ]);
  return new Map([...resources, ...outputs]);
}
