import { join } from 'node:path';
import type { KubernetesPlan } from '../plan.ts';
import { type ConfigSurroundings, variable } from '../surroundings.ts';

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** The cluster that kubectl would use, or the one this runs in; nothing of it is read. */
export function discoverKubernetes(from: ConfigSurroundings): KubernetesPlan | null {
  const named = variable(from.env, 'KUBECONFIG');
  if (named !== null) {
    const [file] = named.value.split(':').filter((path) => path !== '');
    if (file !== undefined) return plan(file, 'KUBECONFIG');
  }
  const usual = join(from.home, '.kube', 'config');
  if (from.exists(usual)) return plan(usual, usual);
  if (variable(from.env, 'KUBERNETES_SERVICE_HOST') !== null && from.exists(TOKEN)) {
    return plan(null, 'the pod this runs in');
  }
  return null;
}

function plan(kubeconfig: string | null, origin: string): KubernetesPlan {
  return {
    kubeconfig,
    context: null,
    origin,
    origins: { kubeconfig: origin },
  };
}
