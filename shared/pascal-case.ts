/** `one-consumer` → `OneConsumer`: a consumer's construct id, and what its outputs begin with. */
export function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
}
