import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runIntent } from '../../../src/actions/runner.ts';
import { systemClock, wait } from '../../../src/domain/clock.ts';
import { mortal } from './mortal.ts';
import { die, type Moment, openTank } from './tank.ts';

// A runner as the program starts it. Arguments: the folder, the intent, the boundary at which it dies
// (0: never), the moment of the action at which it does, and the console that it takes with it.

const [folder = '', intent = '', dies = '0', moment = 'never', takes = '0'] = process.argv.slice(2);

/** Ends the console that started this runner too, where that is asked. */
function end(): void {
  if (takes !== '0') process.kill(Number(takes), 'SIGKILL');
  die();
}

/** Stays in the middle of the action until it is let go. */
async function held(): Promise<void> {
  while (!existsSync(join(folder, 'go'))) await wait(systemClock, 50);
}

const hold = setInterval(() => undefined, 60_000);
const tank = openTank({
  folder,
  journal: (real) => mortal(real, Number(dies), end),
  moment: moment as Moment,
  atMoment: moment === 'holds' ? held : end,
});
await runIntent(tank.context, tank.policy, intent).catch(() => false);
tank.journal.close();
clearInterval(hold);
