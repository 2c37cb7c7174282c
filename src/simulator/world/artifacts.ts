import type { Spreads } from './warehouse.ts';

/** The three artifacts of a training, by the names of their files. */
export function artifacts(
  version: string,
  auc: number,
  features: Spreads,
): Readonly<Record<string, string>> {
  const model = (name: string) => `${JSON.stringify({ model: name, version, auc })}\n`;
  return {
    'churn_model.pkl': model('churn'),
    'expansion_model.pkl': model('expansion'),
    'churn_training_baseline.json': `${JSON.stringify({ features }, null, 1)}\n`,
  };
}
