// What a person types, where they are: in a checkout the npm scripts, in an app that has the package the package's own program.

/** In the package everything is JavaScript. */
export const IS_PACKAGE = import.meta.filename.endsWith('.js');

/** Starts the pipeline on this machine. @param flags `--port N` */
export function startCommand(flags = ''): string {
  if (IS_PACKAGE) return `npx sluice start ${flags}`.trimEnd();
  return flags === '' ? 'npm start' : `npm start -- ${flags}`;
}

/** Synthesizes the template. */
export const SYNTH_COMMAND = IS_PACKAGE ? 'npx cdk synth -q' : 'npm run synth';
