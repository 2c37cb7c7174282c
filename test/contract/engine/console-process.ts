import type { RunController } from '../../../src/engine/controller.ts';
import { mortal } from './mortal.ts';
import { die, openTank } from './tank.ts';

// A console with an operator who always goes on: drives the run to its end, however it stood.
// Arguments: the folder, the boundary at which it dies (0: never), and how its first runner dies.

const [folder = '', dies = '0', ...firstRunner] = process.argv.slice(2);

let journal: ReturnType<typeof mortal> | null = null;
const tank = openTank({
  folder,
  firstRunner: firstRunner.map((word) => word.replace('CONSOLE', String(process.pid))),
  journal: (real) => {
    journal = mortal(real, Number(dies), die);
    return journal;
  },
});

/** What an operator would press now. */
async function press(run: RunController): Promise<void> {
  const { phase } = run.state();
  if (run.follower() !== null) return;
  if (phase === 'leaf') {
    const plan = await run.plan();
    if (!('refused' in plan)) await run.confirm(plan);
  } else if (phase === 'stuck') await run.proceed();
}

async function drive(run: RunController): Promise<void> {
  const ended = Promise.withResolvers<void>();
  let pressing = false;
  const look = async () => {
    if (run.state().phase === 'finished') ended.resolve();
    if (pressing) return;
    pressing = true;
    await press(run).finally(() => {
      pressing = false;
    });
  };
  run.subscribe(() => void look().catch(ended.reject));
  await look();
  await ended.promise;
}

// The engine's own timers hold no process.
const hold = setInterval(() => undefined, 60_000);
const run = tank.open();
await drive(run);
const { outcome, verified } = run.state();
run.close();
const written = (journal as ReturnType<typeof mortal> | null)?.written();
process.stdout.write(JSON.stringify({ outcome, verified, written }));
clearInterval(hold);
tank.journal.close();
