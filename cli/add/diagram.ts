import { pascalCase } from '../../shared/pascal-case.ts';

/** Where a project shows its consumers as a Mermaid flowchart, as `sluice routes --diagram` prints it. An app has none. */
export const DIAGRAM_PAGE = 'docs/architecture.md';

const DIAGRAM = /(?<=^```mermaid\n)flowchart LR\n {2}bucket\[.*?(?=^```$)/ms;

export const holdsDiagram = (page: string): boolean => DIAGRAM.test(page);

/** The page with this diagram in place of its own; the same text when it has none. */
export function pageWith(page: string, diagram: string): string {
  return page.replace(DIAGRAM, () => diagram);
}

/** The page without the consumer's line in its diagram. */
export function pageWithout(page: string, name: string): string {
  const id = pascalCase(name);
  // how its line begins, by what it sends to: see consumersDiagram
  const nodes = [`${id}Queue[["queue"]] `, `${id}[["queue of `, `${id}(["`, `${id}{{"`];
  return page.replace(DIAGRAM, (diagram) =>
    diagram
      .split('\n')
      .filter((line) => !nodes.some((node) => line.startsWith('  bus -->|') && line.includes(`"| ${node}`)))
      .join('\n'),
  );
}
