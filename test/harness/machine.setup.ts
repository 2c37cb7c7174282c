import type { TestProject } from 'vitest/node';
import { ensurePackages } from '../setup/packages.ts';
import './provided.ts';

/** Tells the suites whether this machine has the real servers, installing them where it may. */
export default async function setup(project: TestProject): Promise<void> {
  const { available, missing, reason } = await ensurePackages();
  const words = [reason, missing.join(' ')].filter(Boolean).join(': ');
  project.provide('machineLacks', available ? null : words);
}
