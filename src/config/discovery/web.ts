import type { AlertmanagerPlan, PrometheusPlan } from '../plan.ts';
import { slowPace } from '../planning.ts';
import { type ConfigSurroundings, variable } from '../surroundings.ts';

function webUrl({ env }: ConfigSurroundings, name: string) {
  const found = variable(env, name);
  if (found === null || !/^https?:\/\/[^\s/]/.test(found.value)) return null;
  return {
    origin: name,
    origins: { url: name },
    url: found.value,
    token: null,
    ...slowPace,
  };
}

/** The server that PROMETHEUS_URL names. */
export function discoverPrometheus(from: ConfigSurroundings): PrometheusPlan | null {
  const found = webUrl(from, 'PROMETHEUS_URL');
  return found === null ? null : { name: 'prometheus', queries: [], ...found };
}

/** The server that ALERTMANAGER_URL names. */
export function discoverAlertmanager(from: ConfigSurroundings): AlertmanagerPlan | null {
  const found = webUrl(from, 'ALERTMANAGER_URL');
  return found === null ? null : { name: 'alertmanager', ...found };
}
