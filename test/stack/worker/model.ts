import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { loggerOf } from './log.ts';
import { metrics } from './metrics.ts';
import { settings } from './settings.ts';

const log = loggerOf('app.services.inference_service');
const labels = ['negative', 'neutral', 'positive'] as const;

type Vocabulary = Record<(typeof labels)[number], readonly string[]>;

/** The words of the original's dummy model, by label. */
const dummy: Vocabulary = {
  negative: ['terrible', 'bad', 'worst', 'horrible'],
  neutral: ['okay', 'fine', 'average', 'normal'],
  positive: ['great', 'awesome', 'amazing', 'this', 'is'],
};

let vocabulary = dummy;

/** What the model says about a text. */
export interface Prediction {
  prediction: string;
  confidence: number;
  probabilities: Record<string, number>;
}

/** Loads the model: a missing file gives the dummy one and no failure, as in the original. */
export function loadModel(): void {
  const startMs = performance.now();
  const path = settings.modelPath;
  if (existsSync(path)) {
    const extra = { model_path: path, label_names: labels };
    vocabulary = JSON.parse(readFileSync(path, 'utf8')) as Vocabulary;
    log.info(`Model loaded successfully from ${path}`, extra);
  } else {
    log.warning(`Model file not found at ${path}, will create dummy model`);
    log.info('Creating dummy model for demonstration');
    log.info('Dummy model created successfully');
  }
  const seconds = (performance.now() - startMs) / 1000;
  const extra = { load_duration_seconds: seconds };
  log.info(`Model loading completed in ${seconds.toFixed(2)}s`, extra);
  metrics.modelLoad(seconds);
}

function scoreOf(words: readonly string[], label: (typeof labels)[number]): number {
  const known = new Set(vocabulary[label]);
  const hits = words.filter((word) => known.has(word)).length;
  return Math.exp((0.9 * hits) / Math.sqrt(words.length));
}

/** What a release trained on other features answers. */
class ShapeError extends Error {
  override readonly name = 'ValueError';

  constructor() {
    super('X has 512 features, but LogisticRegression is expecting 384 features as input.');
  }
}

function keepBusy(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** Classifies a text by the words in it; the same text always gives the same answer. */
export async function predict(text: string): Promise<Prediction> {
  const words = text.trim().toLowerCase().split(/\s+/);
  if (settings.inferenceDelayMs > 0) await pause(settings.inferenceDelayMs);
  keepBusy(settings.inferenceBusyMs);
  if (Math.random() < settings.inferenceErrorRate) throw new ShapeError();
  const scores = labels.map((label) => ({ label, score: scoreOf(words, label) }));
  const total = scores.reduce((sum, { score }) => sum + score, 0);
  const best = scores.reduce((a, b) => (b.score > a.score ? b : a));
  metrics.batchSize(1);
  return {
    prediction: best.label,
    confidence: best.score / total,
    probabilities: Object.fromEntries(scores.map(({ label, score }) => [label, score / total])),
  };
}
