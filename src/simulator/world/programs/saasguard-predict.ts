import type { Container } from '../container.ts';
import { userOf } from '../files.ts';
import { roll } from '../random.ts';
import type { MartKey } from '../warehouse.ts';
import { imageOf, type World } from '../world.ts';
import { sayEvent } from './json-log.ts';
import { openWarehouse } from './saasguard-data.ts';
import type { ApiProcess } from './saasguard-state.ts';

/** What the parts of an answer come to, and what they cost. */
interface Predicted {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly computeMs: number;
}

const USUAL_MS = 38;
/** The features of one customer, read from raw tables instead of from the mart. */
const FROM_RAW_MS = 140;
const FAILS_AFTER_MS = 6;
const FIRST_CUSTOMER = 1000;
const WORDS = { churn: 'Prediction', expansion: 'Expansion' } as const;
const EVENTS = {
  churn: { predict: 'predict_churn', extractor: 'feature_extractor' },
  expansion: { predict: 'predict_upgrade', extractor: 'expansion_feature_extractor' },
} as const;

/** Whether a customer is in the raw tables. */
export function isKnown(id: string, customers: number): boolean {
  const number = Number(/^C-(\d+)$/.exec(id)?.[1] ?? Number.NaN) - FIRST_CUSTOMER;
  return number >= 0 && number < customers;
}

/** The id of one of the customers there are. */
export function someCustomer(world: World): string {
  const { customers = 1 } = world.warehouse ?? {};
  return `C-${FIRST_CUSTOMER + Math.floor(roll(world) * customers)}`;
}

interface Work {
  readonly world: World;
  readonly container: Container;
  readonly api: ApiProcess;
  readonly key: MartKey;
  readonly customer: string;
  readonly at: number;
}

function failed(
  { at, container, customer, key, world }: Work,
  event: string,
  error: string,
): Predicted {
  sayEvent(world, container, 'error', event, { at, customer_id: customer, error });
  const detail = `${WORDS[key]} service error: ${error}`;
  sayEvent(world, container, 'error', `${EVENTS[key].predict}.error`, {
    at,
    customer_id: customer,
    detail,
  });
  return { status: 503, body: { detail }, computeMs: FAILS_AFTER_MS };
}

/** Answers `POST /predictions/churn` and `/predictions/upgrade`. */
export function predict(work: Work): Predicted {
  const { api, at, container, customer, key, world } = work;
  const image = imageOf(world, container);
  const model = api.models[key];
  if (model === null) return failed(work, 'model_not_loaded', `the ${key} model is not loaded`);
  const opened = openWarehouse(world, container, api.settings.duckdbPath, userOf(image), false);
  if ('failure' in opened) return failed(work, 'duckdb.open_failed', opened.failure);
  const { warehouse } = opened;
  if (!isKnown(customer, warehouse.customers)) {
    return failed(work, 'feature_extraction_failed', `customer not found: ${customer}`);
  }
  const mart = warehouse.marts[key];
  if (mart === null) {
    const extra = {
      at,
      customer_id: customer,
      reason: 'table does not exist',
      fallback: 'raw_tables',
    };
    sayEvent(world, container, 'warning', `${EVENTS[key].extractor}.mart_unavailable`, extra);
  }
  if (roll(world) < (image?.release.errorShare ?? 0)) {
    return failed(work, 'predict.failed', 'X has 14 features, but the model expects 15');
  }
  sayEvent(world, container, 'info', `${EVENTS[key].predict}.request`, {
    at,
    customer_id: customer,
  });
  const probability = Number((roll(world) ** 2).toFixed(4));
  const tier = probability > 0.6 ? 'high' : probability > 0.3 ? 'medium' : 'low';
  const body = {
    customer_id: customer,
    probability,
    risk_tier: tier,
    model_version: model.version,
  };
  return { status: 200, body, computeMs: mart === null ? FROM_RAW_MS : USUAL_MS };
}
