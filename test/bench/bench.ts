import { parseArgs } from 'node:util';
import { measureDemo } from './demo.ts';
import type { Section } from './figures.ts';
import { type Fleet, standingFleet, startFleet } from './fleet.ts';
import { measureIncident } from './incident.ts';
import { measureIncidents } from './incidents.ts';
import { measureKeys } from './keys.ts';
import { measureLogs, measureScrapes } from './load.ts';
import { type Place, placeAt } from './place.ts';
import { beginning, printSection, writeReport } from './report.ts';
import { measureLong, measureRest } from './rest.ts';
import { measureStart } from './start.ts';

// `npm run bench`: how fast the console is, printed and written to docs/benchmarks.md.
//   --incident       incidents on the test stack instead
//   --demo           the demo, and the process that simulates its region
//   --long           only memory over 30 minutes
//   --only PARTS     some of start,rest,keys,scrape,logs
//   --engine SOCKET  a fleet that stands already
//   --print          write nothing

const LONG_MINUTES = 30;
const START_RUNS = 9;

const { values: options } = parseArgs({
  options: {
    demo: { type: 'boolean', default: false },
    incident: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    minutes: { type: 'string', default: String(LONG_MINUTES) },
    only: { type: 'string', default: 'start,rest,keys,scrape,logs' },
    engine: { type: 'string' },
    print: { type: 'boolean', default: false },
  },
});

const parts: Readonly<Record<string, (place: Place, fleet: Fleet) => Promise<Section>>> = {
  start: (place) => measureStart(place, START_RUNS),
  rest: measureRest,
  keys: measureKeys,
  scrape: measureScrapes,
  logs: measureLogs,
  long: (place) => measureLong(place, Number(options.minutes)),
};

async function onFleet(names: readonly string[], told: (section: Section) => void): Promise<void> {
  const fleet = options.engine === undefined ? await startFleet() : standingFleet(options.engine);
  const place = placeAt(fleet);
  try {
    for (const name of names) {
      const measure = parts[name];
      if (measure === undefined) throw new Error(`no part is called ${name}`);
      told(await measure(place, fleet));
    }
  } finally {
    place.home.remove();
    await fleet.stop();
  }
}

const begun = beginning();
const sections: Section[] = [];
const told = (section: Section) => {
  sections.push(section);
  printSection(section);
};
if (options.demo) told(await measureDemo());
else if (options.incident) {
  told(await measureIncident());
  told(await measureIncidents());
} else await onFleet(options.long ? ['long'] : options.only.split(','), told);
if (!options.print) writeReport(sections, begun);
