import { type WebAnswer, type WebRequest, webRequest } from '../web/client.ts';
import { decodeJson, type Json } from './decode.ts';

export type HttpRequest = Omit<WebRequest, 'maxBytes'>;

export interface HttpAnswer extends WebAnswer {
  /** Null when the answer is not JSON; its strings are safe to show. */
  readonly json: Json;
}

/** A larger answer is not what a check or a probe asked for. */
const MAX_ANSWER_BYTES = 1024 * 1024;

const ACCEPT = { accept: 'application/json,*/*;q=0.5' };

/**
 * Makes one request, and reads its answer as JSON if it is some.
 * @throws OperatorError in words when there is no complete answer; the caller's own reason when it
 * aborted
 */
export async function send(options: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const headers = { ...ACCEPT, ...options.headers };
  const request = { ...options, headers, maxBytes: MAX_ANSWER_BYTES };
  const answer = await webRequest(request, signal);
  return { ...answer, json: decodeJson(answer.text()) };
}
