import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RegionPlan } from '../config/plan.ts';
import type { BoardState, ConsolePorts, Fleeting } from '../console/ports.ts';
import type { PanelId } from '../keymap/commands.ts';
import type { RegionCore } from './region.ts';
import { operatorOf, type Surroundings } from './surroundings.ts';

/** What the screen gets from the composed program, once that stands. */
type ProgramPorts = Pick<
  ConsolePorts,
  'readOnly' | 'runbooks' | 'diagnostics' | 'openRun' | 'offers' | 'openOffer' | 'timeline'
>;

/** The screen's view of a region that may not be composed yet. */
export interface ConsolePreparation {
  readonly ports: ConsolePorts;
  readonly board: StoreApi<BoardState>;
  /** Lets the program answer from now on; `board` says that it is starting until its sources are. */
  stand(program: ProgramPorts): void;
}

/** What is answered until the program stands: nothing is known, and nothing can be done. */
const before: ProgramPorts = {
  readOnly: false,
  runbooks: [],
  diagnostics: [],
  openRun: async () => ({
    refused: 'The runbooks are still being read',
    mend: 'try again in a moment',
  }),
  timeline: () => [],
};

const panelOf: Partial<Readonly<Record<RegionPlan['notFound'][number]['kind'], PanelId>>> = {
  containers: 'containers',
  metrics: 'metrics',
  database: 'database',
  cache: 'cache',
  check: 'checks',
  host: 'host',
  notices: 'alerts',
  pods: 'pods',
};

/** What each panel that has no source tells of the line that would configure one. */
function mendsOf(notFound: RegionPlan['notFound']): Partial<Record<PanelId, string>> {
  const found: Partial<Record<PanelId, string>> = {};
  for (const { kind, message, mend } of notFound) {
    const panel = panelOf[kind];
    if (panel !== undefined) found[panel] ??= `${message}; ${mend}`;
  }
  return found;
}

/**
 * Prepares what the screen needs of a region, before its packs and its journal are there.
 * @param fleeting the region ends with the screen
 */
export function prepareConsole(
  core: RegionCore,
  surroundings: Surroundings,
  goTo: (region: string) => void = () => {},
  fleeting?: Fleeting,
): ConsolePreparation {
  const board = createStore<BoardState>(() => ({
    suggestions: [],
    incidents: [],
    starting: true,
  }));
  let program = before;
  const ports: ConsolePorts = {
    clock: surroundings.clock,
    live: core.live.store,
    board,
    history: core.history,
    operator: operatorOf(surroundings, process.pid),
    get readOnly() {
      return program.readOnly;
    },
    get runbooks() {
      return program.runbooks;
    },
    get diagnostics() {
      return program.diagnostics;
    },
    openRun: (id) => program.openRun(id),
    get offers() {
      return program.offers;
    },
    get openOffer() {
      return program.openOffer;
    },
    watchUsage: core.watchUsage,
    async openLogs(target) {
      const { openLogs } = await import('./logs.ts');
      return openLogs(core, surroundings, target);
    },
    get logNames() {
      return core.logNames;
    },
    get mends() {
      return mendsOf(core.notFound);
    },
    fault: (error, where) => core.log.error(`${where} could not be drawn`, error),
    fleeting,
    goTo,
    timeline: (incident) => program.timeline(incident),
  };
  return {
    ports,
    board,
    stand(next) {
      program = next;
      // What reads the ports while it draws is drawn again with the board.
      board.setState({ suggestions: [...board.getState().suggestions] });
    },
  };
}
