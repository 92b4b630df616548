import { realpathSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { AppProcess } from './app-process.ts';
import { readCdkJson } from '../cdk-json.ts';
import { OWN_SOURCES, runOwnApp } from './own-app.ts';
import type { SynthOptions, Told } from './synth.ts';
import { WarmSynth } from './warm-synth.ts';

/** Synthesizes again and again, for --watch. Call it one at a time. */
export interface Resynth {
  /** Loads what a synth needs. */
  warmUp(): Promise<void>;
  /** @throws SynthError */
  synthesize(directory: string): Promise<void>;
  /** The next synth begins with nothing loaded. */
  forget(): void;
  stop(): void;
}

/** What is run: the app of this checkout, or that of another project's cdk.json. */
export interface App {
  readonly synth: SynthOptions;
  /** Whether its sources are all that it is made from, so that it need not be synthesized while they are the same. */
  readonly hasKnownSources: boolean;
  /** Where its sources are, for a person: `infra, functions, shared` */
  readonly place: string;
  /** Synthesizes into a folder. @throws SynthError */
  readonly run: (directory: string, stop: AbortSignal) => Promise<void>;
  readonly resynth: () => Resynth;
}

export interface AppOptions extends Told {
  readonly projectDir: string;
  /** Is no source, where it lies in the project. */
  readonly dataDir: string;
}

/** @throws CdkJsonError where there is no app that can be run */
export function appOf(options: AppOptions): App {
  return isThisProject(options.projectDir) ? ownApp(options) : foreignApp(options);
}

const THIS_PROJECT = resolve(import.meta.dirname, '../..');

/** Whether it is the checkout that this file is of. In a package no project is. */
function isThisProject(projectDir: string): boolean {
  return import.meta.filename.endsWith('.ts') && realpathSync(projectDir) === realpathSync(THIS_PROJECT);
}

function ownApp({ projectDir, context, account, region }: AppOptions): App {
  // for its errors: infra/app.ts reads it too
  readCdkJson(projectDir);
  const synth = { projectDir, context, account, region, sources: OWN_SOURCES, directory: 'cdk.out' };
  return {
    synth,
    hasKnownSources: true,
    place: OWN_SOURCES.folders.join(', '),
    run: async (directory) => runOwnApp(synth, directory),
    resynth: () => new WarmSynth(synth),
  };
}

/** Any file of its folder may be a source, and what lies outside too: it is synthesized at each start. */
function foreignApp({ projectDir, dataDir, context, account, region }: AppOptions): App {
  const directory = join(projectDir, readCdkJson(projectDir).output);
  const notSources = new Set([resolve(directory), resolve(dataDir)]);
  const isIgnored = (path: string): boolean =>
    notSources.has(resolve(path)) || /^(\.|node_modules$|cdk\.out)/.test(basename(path));
  const told = { context, account, region };
  const process = () => new AppProcess({ projectDir, told });
  return {
    synth: {
      projectDir,
      context,
      account,
      region,
      sources: { folders: ['.'], files: [], isIgnored },
      directory,
    },
    hasKnownSources: false,
    place: projectDir,
    run: async (folder, stop) => {
      const running = process();
      stop.addEventListener('abort', () => running.stop(), { once: true });
      await running.synthesize(folder);
    },
    resynth: process,
  };
}
