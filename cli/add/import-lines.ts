/** Where a name of the project lies: for a file of this repository, and for one of an app that uses the package. */
interface Place {
  /** From `infra/consumers/` or from `functions/<name>/`. */
  readonly here: string;
  readonly door: string;
  readonly isType?: true;
}

/** The project that a consumer is added to. */
export type Layouts = 'repository' | 'app';

const PACKAGE = '@sluice-pipeline/sluice';

const FUNCTIONS = `${PACKAGE}/functions`;
const EVENT = `${PACKAGE}/event`;

const PLACES = {
  allow: { here: '../allow.ts', door: PACKAGE },
  ConsumerDefinition: { here: '../consumer-definition.ts', door: PACKAGE, isType: true },
  tombstoneTtlDays: { here: '../stage.ts', door: PACKAGE },
  Stage: { here: '../stage.ts', door: PACKAGE, isType: true },
  NOT_A_FOLDER: { here: './patterns.ts', door: PACKAGE },
  OF_THE_CURRENT_OBJECT: { here: './patterns.ts', door: PACKAGE },
  requireEnvironment: { here: '../../shared/environment.ts', door: FUNCTIONS },
  requireInteger: { here: '../../shared/environment.ts', door: FUNCTIONS },
  stateAfter: { here: '../../shared/object-event/current-state.ts', door: EVENT },
  ObjectEvent: { here: '../../shared/object-event/object-event.ts', door: EVENT, isType: true },
  eachRecord: { here: '../batch/sqs-batch.ts', door: FUNCTIONS },
  keepObject: { here: '../objects/keep-object.ts', door: FUNCTIONS },
  ObjectError: { here: '../objects/object-error.ts', door: FUNCTIONS },
  readObject: { here: '../objects/read-object.ts', door: FUNCTIONS },
  writeRow: { here: '../rows/write-row.ts', door: FUNCTIONS },
  RowAttributes: { here: '../rows/write-row.ts', door: FUNCTIONS, isType: true },
} as const satisfies Readonly<Record<string, Place>>;

export type Imported = keyof typeof PLACES;

/** The import statements of these names, one for each module, in the order in which the modules are named first. */
export function importLines(names: readonly Imported[], layout: Layouts): string {
  const places: readonly (Place & { readonly name: string })[] = names.map((name) => ({
    name,
    ...PLACES[name],
  }));
  const modules = Map.groupBy(places, (place) => (layout === 'app' ? place.door : place.here));
  return [...modules]
    .map(([module, imported]) => {
      const isAllTypes = imported.every(({ isType }) => isType === true);
      const words = imported.map(({ name, isType }) =>
        isType === true && !isAllTypes ? `type ${name}` : name,
      );
      return importLine(module, words, isAllTypes);
    })
    .join('');
}

/** `import { one, two } from './module.ts';` */
export function importLine(module: string, names: readonly string[], isType = false): string {
  const line = (inside: string) => `import ${isType ? 'type ' : ''}{${inside}} from '${module}';\n`;
  const flat = line(` ${names.join(', ')} `);
  // one name alone is never broken
  if (flat.length <= 111 || names.length === 1) return flat;
  return line(`\n${names.map((name) => `  ${name},\n`).join('')}`);
}
