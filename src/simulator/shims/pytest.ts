import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modelIn } from '../world/programs/saasguard-start.ts';
import type { Tool } from './tool.ts';

/** What an accuracy gate asks of a model. */
const LEAST_AUC = 0.8;
const MODELS = ['churn_model.pkl', 'expansion_model.pkl'];

/** The accuracy gates of the project, held against its real artifacts. */
export const pytest: Tool = async (_box, words, folder, { err, out }) => {
  const path = words.find((word) => word.startsWith('tests/')) ?? '';
  if (!path.startsWith('tests/model_accuracy')) {
    err(`ERROR: file or directory not found: ${path}`);
    return 4;
  }
  const results = await Promise.all(
    MODELS.map(async (name) => {
      const text = await readFile(join(folder, 'models', name), 'utf8').catch(() => null);
      return { name, passed: (modelIn(text)?.auc ?? 0) >= LEAST_AUC };
    }),
  );
  for (const { name, passed } of results) {
    out(`tests/model_accuracy/test_gates.py::test_auc[${name}] ${passed ? 'PASSED' : 'FAILED'}`);
  }
  const failed = results.filter(({ passed }) => !passed).length;
  out(`${failed} failed, ${results.length - failed} passed`);
  return failed === 0 ? 0 : 1;
};
