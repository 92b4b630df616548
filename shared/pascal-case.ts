/** `one-consumer` → `OneConsumer`: a consumer's construct id, and what its outputs begin with. */
export function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
}

/** `OneConsumer` → `one-consumer`: the way back from what `pascalCase` makes of a name whose parts begin with letters. */
export function kebabCase(id: string): string {
  return id.replaceAll(/[A-Z]/g, (capital, at: number) => `${at === 0 ? '' : '-'}${capital.toLowerCase()}`);
}
